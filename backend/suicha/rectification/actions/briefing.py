"""What the team of a recheck has at hand offline: the finding, its photos, and what the enterprise handed in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.inspections import queries as inspections
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date, rfc3339
from suicha.rectification import queries
from suicha.rectification.pages import photos_of
from suicha.rectification.tables import Problem, Recheck


async def brief(
    session: AsyncSession, recheck: Recheck, origin: Inspection, problems: Sequence[Problem]
) -> tuple[dict[str, Any], list[str]]:
    """The member `recheck` of `inspection.dispatched`, and the digests of everything that it shows."""
    seal = await inspections.seal_in_force(session, recheck.scope)
    photos = await photos_of(session, problems)
    ids = [problem.id for problem in problems]
    files = await queries.files_of(session, ids)
    submissions = await queries.submissions_of(session, ids)
    told = [
        {
            "code": problem.code,
            "item": problem.item,
            "title": problem.title,
            "severity": problem.severity,
            "remark": problem.remark,
            "found_on": problem.found_on.isoformat(),
            "due_on": problem.due_on.isoformat(),
            "failed_rechecks": problem.failed_rechecks,
            "photos": [photo.sha256 for photo in photos.get(problem.id, [])],
            "submissions": [
                {
                    "receipt_no": one.receipt_no,
                    "text": one.text,
                    "submitted_at": rfc3339(one.submitted_at),
                    "files": [
                        {"sha256": file.sha256, "name": file.name, "content_type": file.content_type}
                        for file in files
                        if file.submission_id == one.id
                    ],
                }
                for one in submissions
                if one.problem_id == problem.id
            ],
        }
        for problem in problems
    ]
    body = {
        "id": recheck.id,
        "kind": recheck.kind,
        "partner": recheck.partner,
        "origin": {
            "inspection": origin.id,
            "code": origin.code,
            "sealed_on": local_date(seal.sealed_at).isoformat(),
            "manifest_hash": seal.manifest_hash,
        },
        "problems": told,
    }
    shown = [photo.sha256 for found in photos.values() for photo in found]
    return body, [*shown, *(file.sha256 for file in files)]
