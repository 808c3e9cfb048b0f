"""From a plan to visits on phones, and teams that change afterwards."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.draws import queries as draws
from suicha.feed import actions as feed
from suicha.feed.rules import account_scope, visit_scope
from suicha.inspections import actions, plans, queries
from suicha.inspections.errors import InspectorWithoutAccount
from suicha.inspections.notices import news_of
from suicha.inspections.plans import DrawInForce, Planned
from suicha.inspections.rules.before import approval_news, ready_visits, team_changes
from suicha.inspections.rules.dispatch import EarlierProblem, Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.rules.papers import Person
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.clock import rfc3339
from suicha.notices import actions as notices

_OPEN = (VisitState.ASSIGNED.value, VisitState.UNDER_WAY.value)


@dataclass(frozen=True)
class PastFindings:
    """Where earlier problems are known; wired once in `web/app.py`, because rectification stands downstream."""

    problems_at: Callable[[AsyncSession, Sequence[str]], Awaitable[Sequence[EarlierProblem]]]


@dataclass(frozen=True)
class Sent:
    """How many visits were sent now and in all, and how many are ready and still to be sent."""

    dispatched: int
    in_all: int
    left: int


async def dispatch_draw(
    session: AsyncSession, draw_id: str, caller: Caller, *, past: PastFindings, limit: int, now: datetime
) -> Sent:
    """Send up to `limit` of the visits that are approved and announced; whoever asks goes on until none is left.

    Pressed twice, or after a lost answer, it makes no second visit: a visit has the id of its plan. Raises
    ProposalMissing, InspectorWithoutAccount, ApprovalMissing or NoticeMissing before anything has happened.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    found = await plans.planned(session, draw_id)
    teams = await plans.teams(session, draw.campaign.id)
    nobody = plans.without_account(teams, [one.row.team_no for one in found])
    if nobody:
        raise InspectorWithoutAccount(f"{'、'.join(nobody)}还没有账号，请先在名录库开通", people=nobody)
    ready = ready_visits(one.readiness for one in found)
    batch = plans.chosen(found, ready[:limit])
    await _lock(session, batch, teams)
    problems = await past.problems_at(session, [one.site.id for one in batch])
    for one in batch:
        earlier = [problem for problem in problems if problem.site == one.site.id]
        await _dispatch_one(session, draw, one, teams[one.row.team_no], earlier, by=caller.id, now=now)
    await session.flush()
    if batch:
        await journal.record(session, caller.id, "dispatched_draw", f"draw:{draw_id}", at=now, visits=len(batch))
        await _tell_teams(session, draw, batch, teams, now=now)
    in_all = sum(one.row.dispatched_at is not None for one in found)
    return Sent(len(batch), in_all, len(ready) - len(batch))


async def _tell_teams(
    session: AsyncSession,
    draw: DrawInForce,
    batch: Sequence[Planned],
    teams: Mapping[int, Sequence[Person]],
    *,
    now: datetime,
) -> None:
    """One message for each person, however many visits he got at once."""
    for team_no in sorted({one.row.team_no for one in batch}):
        rows = sorted((one.row for one in batch if one.row.team_no == team_no), key=lambda row: row.planned_on)
        days = f"{rows[0].planned_on}" if len(rows) == 1 else f"{rows[0].planned_on}至{rows[-1].planned_on}"
        await notices.post(
            session,
            "visit_sent",
            to=[person.account for person in teams[team_no] if person.account],
            about=f"campaign:{draw.campaign.id}",
            title="新的检查任务",
            text=f"{draw.campaign.name}：第{team_no}组有{len(rows)}项检查，计划{days}。",
            once=f"sent:{rows[0].id}",
            now=now,
            jurisdiction=rows[0].jurisdiction,
        )


async def _lock(session: AsyncSession, batch: Sequence[Planned], teams: Mapping[int, Sequence[Person]]) -> None:
    """All feeds at once and in the one order: one after the other could meet a phone that comes the other way."""
    people = {person.account for one in batch for person in teams[one.row.team_no] if person.account}
    await feed.lock(session, [*(visit_scope(one.row.id) for one in batch), *map(account_scope, people)])


async def _dispatch_one(
    session: AsyncSession,
    draw: DrawInForce,
    one: Planned,
    team: Sequence[Person],
    earlier: Sequence[EarlierProblem],
    *,
    by: str,
    now: datetime,
) -> None:
    row = one.row
    plan = VisitPlan(
        row.id,
        row.code,
        draw.campaign.name,
        row.site_id,
        row.team_no,
        row.planned_on,
        campaign_id=row.campaign_id,
        approval_id=row.approval_id,
    )
    await actions.dispatch(
        session,
        plan,
        [Posted(person.account, TeamRole(person.role)) for person in team if person.account],
        edition_hash=draw.campaign.edition_hash,
        earlier_problems=earlier,
        papers=_papers(one),
        by=by,
        now=now,
    )
    row.dispatched_at = now


def _papers(one: Planned) -> dict[str, Any]:
    approval = one.approval
    approved_at = rfc3339(approval.approved_at) if approval and approval.approved_at else None
    return {
        "approval": approval_news(approval.number, approved_at=approved_at, is_urgent=approval.is_urgent)
        if approval
        else None,
        "notice": news_of(one.notice) if one.notice else None,
    }


async def apply_replacement(session: AsyncSession, draw_id: str, *, by: str | None, now: datetime) -> int:
    """Bring the visits of a team in line after a sealed replacement; returns how many changed.

    Raises DrawUnknown, DrawNotSealed or InspectorWithoutAccount. Visits that are sealed keep the team that made them.
    """
    record = await draws.sealed_record(session, draw_id)
    replacement = await draws.locked_draw(session, draw_id)
    return await _align_team(
        session,
        replacement.campaign_id,
        record["pool"]["place"]["team"],
        reason=replacement.reason or "",
        by=by,
        now=now,
    )


async def _align_team(
    session: AsyncSession, campaign_id: str, team_no: int, *, reason: str, by: str | None, now: datetime
) -> int:
    team = (await plans.teams(session, campaign_id)).get(team_no, [])
    visits = await open_visits(session, campaign_id, team_no)
    nobody = plans.without_account({team_no: team}, [team_no]) if visits else []
    if nobody:
        raise InspectorWithoutAccount(f"{'、'.join(nobody)}还没有账号，请先在名录库开通", people=nobody)
    wanted = {person.account: TeamRole(person.role) for person in team if person.account}
    granted = {visit.id: await _granted(session, visit.id) for visit in visits}
    people = {account for own in granted.values() for account in own} | wanted.keys()
    await feed.lock(session, [*(visit_scope(visit.id) for visit in visits), *map(account_scope, people)])
    changed = 0
    for visit in visits:
        changes = team_changes(granted[visit.id], wanted)
        for change in changes:
            scope = visit_scope(visit.id)
            if change.role is None:
                await actions.revoke_grant(session, scope, change.account, reason=reason, by=by, now=now)
            else:
                await actions.add_grant(session, scope, change.account, change.role, by=by, now=now)
        changed += bool(changes)
    return changed


async def open_visits(session: AsyncSession, campaign_id: str, team_no: int) -> list[Inspection]:
    """The visits of a team that came from a draw and are not sealed."""
    rows = await session.scalars(
        select(Inspection)
        .where(
            col(Inspection.campaign_id) == campaign_id,
            col(Inspection.team_no) == team_no,
            col(Inspection.state).in_(_OPEN),
        )
        .order_by(col(Inspection.id))
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def _granted(session: AsyncSession, inspection_id: str) -> dict[str, str]:
    grants = await queries.all_grants(session, visit_scope(inspection_id))
    return {grant.account_id: grant.role for grant in grants if grant.revoked_pos is None}
