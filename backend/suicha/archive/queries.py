"""What belongs to a visit: its record, what was made of it, and the files of all that."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from suicha.archive.errors import BundleRefused
from suicha.archive.rows import plain
from suicha.archive.rules.listing import Listed, Listing
from suicha.checklists.tables import StoredEdition
from suicha.credit.tables import Entry as CreditEntry
from suicha.credit.tables import Step as CreditStep
from suicha.documents.tables import Document, Scan
from suicha.evidence.tables import Link
from suicha.feed.rules import visit_scope
from suicha.inspections import queries as inspections
from suicha.inspections.tables import ConflictTableRow, LateCase, ManifestRow, OpRow, PlannedVisit, SignatureRow
from suicha.journal.tables import JournalEntry
from suicha.kit.digest import sha256_hex
from suicha.publication.tables import Publication, Revision
from suicha.rectification.tables import (
    Extension,
    LadderStep,
    Objection,
    Order,
    Problem,
    ProofFile,
    Recheck,
    RecheckOutcome,
    Referral,
    Submission,
)
from suicha.sync.tables import ReceiptRow

_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


@dataclass(frozen=True)
class Contents:
    """What a bundle will hold: texts as they are, the others by their digests in the store."""

    listing: Listing
    texts: dict[str, bytes]
    awaited: int


async def contents_of(session: AsyncSession, inspection_id: str) -> Contents:
    """Everything about one visit; raises InspectionUnknown."""
    record = await inspections.export_of(session, inspection_id)
    scope = visit_scope(inspection_id)
    stage, proof = await _stage(session, inspection_id)
    papers, files = await _papers(session, inspection_id, stage)
    evidence, awaited = await _evidence(session, scope, record)
    texts = {
        "record.json": _text(record),
        "edition.json": await _edition(session, record["edition"]["hash"]),
        "receipts.json": _text(await _receipts(session, scope, record)),
        "derived.json": _text(await _derived(session, scope)),
        "journal.json": _text(await _journal(session, _things(inspection_id, stage))),
        "stage.json": _text(stage),
        "papers.json": _text(papers),
    }
    listed = [Listed(name, sha256_hex(text), len(text)) for name, text in texts.items()]
    return Contents(Listing(scope, (*listed, *evidence, *files, *proof)), texts, awaited)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _rows(found: Iterable[SQLModel]) -> list[dict[str, Any]]:
    return [plain(row.model_dump()) for row in found]


async def _all(session: AsyncSession, table: Any, where: Any, *order: Any) -> list[dict[str, Any]]:
    return _rows(await session.scalars(select(table).where(where).order_by(*order)))


async def _edition(session: AsyncSession, digest: str) -> bytes:
    raw = await session.scalar(select(col(StoredEdition.raw)).where(col(StoredEdition.hash) == digest))
    if raw is None:
        raise BundleRefused(f"the edition {digest} of the visit's checklist is not stored")
    return raw.encode()


async def _receipts(session: AsyncSession, scope: str, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The receipts of the ops that the feed tells; one id may have been used again elsewhere."""
    told = {said["body"]["op_hash"] for said in _entries(record) if said["type"] == "op.judged"}
    ids = select(col(OpRow.op_id)).where(col(OpRow.scope) == scope)
    rows = await session.scalars(
        select(ReceiptRow).where(col(ReceiptRow.op_id).in_(ids)).order_by(col(ReceiptRow.replica), col(ReceiptRow.seq))
    )
    return _rows(row for row in rows if row.hash in told)


def _entries(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(entry["raw"]) for entry in record["entries"]]


async def _derived(session: AsyncSession, scope: str) -> dict[str, Any]:
    manifests = await _all(session, ManifestRow, col(ManifestRow.scope) == scope, col(ManifestRow.n))
    conflicts = await _all(session, ConflictTableRow, col(ConflictTableRow.scope) == scope, col(ConflictTableRow.id))
    signatures = await _all(session, SignatureRow, col(SignatureRow.scope) == scope, col(SignatureRow.op_id))
    late = await _all(session, LateCase, col(LateCase.scope) == scope, col(LateCase.op_id))
    return {"manifests": manifests, "conflicts": conflicts, "signatures": signatures, "late": late}


async def _stage(session: AsyncSession, inspection_id: str) -> tuple[dict[str, Any], list[Listed]]:
    """What was done about the visit and its problems, what was published, and the enterprise's files."""

    async def rows(table: Any, column: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
        return await _all(session, table, col(column).in_(ids), *table.__table__.primary_key)

    own = [inspection_id]
    problems = await rows(Problem, Problem.inspection_id, own)
    problem_ids = [row["id"] for row in problems]
    rechecks = await rows(Recheck, Recheck.inspection_id, own)
    files = await rows(ProofFile, ProofFile.problem_id, problem_ids)
    codes = {row["id"]: row["item"].lower() for row in problems}
    for row in files:
        ending = _ENDINGS.get(row["content_type"], "")
        row["file"] = f"proof/{codes[row['problem_id']]}/{row['id']}{ending}"
    stage = {
        "problems": problems,
        "orders": await rows(Order, Order.inspection_id, own),
        "rechecks": rechecks,
        "outcomes": await rows(RecheckOutcome, RecheckOutcome.recheck_id, [row["id"] for row in rechecks]),
        "referrals": await rows(Referral, Referral.inspection_id, own),
        "extensions": await rows(Extension, Extension.problem_id, problem_ids),
        "objections": await rows(Objection, Objection.problem_id, problem_ids),
        "submissions": await rows(Submission, Submission.problem_id, problem_ids),
        "ladder": await rows(LadderStep, LadderStep.problem_id, problem_ids),
        "proof_files": files,
        "publications": await rows(Publication, Publication.inspection_id, own),
        "credit_entries": await rows(CreditEntry, CreditEntry.once, [f"bad_record/{id_}" for id_ in problem_ids]),
    }
    published = [row["id"] for row in stage["publications"]]
    stage["revisions"] = await rows(Revision, Revision.publication_id, published)
    stage["credit_steps"] = await rows(CreditStep, CreditStep.entry_id, [row["id"] for row in stage["credit_entries"]])
    return stage, [Listed(row["file"], row["sha256"], row["size_bytes"]) for row in files]


def _things(inspection_id: str, stage: dict[str, Any]) -> list[str]:
    """What the journal speaks about."""
    kinds = {
        "problem": "problems",
        "order": "orders",
        "recheck": "rechecks",
        "referral": "referrals",
        "submission": "submissions",
        "publication": "publications",
        "credit": "credit_entries",
    }
    others = [f"{kind}:{row['id']}" for kind, name in kinds.items() for row in stage[name]]
    return [f"inspection:{inspection_id}", visit_scope(inspection_id), f"plan:{inspection_id}", *others]


async def _journal(session: AsyncSession, things: list[str]) -> list[dict[str, Any]]:
    about = col(JournalEntry.about)
    return await _all(session, JournalEntry, about.in_(things), about, col(JournalEntry.n))


async def _papers(
    session: AsyncSession, inspection_id: str, stage: dict[str, Any]
) -> tuple[dict[str, Any], list[Listed]]:
    """Papers about the visit and what followed, every revision, with the approval of its dispatch, and scans."""
    things = _things(inspection_id, stage)
    plan = await session.get(PlannedVisit, inspection_id)
    if plan is not None and plan.approval_id is not None:
        things.append(f"approval:{plan.approval_id}")
    documents = await _all(session, Document, col(Document.about).in_(things), col(Document.made_at), col(Document.id))
    for row in documents:
        row["file"] = f"papers/{row['kind']}-{row['id']}.pdf"
    ids = [row["id"] for row in documents]
    scans = await _all(session, Scan, col(Scan.document_id).in_(ids), col(Scan.id))
    for row in scans:
        row["file"] = f"papers/scan-{row['id']}{_ENDINGS.get(row['content_type'], '')}"
    files = [Listed(row["file"], row["sha256"], row["size_bytes"]) for row in [*documents, *scans]]
    return {"documents": documents, "scans": scans}, files


async def _evidence(session: AsyncSession, scope: str, record: dict[str, Any]) -> tuple[list[Listed], int]:
    """The originals that the feed says have arrived, and how many are still on phones."""
    here = {s["body"]["sha256"]: s["body"]["size"] for s in _entries(record) if s["type"] == "blob.verified"}
    linked = set(await session.scalars(select(col(Link.sha256)).where(col(Link.scope) == scope)))
    return [Listed(f"evidence/{digest}", digest, here[digest]) for digest in sorted(here)], len(linked - set(here))
