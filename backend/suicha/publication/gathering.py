"""Gathers what a snapshot is made from: the sealed record, the problems as they stand, the draw."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition, marks_in
from suicha.checklists.rules.scoring import Answered, points_text
from suicha.draws import queries as draws
from suicha.infra.policies import policy
from suicha.inspections.records import record_of
from suicha.inspections.rules.record import Record
from suicha.inspections.rules.transcript import ItemText
from suicha.inspections.site_record import agency_of
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.publication.rules.snapshot import Finding, Person, Points, Visited, proposed_categories
from suicha.publication.tables import Publication
from suicha.rectification.rules import OrderState, ProblemState
from suicha.rectification.sheets import PROBLEM_STATES, SEVERITIES
from suicha.rectification.tables import Order, Problem

_SERVED = (OrderState.SERVED.value, OrderState.CLOSED.value)


def labels() -> dict[str, str]:
    """The official categories as this bureau words them, in its order."""
    return {one["code"]: one["label"] for one in policy("publication")["categories"]}


async def visited(session: AsyncSession, inspection_id: str) -> tuple[Visited, list[str]]:
    """The facts of a visit, and the categories that are proposed for it."""
    inspection = await session.get_one(Inspection, inspection_id)
    system = Caller("", "", "", (Role.OFFICE.value,), inspection.jurisdiction)
    record = await record_of(session, inspection_id, system)
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    draw = await draws.draw_in_force(session, inspection.campaign_id) if inspection.campaign_id else None
    problems = list(
        await session.scalars(
            select(Problem)
            .where(col(Problem.inspection_id) == inspection_id, col(Problem.state) != ProblemState.WITHDRAWN.value)
            .order_by(col(Problem.code))
        )
    )
    findings = [
        Finding(
            item=problem.item,
            title=problem.title,
            severity=next(words for code, words in SEVERITIES.items() if code == problem.severity),
            remark=problem.remark,
            state=PROBLEM_STATES[ProblemState(problem.state)],
            due_on=None if problem.is_due_provisional else problem.due_on.isoformat(),
        )
        for problem in problems
    ]
    served = await session.scalar(
        select(col(Order.id)).where(col(Order.inspection_id) == inspection_id, col(Order.state).in_(_SERVED)).limit(1)
    )
    outcome = record.visit.registers["outcome"].values
    chosen = [str(code) for code in outcome[0].value] if outcome and isinstance(outcome[0].value, list) else []
    fixed = sum(
        bool(text.registers["result"].values) and text.registers["result"].values[0].value == "fixed"
        for _, _, text in record.items
    )
    seal = record.seals[-1] if record.seals else None
    facts = Visited(
        visit=inspection.id,
        code=inspection.code,
        campaign=inspection.campaign,
        agency=await agency_of(session, inspection),
        site=record.site["name"],
        address=record.site["address"],
        district=record.facts.district or record.facts.jurisdiction,
        enterprise=record.enterprise["name"],
        uscc=record.enterprise["uscc"],
        inspected_on=(local_date(seal.sealed_at) if seal else inspection.planned_on).isoformat(),
        edition=edition.name,
        edition_hash=inspection.edition_hash,
        item_count=len(edition.items),
        people=[Person(m.name, m.role, m.certificate_no) for m in record.team if not m.is_revoked],
        findings=findings,
        fixed_on_spot=fixed,
        draw_number=draw.number if draw else None,
        draw_id=draw.id if draw else None,
        points=_points(edition, record),
    )
    return facts, proposed_categories(chosen, findings, is_ordered=served is not None, known=labels())


def _points(edition: Edition, record: Record) -> Points | None:
    def said(text: ItemText, field: str) -> str | None:
        register = text.registers.get(field)
        # Two values are a dispute, and a disputed item has no points.
        value = register.values[0].value if register and len(register.values) == 1 else None
        return None if value is None else str(value)

    answers = {
        item.code: Answered(said(text, "result"), said(text, "score"))
        for item, (_, _, text) in zip(edition.items, record.items, strict=True)
    }
    marks = marks_in(edition, answers)
    if marks is None or edition.scoring is None:
        return None
    names = dict(edition.groups)
    return Points(
        total=points_text(marks.total),
        full=points_text(marks.full),
        grade=marks.grade,
        dimensions=[(names[one.group], points_text(one.points), points_text(one.max)) for one in marks.dimensions],
        is_reference=edition.scoring.weights == "reference",
    )


def categories_of(row: Publication, proposed: list[str]) -> list[str]:
    """What a reviewer chose, else what is proposed, in the order of the policy."""
    wanted = set(row.chosen if row.chosen is not None else proposed)
    return [code for code in labels() if code in wanted]
