"""Puts the enterprise's page and the reviewer's view together, out of the visit's record and what was handed in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition, printable_basis
from suicha.evidence import queries as evidence
from suicha.evidence.tables import Holder
from suicha.feed.rules import VISIT_PREFIX
from suicha.infra.policies import policy
from suicha.inspections.site_record import SEVERITIES, agency_of
from suicha.inspections.tables import GrantRow, Inspection, OpRow
from suicha.kit.canonical import strict_json
from suicha.kit.clock import local_date
from suicha.kit.workdays import Calendar, working_days_between
from suicha.rectification import queries
from suicha.rectification.portal_schemas import (
    AskedExtensionOut,
    AskedObjectionOut,
    FileOut,
    FoundPhotoOut,
    HandedInOut,
    HintOut,
    OwedOut,
    PageOut,
    ProofFileOut,
)
from suicha.rectification.rules import FINAL, OrderState, ProblemState, SubmissionState
from suicha.rectification.rules.warnings import Earlier, Thresholds, warnings_for
from suicha.rectification.tables import Extension, Objection, Order, Problem, ProofFile, Submission
from suicha.registry import queries as registry

_UNITS = {"working_days": "个工作日", "calendar_days": "日"}
PROOF_PREFIX = "proof:"


async def page_of(session: AsyncSession, order: Order, calendar: Calendar, *, now: datetime) -> PageOut:
    """Everything that the enterprise may see of its order."""
    inspection = await session.get_one(Inspection, order.inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, order.site_id, "")
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    problems = await queries.problems_of_order(session, order.id)
    ids = [problem.id for problem in problems]
    photos = await photos_of(session, problems)
    files = await queries.files_of(session, ids)
    submissions = await queries.submissions_of(session, ids)
    extensions = list(await session.scalars(select(Extension).where(col(Extension.problem_id).in_(ids))))
    objections = list(await session.scalars(select(Objection).where(col(Objection.problem_id).in_(ids))))
    rules = policy("proof")
    return PageOut(
        number=order.number,
        state=OrderState(order.state),
        agency=await agency_of(session, inspection),
        site=site.name,
        address=site.address,
        enterprise=enterprise.name,
        issued_on=local_date(order.issued_at) if order.issued_at else None,
        served_on=order.served_on,
        today=local_date(now),
        problems=[
            _owed(
                problem,
                order,
                edition,
                calendar,
                is_high_rise=site.is_high_rise,
                photos=photos.get(problem.id, []),
                files=[file for file in files if file.problem_id == problem.id],
                submissions=[one for one in submissions if one.problem_id == problem.id],
                extensions=[one for one in extensions if one.problem_id == problem.id],
                objections=[one for one in objections if one.problem_id == problem.id],
                now=now,
            )
            for problem in problems
        ],
        most_file_bytes=rules["most_file_bytes"],
        most_files=rules["most_files_per_problem"],
    )


def _owed(
    problem: Problem,
    order: Order,
    edition: Edition,
    calendar: Calendar,
    *,
    is_high_rise: bool,
    photos: list[FoundPhotoOut],
    files: Sequence[ProofFile],
    submissions: Sequence[Submission],
    extensions: Sequence[Extension],
    objections: Sequence[Objection],
    now: datetime,
) -> OwedOut:
    item = edition.item(problem.item)
    basis = printable_basis(item, is_high_rise=is_high_rise) if item else ()
    today = local_date(now)
    is_open = ProblemState(problem.state) not in FINAL
    waits = any(one.state == SubmissionState.WAITING for one in submissions)
    term = None
    if problem.is_due_provisional and problem.term_value is not None:
        term = f"自送达之日起 {problem.term_value} {_UNITS.get(problem.term_unit or '', '日')}内"
    return OwedOut(
        id=problem.id,
        code=problem.code,
        item=problem.item,
        title=problem.title,
        severity=SEVERITIES.get(problem.severity, problem.severity),
        fact=problem.remark or f"检查项“{problem.title}”不符合",
        demand=f"按“{problem.title}”的要求改正，并上传改正后的照片或者文件",
        basis=[f"{one.law if one.law.startswith('《') else f'《{one.law}》'}{one.article}" for one in basis],
        due_on=problem.due_on,
        is_due_provisional=problem.is_due_provisional,
        is_due_uncertain=problem.is_due_uncertain,
        term=term,
        working_days_left=working_days_between(today, problem.due_on, calendar),
        days_left=(problem.due_on - today).days,
        state=ProblemState(problem.state),
        photos=photos,
        loose_files=[file_out(file) for file in files if file.submission_id is None],
        submissions=[handed_in_out(one, files) for one in submissions],
        extensions=[AskedExtensionOut.model_validate(one, from_attributes=True) for one in extensions],
        objections=[AskedObjectionOut.model_validate(one, from_attributes=True) for one in objections],
        may_hand_in=is_open and not waits and problem.state != ProblemState.RECHECKING,
        may_ask=is_open and order.state == OrderState.SERVED,
    )


def file_out(file: ProofFile) -> FileOut:
    """A file without what it says of itself."""
    return FileOut(
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        received_at=file.received_at,
        is_handed_in=file.submission_id is not None,
    )


def handed_in_out(row: Submission, files: Sequence[ProofFile]) -> HandedInOut:
    """A submission with its files."""
    return HandedInOut(
        id=row.id,
        n=row.n,
        receipt_no=row.receipt_no,
        state=SubmissionState(row.state),
        text=row.text,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reason=row.reason,
        files=[file_out(file) for file in files if file.submission_id == row.id],
    )


async def photos_of(session: AsyncSession, problems: Sequence[Problem]) -> dict[str, list[FoundPhotoOut]]:
    """The inspectors' photos that stand, by problem: added to its item, admitted, brought, and not excluded.

    Only what a visit's own team has brought: a photo may name the hash of somebody else's evidence.
    """
    if not problems:
        return {}
    rows = await session.execute(
        select(
            col(OpRow.scope), col(OpRow.item), col(OpRow.kind), col(OpRow.ref), col(OpRow.blob_sha256), col(OpRow.raw)
        )
        .where(
            col(OpRow.scope).in_({problem.scope for problem in problems}),
            col(OpRow.kind).in_(["photo.add@1", "photo.exclude@1"]),
            col(OpRow.outcome).in_(["applied", "conflict"]),
        )
        .order_by(col(OpRow.pos))
    )
    found = list(rows)
    excluded = {(row[0], row[3]) for row in found if row[2] == "photo.exclude@1"}
    brought = await _brought(session, {(row[0], row[4]) for row in found if row[4]})
    by_item: dict[tuple[str, str], list[FoundPhotoOut]] = {}
    for scope, item, kind, ref, sha256, raw in found:
        if kind == "photo.add@1" and (scope, sha256) in brought and (scope, ref) not in excluded:
            taken = strict_json(raw)["body"].get("taken") or ""
            by_item.setdefault((scope, item or ""), []).append(FoundPhotoOut(sha256=sha256, caption=str(taken)))
    return {problem.id: by_item.get((problem.scope, problem.item), []) for problem in problems}


async def _brought(session: AsyncSession, named: set[tuple[str, str]]) -> set[tuple[str, str]]:
    rows = await session.execute(
        select(col(GrantRow.scope), col(Holder.sha256))
        .join(Holder, col(Holder.account_id) == col(GrantRow.account_id))
        .where(
            col(GrantRow.scope).in_({scope for scope, _ in named}),
            col(Holder.sha256).in_({sha256 for _, sha256 in named}),
        )
    )
    return {(scope, sha256) for scope, sha256 in rows}


async def reviewed_files(session: AsyncSession, problem: Problem, files: Sequence[ProofFile]) -> list[ProofFileOut]:
    """Files with what a reviewer should know of each."""
    site, _ = await registry.site_with_enterprise(session, problem.site_id, "")
    rules = policy("proof")["warn"]
    thresholds = Thresholds(rules["far_metres"], rules["near_bits"])
    shown = []
    for file in files:
        hints = warnings_for(
            file.facts,
            file.content_type,
            found_on=problem.found_on,
            site=(site.lat, site.lon),
            earlier=await _earlier_uses(session, problem, file),
            thresholds=thresholds,
        )
        shown.append(
            ProofFileOut(
                **file_out(file).model_dump(),
                sha256=file.sha256,
                facts=file.facts,
                hints=[HintOut(code=hint.code, text=hint.text) for hint in hints],
            )
        )
    return shown


async def _earlier_uses(session: AsyncSession, problem: Problem, file: ProofFile) -> list[Earlier]:
    """Where the same or nearly the same picture is evidence too: in visits, or for other problems and submissions."""
    near = [(file.sha256, 0), *await evidence.near_copies(session, file.sha256)]
    together = await _handed_in_together(session, file)
    scopes = await evidence.scopes_of(session, [sha256 for sha256, _ in near])
    names = await _names_of_scopes(session, {scope for found in scopes.values() for scope in found})
    uses: list[Earlier] = []
    for sha256, bits in near:
        for scope in sorted(scopes.get(sha256, ())):
            # Two shots of the same sign in one submission are what a careful person sends.
            is_own = scope == f"{PROOF_PREFIX}{problem.id}" and sha256 in together
            if not is_own and scope in names:
                uses.append(Earlier(names[scope], bits, is_inspectors=scope.startswith(VISIT_PREFIX)))
    return [*uses, *await _used_again(session, problem, file)]


async def _handed_in_together(session: AsyncSession, file: ProofFile) -> set[str]:
    rows = await session.scalars(
        select(col(ProofFile.sha256)).where(
            col(ProofFile.problem_id) == file.problem_id, col(ProofFile.submission_id) == file.submission_id
        )
    )
    return {file.sha256, *rows}


async def _used_again(session: AsyncSession, problem: Problem, file: ProofFile) -> list[Earlier]:
    """The same bytes in an earlier submission for this very problem."""
    rows = await session.execute(
        select(col(Submission.receipt_no))
        .join(ProofFile, col(ProofFile.submission_id) == col(Submission.id))
        .where(
            col(ProofFile.problem_id) == problem.id,
            col(ProofFile.sha256) == file.sha256,
            col(ProofFile.id) < file.id,
        )
    )
    return [Earlier(f"之前提交的 {row[0]} 中的照片", 0, is_inspectors=False) for row in rows]


async def _names_of_scopes(session: AsyncSession, scopes: set[str]) -> Mapping[str, str]:
    visits = [scope.removeprefix(VISIT_PREFIX) for scope in scopes if scope.startswith(VISIT_PREFIX)]
    problems = [scope.removeprefix(PROOF_PREFIX) for scope in scopes if scope.startswith(PROOF_PREFIX)]
    rows = await session.execute(select(col(Inspection.id), col(Inspection.code)).where(col(Inspection.id).in_(visits)))
    names = {f"{VISIT_PREFIX}{row[0]}": f"检查 {row[1]} 中执法人员拍摄的照片" for row in rows}
    rows = await session.execute(select(col(Problem.id), col(Problem.code)).where(col(Problem.id).in_(problems)))
    return names | {f"{PROOF_PREFIX}{row[0]}": f"问题 {row[1]} 的整改照片" for row in rows}
