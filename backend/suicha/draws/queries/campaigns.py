"""Plans and campaigns. A campaign is there for those whose jurisdiction holds all of it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.draws.errors import CampaignUnknown, PlanUnknown
from suicha.draws.rules.campaign import CampaignKind, CampaignSettings, CampaignState, Cross, Ratio
from suicha.draws.rules.ceremony import OPEN_STATES, DrawKind, DrawState
from suicha.draws.tables import Campaign, Draw, Plan

_PLAN_ORDERS = {"year": col(Plan.year), "name": col(Plan.name), "state": col(Plan.state)}
_ORDERS = {
    "name": col(Campaign.name),
    "short_code": col(Campaign.short_code),
    "from_on": col(Campaign.from_on),
    "until_on": col(Campaign.until_on),
    "state": col(Campaign.state),
    "created_at": col(Campaign.created_at),
}
PLAN_SORTS = (*_PLAN_ORDERS, *(f"-{name}" for name in _PLAN_ORDERS))
CAMPAIGN_SORTS = (*_ORDERS, *(f"-{name}" for name in _ORDERS))


@dataclass(frozen=True)
class CampaignFilter:
    """Which campaigns a list asks for, and in which order."""

    q: str = ""
    plan: str | None = None
    state: CampaignState | None = None
    sort: str = "-from_on"
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class FoundCampaign:
    """A campaign with the draw in force and the one under way."""

    row: Campaign
    in_force: Draw | None
    under_way: Draw | None
    draw_count: int


async def plans(
    session: AsyncSession, caller: Caller, *, year: int | None, sort: str, page: int, size: int
) -> tuple[list[tuple[Plan, int]], int]:
    """One page of the plans in the caller's jurisdiction, each with the number of its campaigns."""
    found = select(Plan).where(col(Plan.jurisdiction).startswith(caller.jurisdiction, autoescape=True))
    if year is not None:
        found = found.where(col(Plan.year) == year)
    total = await session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = _PLAN_ORDERS[sort.removeprefix("-")]
    ordered = found.order_by(order.desc() if sort.startswith("-") else order.asc(), col(Plan.id))
    rows = list(await session.scalars(ordered.limit(size).offset((page - 1) * size)))
    counts = await session.execute(
        select(col(Campaign.plan_id), func.count())
        .where(col(Campaign.plan_id).in_([row.id for row in rows]))
        .group_by(col(Campaign.plan_id))
    )
    by_plan = {row[0]: row[1] for row in counts}
    return [(row, by_plan.get(row.id, 0)) for row in rows], total


async def campaign_count(session: AsyncSession, plan_id: str) -> int:
    """How many campaigns a plan holds."""
    return await session.scalar(select(func.count()).where(col(Campaign.plan_id) == plan_id)) or 0


async def plan(session: AsyncSession, plan_id: str, caller: Caller) -> Plan:
    """One plan; raises PlanUnknown."""
    return await _plan(session, select(Plan), plan_id, caller)


async def locked_plan(session: AsyncSession, plan_id: str, caller: Caller) -> Plan:
    """One plan, to be changed; raises PlanUnknown."""
    query = select(Plan).with_for_update().execution_options(populate_existing=True)
    return await _plan(session, query, plan_id, caller)


async def _plan(session: AsyncSession, query: Select[Plan], plan_id: str, caller: Caller) -> Plan:
    within = col(Plan.jurisdiction).startswith(caller.jurisdiction, autoescape=True)
    row = await session.scalar(query.where(col(Plan.id) == plan_id, within))
    if row is None:
        raise PlanUnknown
    return row


async def campaigns(session: AsyncSession, caller: Caller, wanted: CampaignFilter) -> tuple[list[FoundCampaign], int]:
    """One page of the campaigns that the caller may see, and how many there are in all."""
    found = select(Campaign).where(visible_campaigns(caller))
    if wanted.plan:
        found = found.where(col(Campaign.plan_id) == wanted.plan)
    if wanted.state:
        found = found.where(col(Campaign.state) == wanted.state.value)
    if wanted.q:
        texts = (col(Campaign.name), col(Campaign.short_code), col(Campaign.matters))
        found = found.where(or_(*(text.icontains(wanted.q, autoescape=True) for text in texts)))
    total = await session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = _ORDERS[wanted.sort.removeprefix("-")]
    ordered = found.order_by(order.desc() if wanted.sort.startswith("-") else order.asc(), col(Campaign.id))
    page = ordered.limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    return await _with_draws(session, list(await session.scalars(page))), total


async def campaign(session: AsyncSession, campaign_id: str, caller: Caller) -> FoundCampaign:
    """One campaign; raises CampaignUnknown."""
    row = await session.scalar(select(Campaign).where(col(Campaign.id) == campaign_id, visible_campaigns(caller)))
    if row is None:
        raise CampaignUnknown
    [found] = await _with_draws(session, [row])
    return found


async def locked_campaign(session: AsyncSession, campaign_id: str, caller: Caller | None = None) -> Campaign:
    """One campaign, to be changed; raises CampaignUnknown. Always locked before its draws."""
    query = select(Campaign).where(col(Campaign.id) == campaign_id)
    if caller is not None:
        query = query.where(visible_campaigns(caller))
    row = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise CampaignUnknown
    return row


async def campaign_by_reference(session: AsyncSession, reference: str) -> Campaign:
    """The campaign of this id, short code or name; raises CampaignUnknown, also where several have the name."""
    for condition in (
        col(Campaign.id) == reference,
        col(Campaign.short_code) == reference,
        col(Campaign.name) == reference,
    ):
        rows = list(await session.scalars(select(Campaign).where(condition).limit(2)))
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise CampaignUnknown(f"有几个任务都叫“{reference}”，请用任务简码")
    raise CampaignUnknown(f"没有编号、简码或名称为“{reference}”的任务")


def visible_campaigns(caller: Caller) -> ColumnElement[bool]:
    """The condition under which a campaign is there for the caller."""
    return col(Campaign.scope).startswith(caller.jurisdiction, autoescape=True)


def settings_of(row: Campaign) -> CampaignSettings:
    """What the campaign decides, as facts."""
    return CampaignSettings(
        name=row.name,
        short_code=row.short_code,
        kind=CampaignKind(row.kind),
        matters=row.matters,
        target_scope=row.target_scope,
        frequency=row.frequency,
        from_on=row.from_on,
        until_on=row.until_on,
        edition_hash=row.edition_hash,
        jurisdictions=tuple(row.jurisdictions),
        cross=Cross(row.cross),
        authority=row.authority,
        officers=row.officers,
        experts=row.experts,
        teams=row.teams,
        most_visits=row.most_visits,
        ratios=dict(row.ratios),
        overrides=tuple(Ratio(**ratio) for ratio in row.overrides),
        exclude_checked_within_months=row.exclude_checked_within_months,
        yearly_limit=row.yearly_limit,
        lead_department=row.lead_department,
        departments=tuple(row.departments),
    )


async def _with_draws(session: AsyncSession, rows: list[Campaign]) -> list[FoundCampaign]:
    draws = await session.scalars(
        select(Draw).where(col(Draw.campaign_id).in_([row.id for row in rows])).order_by(col(Draw.number))
    )
    by_campaign: dict[str, list[Draw]] = {}
    for draw in draws:
        by_campaign.setdefault(draw.campaign_id, []).append(draw)
    return [_found(row, by_campaign.get(row.id, [])) for row in rows]


def _found(row: Campaign, draws: list[Draw]) -> FoundCampaign:
    sealed = [d for d in draws if d.kind == DrawKind.DRAW and d.state == DrawState.SEALED]
    under_way = [d for d in draws if d.state in OPEN_STATES]
    return FoundCampaign(row, sealed[-1] if sealed else None, under_way[-1] if under_way else None, len(draws))
