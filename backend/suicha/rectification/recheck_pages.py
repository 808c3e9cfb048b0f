"""Puts the desk's pages of rechecks and look-backs together."""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents import queries as documents
from suicha.documents.schemas import DocumentOut
from suicha.inspections.tables import Inspection
from suicha.journal.queries import entries_about
from suicha.kit.clock import local_date
from suicha.rectification import queries
from suicha.rectification.errors import NotYoursToDecide
from suicha.rectification.order_schemas import ActOut
from suicha.rectification.pages import photos_of
from suicha.rectification.recheck_schemas import (
    CandidateOut,
    LookbackDetailOut,
    LookbackOut,
    LookbackProblemOut,
    LookbackRowOut,
    OutcomeOut,
    PersonOut,
    RecheckDetailOut,
    TeamDrawOut,
)
from suicha.rectification.rules import RecheckKind, RecheckState
from suicha.rectification.rules.rechecks import pool_of
from suicha.rectification.schemas import ProblemBriefOut
from suicha.rectification.tables import Lookback, Recheck
from suicha.registry import queries as registry


async def recheck_page(session: AsyncSession, row: Recheck, caller: Caller, *, now: datetime) -> RecheckDetailOut:
    """Everything about one recheck: what is looked at, who could go and who goes, what was found."""
    origin = await session.get_one(Inspection, row.inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, row.site_id, "")
    taken = await queries.problems_taken_along(session, row.id)
    problems = taken or await queries.problems_to_look_at(session, row)
    photos = await photos_of(session, problems)
    sent = await session.get(Inspection, row.visit_id) if row.visit_id else None
    draws = await queries.draws_of(session, row.id)
    pool = pool_of(draws[-1].record) if draws else []
    people = {one for draw in draws for one in (*draw.team, *draw.gone)} | {one["id"] for one in pool}
    names = await queries.names_of_people(session, people)
    try:
        await queries.check_may_decide(session, row.inspection_id, caller)
        may_decide = caller.may(Permission.MANAGE_RECTIFICATION)
    except NotYoursToDecide:
        may_decide = False

    def person(one: str) -> PersonOut:
        return PersonOut(id=one, name=names.get(one, one))

    return RecheckDetailOut(
        id=row.id,
        kind=RecheckKind(row.kind),
        state=RecheckState(row.state),
        days_left=(row.scheduled_on - local_date(now)).days,
        done_at=row.done_at,
        inspection=row.inspection_id,
        visit_code=origin.code,
        site=site.name,
        enterprise=enterprise.name,
        jurisdiction=row.jurisdiction,
        scheduled_on=row.scheduled_on,
        is_uncertain=row.is_uncertain,
        partner=row.partner,
        visit=row.visit_id,
        sent_code=sent.code if sent else None,
        sent_state=sent.state if sent else None,
        problems=[ProblemBriefOut.of(problem) for problem in problems],
        photos=photos,
        outcomes=[OutcomeOut.model_validate(one) for one in await queries.outcomes_of(session, row.id)],
        draws=[
            TeamDrawOut(
                n=draw.n,
                at=draw.at,
                reason=draw.reason,
                team=[person(one) for one in draw.team],
                gone=[person(one) for one in draw.gone],
                record=draw.record,
            )
            for draw in draws
        ],
        pool=[
            CandidateOut(id=one["id"], name=names.get(one["id"], one["id"]), excluded=one["excluded"]) for one in pool
        ],
        documents=[
            DocumentOut.model_validate(paper)
            for paper in await documents.documents_about(session, [f"recheck:{row.id}"], "")
        ],
        acts=await acts_about(session, f"recheck:{row.id}"),
        may_decide=may_decide,
    )


async def acts_about(session: AsyncSession, about: str) -> list[ActOut]:
    """What was done to one thing, the oldest first, with the names of those who did it."""
    entries = await entries_about(session, about)
    names = await accounts.names_of(session, {entry.by for entry in entries if entry.by})
    return [
        ActOut(at=entry.at, verb=entry.verb, by=names.get(entry.by or ""), facts=json.loads(entry.facts))
        for entry in entries
    ]


async def lookback_rows(session: AsyncSession, jurisdiction: str) -> list[LookbackRowOut]:
    """The samples of a jurisdiction with how far they are, the newest first."""
    rows = await queries.lookbacks(session, jurisdiction)
    found = await queries.lookback_progress(session, [row.id for row in rows])
    shown = []
    for row in rows:
        done, not_fixed = found.get(row.id, (0, 0))
        facts = LookbackOut.model_validate(row).model_dump()
        shown.append(LookbackRowOut(**facts, done=done, not_fixed=not_fixed))
    return shown


async def lookback_page(session: AsyncSession, row: Lookback) -> LookbackDetailOut:
    """One sample with its problems in the order of their numbers."""
    names = await accounts.names_of(session, [row.by])
    facts = LookbackOut.model_validate(row).model_dump()
    problems = [
        LookbackProblemOut(
            **ProblemBriefOut.of(one.problem).model_dump(),
            district=one.problem.jurisdiction,
            site=one.site,
            enterprise=one.enterprise,
            recheck=one.recheck.id if one.recheck else None,
            recheck_state=RecheckState(one.recheck.state) if one.recheck else None,
            result=one.outcome.result if one.outcome else None,
            outcome_remark=one.outcome.remark if one.outcome else "",
        )
        for one in await queries.lookback_problems(session, row)
    ]
    return LookbackDetailOut(**facts, by=names.get(row.by), problems=problems)
