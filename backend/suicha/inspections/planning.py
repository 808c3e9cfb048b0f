"""From a draw to days: the proposal, and changes of a day by the office."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.draws import queries as draws
from suicha.feed import actions as feed
from suicha.feed.rules import account_scope, visit_scope
from suicha.inspections import actions, plans, queries
from suicha.inspections.errors import DayFixed
from suicha.inspections.plans import DrawInForce, Planned
from suicha.inspections.rules.before import VISITS_PER_DAY, checked_day
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.rules.travel import Stop, proposed_trips
from suicha.inspections.tables import Inspection, PlannedVisit
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.workdays import Calendar
from suicha.registry import queries as registry

_ONE_DAY = timedelta(days=1)


async def propose(
    session: AsyncSession, draw_id: str, caller: Caller, *, calendar: Calendar, now: datetime
) -> list[Planned]:
    """Give every drawn site a day, from tomorrow on; asked again, it changes nothing.

    Raises DrawUnknown, DrawNotSealed or PeriodTooShort. What an earlier draw of the campaign sent out is taken back.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    if not await plans.has_proposal(session, draw_id):
        await _take_back_earlier(session, draw, caller, now=now)
        await _add_rows(session, draw, caller, calendar=calendar, now=now)
    return await plans.planned(session, draw_id)


async def _add_rows(
    session: AsyncSession, draw: DrawInForce, caller: Caller, *, calendar: Calendar, now: datetime
) -> None:
    record = await draws.sealed_record(session, draw.row.id)
    stops = await _stops(session, record)
    trips = proposed_trips(
        stops,
        start=max(draw.campaign.from_on, local_date(now) + _ONE_DAY),
        until=draw.campaign.until_on,
        calendar=calendar,
        per_day=VISITS_PER_DAY,
    )
    districts = {stop.site: stop.district for stop in stops}
    first = await _codes_given(session, draw.campaign.id) + 1
    session.add_all(
        PlannedVisit(
            draw_id=draw.row.id,
            campaign_id=draw.campaign.id,
            code=f"{draw.campaign.short_code}-{n:03d}",
            site_id=trip.site,
            jurisdiction=districts[trip.site],
            team_no=trip.team,
            planned_on=trip.on,
            is_uncertain=trip.is_uncertain,
        )
        for n, trip in enumerate(trips, start=first)
    )
    await session.flush()
    await journal.record(
        session, caller.id, "proposed_visits", f"draw:{draw.row.id}", at=now, visits=len(trips), digest=record["digest"]
    )


async def _stops(session: AsyncSession, record: Mapping[str, Any]) -> list[Stop]:
    """The drawn sites with their places: districts as they stood in the hat, coordinates as the roster has them now."""
    districts = {site["id"]: site["jurisdiction"] for site in record["pool"]["sites"]}
    visits = record["result"]["visits"]
    known = await registry.sites_with_enterprises(session, [visit["site"] for visit in visits], "")
    places = {site_id: (site.lat, site.lon) for site_id, (site, _) in known.items()}
    return [
        Stop(visit["site"], visit["team"], districts[visit["site"]], *places.get(visit["site"], (None, None)))
        for visit in visits
    ]


async def _codes_given(session: AsyncSession, campaign_id: str) -> int:
    """Codes go on where an earlier draw of the campaign ended: none is given twice."""
    given = await session.scalar(
        select(func.count()).select_from(PlannedVisit).where(col(PlannedVisit.campaign_id) == campaign_id)
    )
    return given or 0


async def _take_back_earlier(session: AsyncSession, draw: DrawInForce, caller: Caller, *, now: datetime) -> None:
    """A draw is superseded only while nobody has begun; teams that were sent by it are called back."""
    rows = list(
        await session.scalars(
            select(Inspection)
            .join(PlannedVisit, col(PlannedVisit.id) == col(Inspection.id))
            .where(
                col(PlannedVisit.campaign_id) == draw.campaign.id,
                col(PlannedVisit.draw_id) != draw.row.id,
                col(Inspection.state) == VisitState.ASSIGNED.value,
            )
            .order_by(col(Inspection.id))
        )
    )
    grants = {row.id: await queries.all_grants(session, visit_scope(row.id)) for row in rows}
    people = {account_scope(grant.account_id) for own in grants.values() for grant in own}
    await feed.lock(session, [*(visit_scope(row.id) for row in rows), *people])
    for row in rows:
        for grant in grants[row.id]:
            if grant.revoked_pos is None:
                await actions.revoke_grant(
                    session, grant.scope, grant.account_id, reason="重新抽取", by=caller.id, now=now
                )
        row.state = VisitState.CLOSED.value
        # The plan keeps the campaign; the visit no longer counts as one of it, so that its site is not taken for done.
        row.campaign_id = None
    await session.flush()


async def move(
    session: AsyncSession,
    draw_id: str,
    visit_id: str,
    caller: Caller,
    *,
    on: date,
    calendar: Calendar,
    now: datetime,
) -> Planned:
    """Put a visit on another day; raises PlannedVisitUnknown, DayFixed or DayRefused."""
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    [found] = plans.chosen(await plans.planned(session, draw_id), [visit_id])
    if found.row.approval_id is not None:
        raise DayFixed
    before = found.row.planned_on
    start = max(draw.campaign.from_on, local_date(now))
    found.row.planned_on = checked_day(on, start=start, until=draw.campaign.until_on, calendar=calendar)
    found.row.is_uncertain = not calendar.knows([on])
    found.row.is_moved = True
    await session.flush()
    await journal.record(
        session,
        caller.id,
        "moved_visit",
        f"draw:{draw_id}",
        at=now,
        visit=found.row.code,
        from_on=before.isoformat(),
        to_on=on.isoformat(),
    )
    return found
