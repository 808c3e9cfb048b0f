"""What waits for somebody: disagreements, disputed seals, late records, proof to be looked at, overdue rechecks."""

from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.board.rules.decisions import Decision, DecisionKind, by_urgency
from suicha.inspections.access import visible_inspections
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.rectification.rules import RecheckState, SubmissionState
from suicha.rectification.tables import Problem, Recheck, Submission
from suicha.registry.tables import Site


async def waiting(
    session: AsyncSession, caller: Caller, *, where: list[ColumnElement[bool]] | None = None
) -> list[Decision]:
    """The visits that wait for a decision; of all campaigns, because none of them may be forgotten."""
    narrowed = where if where is not None else [visible_inspections(caller)]
    rows = await session.execute(
        select(Inspection, col(Site.name))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .where(
            *narrowed,
            or_(
                col(Inspection.conflict_count) > 0,
                col(Inspection.late_count) > 0,
                col(Inspection.state) == VisitState.DISPUTED.value,
            ),
        )
    )
    found = [decision for visit, site in rows for decision in _decisions_of(visit, site)]
    overdue = await session.execute(
        select(Inspection, col(Site.name), func.count(), func.min(col(Recheck.scheduled_on)))
        .join(Recheck, col(Recheck.inspection_id) == col(Inspection.id))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .where(*narrowed, col(Recheck.state) == RecheckState.OVERDUE.value)
        .group_by(col(Inspection.id), col(Site.name))
    )
    found += [_decision(DecisionKind.RECHECK_OVERDUE, visit, site, n, since) for visit, site, n, since in overdue]
    proof = await session.execute(
        select(Inspection, col(Site.name), func.count(), func.min(col(Submission.submitted_at)))
        .join(Problem, col(Problem.inspection_id) == col(Inspection.id))
        .join(Submission, col(Submission.problem_id) == col(Problem.id))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .where(*narrowed, col(Submission.state) == SubmissionState.WAITING.value)
        .group_by(col(Inspection.id), col(Site.name))
    )
    found += [_decision(DecisionKind.PROOF_WAITING, visit, site, n, local_date(at)) for visit, site, n, at in proof]
    return by_urgency(found)


def _decisions_of(visit: Inspection, site: str) -> list[Decision]:
    is_disputed = visit.state == VisitState.DISPUTED
    counts = {
        DecisionKind.DISPUTED: int(is_disputed),
        DecisionKind.CONFLICT: visit.conflict_count,
        DecisionKind.LATE: visit.late_count,
    }
    since = local_date(visit.sealed_at or visit.begun_at or visit.dispatched_at)
    return [_decision(kind, visit, site, count, since) for kind, count in counts.items() if count]


def _decision(kind: DecisionKind, visit: Inspection, site: str, count: int, since: date | None) -> Decision:
    return Decision(kind, visit.id, visit.code, visit.campaign, site, visit.jurisdiction, count, since)
