"""Holds the demo's draw and sends its teams out, through the same actions as the office."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries as checklists
from suicha.demo.data import demo_round
from suicha.demo.drawing import PUBLIC_VALUE, campaign_settings
from suicha.demo.facts import DemoRound, Rosters
from suicha.demo.rows import CITY, desk_caller
from suicha.draws import actions as draws
from suicha.draws import queries as draw_queries
from suicha.draws.rules.campaign import CampaignSettings
from suicha.draws.rules.record import commitment_of
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.inspections import approvals, notices, planning, plans
from suicha.inspections.check_history import InspectionHistory
from suicha.inspections.rules.before import Delivery
from suicha.inspections.rules.dispatch import EarlierProblem
from suicha.inspections.sending import PastFindings, dispatch_draw
from suicha.kit.clock import SHANGHAI
from suicha.kit.workdays import Calendar

CHECKLIST = "property-service-ref-27"
_OFFICIALS = ("office01", "witness01")
_BATCH = 50


async def hold_draw(session: AsyncSession, rosters: Rosters, today: date) -> str:
    """The draw of the inspection; returns its id."""
    edition = await checklists.latest_edition(session, CHECKLIST)
    settings = campaign_settings(rosters, today, edition.hash)
    return await hold_ceremony(
        session, settings, plan="物业服务企业抽查计划", number="示例文号〔0000〕第1号", value=PUBLIC_VALUE
    )


async def hold_ceremony(
    session: AsyncSession, settings: CampaignSettings, *, plan: str, number: str, value: tuple[str, str]
) -> str:
    """Plan, campaign and ceremony, a week before the period begins; returns the id of the sealed draw.

    `value` is the public one: where it comes from, and what it is.
    """
    office = desk_caller("office01")
    opened = at_hour(settings.from_on - timedelta(days=7), 9)
    planned = await draws.create_plan(
        session,
        year=settings.from_on.year,
        jurisdiction=CITY,
        name=f"{settings.from_on.year}年度{plan}（示范）",
        document_number=number,
        by=office,
        now=opened - timedelta(days=14),
    )
    await draws.approve_plan(session, planned.id, by=desk_caller("office02"), now=opened - timedelta(days=13))
    await draws.publish_plan(session, planned.id, by=office, now=opened - timedelta(days=12))
    campaign = await draws.create_campaign(session, planned.id, settings, by=office, now=opened - timedelta(days=7))
    history = InspectionHistory()
    draw = await draws.freeze(session, campaign.id, by=office, history=history, now=opened)
    held = {username: secrets.token_hex(16) for username in _OFFICIALS}
    for minute, (username, secret) in enumerate(held.items(), start=3):
        official = desk_caller(username)
        commitment = commitment_of(draw.pool_digest, official.name, secret)
        await draws.commit(session, draw.id, commitment, by=official, now=opened + timedelta(minutes=minute))
    await draws.close_commitments(session, draw.id, by=office, history=history, now=opened + timedelta(minutes=8))
    for minute, username in ((12, "office01"), (13, "office02")):
        by, at = desk_caller(username), opened + timedelta(minutes=minute)
        await draws.enter_value(session, draw.id, *value, by=by, now=at)
    for minute, (username, secret) in enumerate(held.items(), start=15):
        by, at = desk_caller(username), opened + timedelta(minutes=minute)
        await draws.reveal(session, draw.id, secret, by=by, now=at)
    await draws.seal_within(session, draw.id, by=office, now=opened + timedelta(minutes=18))
    return draw.id


async def plan_visits(
    session: AsyncSession, draw_id: str, rosters: Rosters, today: date, calendar: Calendar
) -> DemoRound:
    """The round that the draw gives, with days: proposed by travel, then moved to where a demo shows them."""
    record = await draw_queries.sealed_record(session, draw_id)
    begins = date.fromisoformat(record["pool"]["campaign"]["from"])
    now = at_hour(begins - timedelta(days=6), 10)
    proposed = await planning.propose(session, draw_id, desk_caller("office01"), calendar=calendar, now=now)
    known = {one.row.site_id: (one.row.id, one.row.code) for one in proposed}
    round_ = demo_round(rosters, record, today, calendar, planned=known)
    days = {visit.site_id: visit.planned_on for visit in round_.visits}
    for one in proposed:
        one.row.planned_on, one.row.is_moved, one.row.is_uncertain = days[one.row.site_id], True, False
    await session.flush()
    return round_


async def send_teams(database: Database, blobs: BlobStore, draw_id: str, round_: DemoRound, *, begins: date) -> None:
    """审批, 通知, 派发; `begins` is the first day of the campaign."""
    office, now = desk_caller("office01"), at_hour(begins - timedelta(days=5), 9)
    async with database.writing() as session:
        form = await approvals.request(session, blobs, draw_id, office, now=now)
        await approvals.approve(
            session, blobs, draw_id, form.id, desk_caller("office02"), opinion="同意。", now=now + timedelta(hours=1)
        )
    await _make_notices(database, blobs, draw_id, now=now + timedelta(hours=2))
    past = PastFindings(problems_at=_past_of(round_))
    left = 1
    while left:
        async with database.writing() as session:
            sent = await dispatch_draw(session, draw_id, office, past=past, limit=_BATCH, now=now + timedelta(hours=6))
            left = sent.left


async def _make_notices(database: Database, blobs: BlobStore, draw_id: str, *, now: datetime) -> None:
    office, left = desk_caller("office01"), 1
    while left:
        async with database.writing() as session:
            left = (await notices.make(session, blobs, draw_id, office, limit=_BATCH, now=now)).left
    async with database.writing() as session:
        visits = [one.row.id for one in await plans.planned(session, draw_id)]
        await notices.mark_sent(
            session,
            draw_id,
            office,
            visits=visits,
            sent_at=now + timedelta(hours=1),
            how=Delivery.ELECTRONIC,
            recipient=None,
            now=now + timedelta(hours=1),
        )


def _past_of(round_: DemoRound) -> Any:
    problems: Mapping[str, list[EarlierProblem]] = {
        visit.site_id: [
            EarlierProblem(
                code=p.code,
                item=p.item,
                title=p.text,
                severity=None,
                found_on=p.found_on,
                due_on=None,
                state=p.state,
                site=visit.site_id,
            )
            for p in visit.earlier_problems
        ]
        for visit in round_.visits
    }

    async def problems_at(_session: AsyncSession, sites: Sequence[str]) -> list[EarlierProblem]:
        return [problem for site in sites for problem in problems.get(site, [])]

    return problems_at


def at_hour(day: date, hour: int) -> datetime:
    """That hour of the day in China."""
    return datetime.combine(day, time(hour), SHANGHAI)
