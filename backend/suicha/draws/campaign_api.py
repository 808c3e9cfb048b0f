"""Plans and campaigns over HTTP. What lies outside the caller's jurisdiction is answered as not existing."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.draws import actions, queries
from suicha.draws.ports import CheckHistory
from suicha.draws.queries import CAMPAIGN_SORTS, PLAN_SORTS, CampaignFilter
from suicha.draws.rules.campaign import CampaignState
from suicha.draws.schemas.campaigns import (
    CampaignListOut,
    CampaignOut,
    DrawBriefOut,
    LedgerItemOut,
    LedgerOut,
    PlanListOut,
    PlanOut,
    brief,
)
from suicha.draws.schemas.preview import PreviewOut
from suicha.draws.schemas.requests import (
    ChangeCampaignRequest,
    ChangePlanRequest,
    CreateCampaignRequest,
    CreatePlanRequest,
    FreezeRequest,
    PreviewRequest,
)
from suicha.infra.db import Database
from suicha.kit.clock import local_date, utc_now

Page = Annotated[int, QueryParameter(ge=1, le=10_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=500)]
_MANAGE = may(Permission.MANAGE_DRAWS)


class PlansController(Controller):
    """`/api/plans`: year plans of the caller's jurisdiction."""

    path = "/api/plans"
    tags = ["draws"]

    @get("/", operation_id="listPlans", opt=_MANAGE)
    async def plans(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        year: Annotated[int | None, QueryParameter(ge=2000, le=2100)] = None,
        sort: Annotated[str, QueryParameter(pattern=f"^({'|'.join(PLAN_SORTS)})$")] = "-year",
        page: Page = 1,
        size: PageSize = 50,
    ) -> PlanListOut:
        """Year plans, each with the number of its campaigns."""
        found, total = await queries.plans(session, caller, year=year, sort=sort, page=page, size=size)
        return PlanListOut(items=[PlanOut.of(plan, count) for plan, count in found], total=total)

    @post("/", operation_id="createPlan", opt=_MANAGE)
    async def create(
        self,
        data: JSONBody[CreatePlanRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> PlanOut:
        """Begin the plan of a year."""
        return PlanOut.of(await actions.create_plan(session, **data.model_dump(), by=caller, now=utc_now()), 0)

    @patch("/{plan_id:uuid}", operation_id="changePlan", opt=_MANAGE)
    async def change(
        self,
        plan_id: FromPath[UUID],
        data: JSONBody[ChangePlanRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> PlanOut:
        """Change a draft."""
        plan = await actions.change_plan(session, str(plan_id), **data.model_dump(), by=caller, now=utc_now())
        return PlanOut.of(plan, await queries.campaign_count(session, plan.id))

    @post("/{plan_id:uuid}/approve", operation_id="approvePlan", status_code=200, opt=_MANAGE)
    async def approve(
        self, plan_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> PlanOut:
        """Approve a plan: it changes no more."""
        plan = await actions.approve_plan(session, str(plan_id), by=caller, now=utc_now())
        return PlanOut.of(plan, await queries.campaign_count(session, plan.id))

    @post("/{plan_id:uuid}/publish", operation_id="publishPlan", status_code=200, opt=_MANAGE)
    async def publish(
        self, plan_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> PlanOut:
        """Note that an approved plan was published."""
        plan = await actions.publish_plan(session, str(plan_id), by=caller, now=utc_now())
        return PlanOut.of(plan, await queries.campaign_count(session, plan.id))


class CampaignsController(Controller):
    """`/api/campaigns`: what a draw is made for, its preview, and its ledger."""

    path = "/api/campaigns"
    tags = ["draws"]

    @get("/", operation_id="listCampaigns", opt=_MANAGE)
    async def campaigns(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        plan: FromQuery[UUID | None] = None,
        in_state: Annotated[CampaignState | None, QueryParameter(name="state")] = None,
        sort: Annotated[str, QueryParameter(pattern=f"^({'|'.join(CAMPAIGN_SORTS)})$")] = "-from_on",
        page: Page = 1,
        size: PageSize = 50,
    ) -> CampaignListOut:
        """Campaigns whose jurisdictions all lie in the caller's."""
        wanted = CampaignFilter(q.strip(), str(plan) if plan else None, in_state, sort, page, size)
        found, total = await queries.campaigns(session, caller, wanted)
        return CampaignListOut(items=[CampaignOut.of(campaign) for campaign in found], total=total)

    @post("/", operation_id="createCampaign", opt=_MANAGE)
    async def create(
        self,
        data: JSONBody[CreateCampaignRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CampaignOut:
        """Begin a campaign."""
        row = await actions.create_campaign(session, data.plan, data.settings(), by=caller, now=utc_now())
        return CampaignOut.of(await queries.campaign(session, row.id, caller))

    @get("/{campaign_id:uuid}", operation_id="getCampaign", opt=_MANAGE)
    async def one(
        self, campaign_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> CampaignOut:
        """One campaign."""
        return CampaignOut.of(await queries.campaign(session, str(campaign_id), caller))

    @patch("/{campaign_id:uuid}", operation_id="changeCampaign", opt=_MANAGE)
    async def change(
        self,
        campaign_id: FromPath[UUID],
        data: JSONBody[ChangeCampaignRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> CampaignOut:
        """Change a draft: all settings are sent, as they should be."""
        row = await actions.change_campaign(
            session, str(campaign_id), data.settings(), revision=data.revision, by=caller, now=utc_now()
        )
        return CampaignOut.of(await queries.campaign(session, row.id, caller))

    @delete("/{campaign_id:uuid}", operation_id="deleteCampaign", opt=_MANAGE)
    async def delete(
        self, campaign_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> None:
        """Take a draft away for which there was no draw."""
        await actions.delete_campaign(session, str(campaign_id), by=caller, now=utc_now())

    @post("/{campaign_id:uuid}/close", operation_id="closeCampaign", status_code=200, opt=_MANAGE)
    async def close(
        self, campaign_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> CampaignOut:
        """Note that the round is over: no more draws."""
        row = await actions.close_campaign(session, str(campaign_id), by=caller, now=utc_now())
        return CampaignOut.of(await queries.campaign(session, row.id, caller))

    @post("/{campaign_id:uuid}/preview", operation_id="previewCampaign", status_code=200, opt=_MANAGE)
    async def preview(
        self,
        campaign_id: FromPath[UUID],
        data: JSONBody[PreviewRequest],
        database: NamedDependency[Database],
        caller: NamedDependency[Caller],
        history: NamedDependency[CheckHistory],
    ) -> PreviewOut:
        """What the numbers would give with the rosters of now, saved or not; nothing is written."""
        settings = data.settings.settings() if data.settings else None
        foreseen = await actions.foresee(
            database, str(campaign_id), settings, by=caller, history=history, today=local_date(utc_now())
        )
        return PreviewOut.of(foreseen)

    @post("/{campaign_id:uuid}/draws", operation_id="freezePool", opt=_MANAGE)
    async def freeze(
        self,
        campaign_id: FromPath[UUID],
        data: JSONBody[FreezeRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        history: NamedDependency[CheckHistory],
    ) -> DrawBriefOut:
        """Freeze the pool and begin a ceremony; a sealed draw is superseded once the new one is sealed."""
        row = await actions.freeze(
            session, str(campaign_id), by=caller, history=history, now=utc_now(), reason=data.reason
        )
        return DrawBriefOut.of(row)

    @get("/{campaign_id:uuid}/draws", operation_id="listCampaignDraws", opt=_MANAGE)
    async def ledger(
        self, campaign_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> LedgerOut:
        """The ledger: all draws, first to last."""
        found = await queries.campaign(session, str(campaign_id), caller)
        rows = await queries.ledger(session, found.row.id)
        people = [one for row in rows for one in (row.leaver_id, row.chosen_id) if one]
        names = await queries.names_of_inspectors(session, people)
        return LedgerOut(
            items=[
                LedgerItemOut.model_validate(
                    brief(row) | {"leaver": names.get(row.leaver_id or ""), "chosen": names.get(row.chosen_id or "")}
                )
                for row in rows
            ]
        )
