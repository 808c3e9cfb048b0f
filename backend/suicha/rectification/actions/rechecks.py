"""复查 as a visit of its own: who goes is drawn, and the team is sent. What it finds is in `outcomes.py`."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.checklists import actions as checklists
from suicha.checklists.loader import read_calendar
from suicha.draws.rules.campaign import Cross
from suicha.draws.tables import Campaign
from suicha.feed.rules import visit_scope
from suicha.infra.db import upsert_ignore
from suicha.infra.settings import settings_from_environment
from suicha.inspections import actions as inspections
from suicha.inspections import queries as inspection_queries
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.ids import named_id
from suicha.kit.workdays import Calendar, Day, first_working_day_after
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.actions.briefing import brief
from suicha.rectification.actions.days import move_recheck
from suicha.rectification.actions.ending import move_problem
from suicha.rectification.errors import (
    NobodyToRecheck,
    NothingToRecheck,
    RecheckDayTaken,
    RecheckNotDrawn,
    RecheckSent,
)
from suicha.rectification.rules import (
    FINAL,
    NEXT_RECHECK,
    ProblemState,
    RecheckKind,
    RecheckState,
    SubmissionState,
    stepped,
)
from suicha.rectification.rules.rechecks import Candidate, candidates, draw_record, next_in_order
from suicha.rectification.tables import Problem, Recheck, RecheckDraw, RecheckProblem
from suicha.registry import queries as registry

_TO_SEND = frozenset({RecheckState.SCHEDULED, RecheckState.DUE, RecheckState.OVERDUE})
_ROLES = (TeamRole.LEADER, TeamRole.OFFICER)


def _calendar() -> Calendar:
    return read_calendar(settings_from_environment().checklists_dir)


async def send_to_recheck(
    session: AsyncSession, problem: Problem, *, on: date | None, reason: str, by: str, now: datetime
) -> None:
    """Let somebody look on the spot, on a day or on the next working day; raises IllegalStep."""
    calendar = _calendar()
    day = Day(on, not calendar.knows([on])) if on else first_working_day_after(local_date(now), calendar)
    await move_problem(
        session,
        problem,
        ProblemState.RECHECKING,
        verb="sent_to_recheck",
        by=by,
        now=now,
        on=day.on.isoformat(),
        reason=reason,
    )
    await move_recheck(session, problem, day, calendar, now=now)


async def draw_team(
    session: AsyncSession, recheck: Recheck, *, reason: str | None, by: str, now: datetime
) -> RecheckDraw:
    """Draw the two who go; drawn again only with a reason. Raises RecheckSent, NothingToRecheck or NobodyToRecheck."""
    if RecheckState(recheck.state) not in _TO_SEND:
        raise RecheckSent
    if not await queries.problems_to_look_at(session, recheck):
        raise NothingToRecheck
    earlier = await queries.draws_of(session, recheck.id)
    pool = await _pool(session, recheck)
    try:
        record = draw_record(recheck.id, recheck.scheduled_on.isoformat(), pool, os.urandom(32).hex())
    except ValueError as error:
        excluded = dict(Counter(one.excluded for one in pool if one.excluded))
        raise NobodyToRecheck(excluded=excluded) from error
    return await _note_draw(session, recheck, record, record["team"], [], len(earlier) + 1, reason, by=by, now=now)


async def replace_member(
    session: AsyncSession, recheck: Recheck, inspector_id: str, *, reason: str, by: str, now: datetime
) -> RecheckDraw:
    """Let the next ticket go in somebody's place; raises RecheckNotDrawn, RecheckSent or NobodyToRecheck."""
    if RecheckState(recheck.state) not in _TO_SEND:
        raise RecheckSent
    last = await queries.last_draw(session, recheck.id)
    if last is None or inspector_id not in last.team:
        raise RecheckNotDrawn
    gone = [*last.gone, inspector_id]
    newcomer = next_in_order(last.record, {*gone, *last.team})
    if newcomer is None:
        raise NobodyToRecheck
    team = [newcomer if one == inspector_id else one for one in last.team]
    return await _note_draw(session, recheck, last.record, team, gone, last.n + 1, reason, by=by, now=now)


async def _note_draw(
    session: AsyncSession,
    recheck: Recheck,
    record: dict[str, Any],
    team: list[str],
    gone: list[str],
    n: int,
    reason: str | None,
    *,
    by: str,
    now: datetime,
) -> RecheckDraw:
    row = RecheckDraw(recheck_id=recheck.id, n=n, record=record, team=team, gone=gone, reason=reason, at=now, by=by)
    session.add(row)
    await session.flush()
    await journal.record(
        session, by, "drew_recheck_team", f"recheck:{recheck.id}", at=now, seed=record["seed"], team=team, reason=reason
    )
    return row


async def _pool(session: AsyncSession, recheck: Recheck) -> list[Candidate]:
    origin = await session.get_one(Inspection, recheck.inspection_id)
    campaign = await session.get(Campaign, origin.campaign_id) if origin.campaign_id else None
    site, enterprise = await registry.site_with_enterprise(session, recheck.site_id, "")
    # The roster of the whole city: the first four digits of the code (GB/T 2260).
    facts = await registry.pool_facts(
        session, jurisdictions=[recheck.jurisdiction[:4]], on=recheck.scheduled_on, until=recheck.scheduled_on
    )
    grants = await inspection_queries.all_grants(session, recheck.scope)
    before = {grant.account_id for grant in grants if grant.role != TeamRole.EXPERT}
    return candidates(
        facts.inspectors,
        facts.recusals,
        site=site.id,
        enterprise=enterprise.id,
        district=site.jurisdiction,
        inspected_before={person.id for person in facts.inspectors if person.account_id in before},
        is_cross_district=campaign is not None and campaign.cross == Cross.DISTRICT,
    )


async def send_team(
    session: AsyncSession, recheck: Recheck, *, on: date | None, partner: str | None, by: str, now: datetime
) -> Inspection:
    """Send the drawn team: a visit of its own with the items to look at, and the earlier record at hand.

    Raises RecheckSent, RecheckNotDrawn, NothingToRecheck or RecheckDayTaken.
    """
    if RecheckState(recheck.state) not in _TO_SEND:
        raise RecheckSent
    drawn = await queries.last_draw(session, recheck.id)
    if drawn is None:
        raise RecheckNotDrawn
    problems = await queries.problems_to_look_at(session, recheck)
    if not problems:
        raise NothingToRecheck
    if on is not None and on != recheck.scheduled_on:
        if await queries.recheck_of(session, recheck.inspection_id, on, kind=RecheckKind(recheck.kind)):
            raise RecheckDayTaken
        recheck.scheduled_on = on
        try:
            # Two people may choose the same day at the same moment: the database lets one of them.
            await session.flush()
        except IntegrityError as error:
            raise RecheckDayTaken from error
    recheck.partner = partner or recheck.partner
    origin = await session.get_one(Inspection, recheck.inspection_id)
    visit = await _dispatch(session, recheck, origin, problems, drawn.team, by=by, now=now)
    recheck.state, recheck.visit_id, recheck.turned_at = (
        stepped(NEXT_RECHECK, recheck.state, RecheckState.SENT).value,
        visit.id,
        now,
    )
    await session.flush()
    await _take_along(session, recheck, problems, by=by, now=now)
    await journal.record(
        session,
        by,
        "sent_recheck_team",
        f"recheck:{recheck.id}",
        at=now,
        visit=visit.id,
        on=recheck.scheduled_on.isoformat(),
        partner=recheck.partner,
    )
    return visit


async def _dispatch(
    session: AsyncSession,
    recheck: Recheck,
    origin: Inspection,
    problems: Sequence[Problem],
    team: Sequence[str],
    *,
    by: str,
    now: datetime,
) -> Inspection:
    going = await queries.accounts_of(session, team)
    n = await queries.visits_from(session, origin.id) + 1
    letter = "H" if recheck.kind == RecheckKind.LOOKBACK else "F"
    code = f"{origin.code}-{letter}{n}"[:40]
    label = "回头看" if recheck.kind == RecheckKind.LOOKBACK else "复查"
    edition = await checklists.store_part(
        session,
        origin.edition_hash,
        [problem.item for problem in problems],
        id_=f"recheck/{recheck.id}",
        name=f"{label} · {origin.code}",
        now=now,
    )
    plan = VisitPlan(
        id=named_id("recheck", recheck.id),
        code=code,
        campaign=origin.campaign,
        campaign_id=origin.campaign_id,
        site_id=recheck.site_id,
        team_no=origin.team_no,
        planned_on=recheck.scheduled_on,
        kind="lookback" if recheck.kind == RecheckKind.LOOKBACK else "recheck",
        origin_id=origin.id,
    )
    briefing, shared = await brief(session, recheck, origin, problems)
    visit = await inspections.dispatch(
        session,
        plan,
        [Posted(account, role) for account, role in zip(going, _ROLES, strict=True)],
        edition_hash=edition.hash,
        papers={"recheck": briefing},
        by=by,
        now=now,
    )
    await queries.share_evidence(session, visit_scope(visit.id), shared)
    await notices.post(
        session,
        "recheck_sent",
        to=going,
        about=f"inspection:{visit.id}",
        title=f"{label}任务 {code}",
        text=f"{recheck.scheduled_on} 到现场查看 {len(problems)} 个问题",
        once=f"recheck_sent/{recheck.id}",
        jurisdiction=recheck.jurisdiction,
        now=now,
    )
    if recheck.partner:
        await _invite(session, recheck, now=now)
    return visit


async def _invite(session: AsyncSession, recheck: Recheck, *, now: datetime) -> None:
    """联合复查: the other department is told where and when."""
    site, _ = await registry.site_with_enterprise(session, recheck.site_id, "")
    await notices.post(
        session,
        "joint_recheck",
        to=await accounts.department_accounts(session, recheck.partner or "", recheck.jurisdiction),
        about=f"recheck:{recheck.id}",
        title=f"联合复查：{site.name}",
        text=f"{recheck.scheduled_on} {site.address}",
        once=f"joint_recheck/{recheck.id}",
        jurisdiction=recheck.jurisdiction,
        now=now,
    )


async def _take_along(
    session: AsyncSession, recheck: Recheck, problems: Sequence[Problem], *, by: str, now: datetime
) -> None:
    """Note what the team looks at; what waited for a review is decided on the spot now."""
    rows = [{"recheck_id": recheck.id, "problem_id": problem.id} for problem in problems]
    await session.execute(upsert_ignore(session, RecheckProblem, rows))
    for problem in problems:
        waiting = await queries.waiting_submission(session, problem.id)
        if waiting is not None:
            waiting.state, waiting.reason = SubmissionState.TO_RECHECK.value, "由现场复查确认"
            waiting.decided_by, waiting.decided_at = by, now
        if ProblemState(problem.state) not in {*FINAL, ProblemState.RECHECKING}:
            await move_problem(
                session, problem, ProblemState.RECHECKING, verb="sent_to_recheck", by=by, now=now, recheck=recheck.id
            )
    await session.flush()
