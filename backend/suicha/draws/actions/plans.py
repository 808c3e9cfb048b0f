"""Year plans: drafted, approved, published. An approved one changes no more."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.draws import queries
from suicha.draws.errors import CampaignInvalid, OutsideJurisdiction, PlanNotDraft, RevisionStale
from suicha.draws.rules.campaign import PlanState, advanced_plan
from suicha.draws.tables import Plan
from suicha.journal import actions as journal


async def create_plan(
    session: AsyncSession,
    *,
    year: int,
    jurisdiction: str,
    name: str,
    document_number: str | None = None,
    by: Caller,
    now: datetime,
) -> Plan:
    """Begin the plan of a year; raises OutsideJurisdiction or CampaignInvalid."""
    if not jurisdiction.startswith(by.jurisdiction):
        raise OutsideJurisdiction(jurisdictions=[jurisdiction])
    plan = Plan(
        year=year,
        jurisdiction=jurisdiction,
        name=_checked_name(name),
        document_number=document_number or None,
        state=PlanState.DRAFT.value,
        created_at=now,
    )
    session.add(plan)
    await session.flush()
    await journal.record(session, by.id, "created_plan", f"plan:{plan.id}", at=now, year=year, name=plan.name)
    return plan


async def change_plan(
    session: AsyncSession,
    plan_id: str,
    *,
    year: int,
    name: str,
    document_number: str | None,
    revision: int,
    by: Caller,
    now: datetime,
) -> Plan:
    """Change a draft; raises PlanUnknown, PlanNotDraft or RevisionStale."""
    plan = await queries.locked_plan(session, plan_id, by)
    if plan.state != PlanState.DRAFT:
        raise PlanNotDraft(state=plan.state)
    if plan.revision != revision:
        raise RevisionStale(revision=plan.revision)
    plan.year, plan.name, plan.document_number = year, _checked_name(name), document_number or None
    plan.revision += 1
    await session.flush()
    await journal.record(
        session, by.id, "changed_plan", f"plan:{plan.id}", at=now, year=year, name=name, document=document_number
    )
    return plan


async def approve_plan(session: AsyncSession, plan_id: str, *, by: Caller, now: datetime) -> Plan:
    """批准; raises PlanUnknown or IllegalCampaignStep."""
    plan = await queries.locked_plan(session, plan_id, by)
    plan.state = advanced_plan(plan.state, PlanState.APPROVED)
    plan.approved_at, plan.approved_by, plan.revision = now, by.id, plan.revision + 1
    await session.flush()
    await journal.record(session, by.id, "approved_plan", f"plan:{plan.id}", at=now)
    return plan


async def publish_plan(session: AsyncSession, plan_id: str, *, by: Caller, now: datetime) -> Plan:
    """公布; raises PlanUnknown or IllegalCampaignStep."""
    plan = await queries.locked_plan(session, plan_id, by)
    plan.state = advanced_plan(plan.state, PlanState.PUBLISHED)
    plan.published_at, plan.revision = now, plan.revision + 1
    await session.flush()
    await journal.record(session, by.id, "published_plan", f"plan:{plan.id}", at=now)
    return plan


def _checked_name(name: str) -> str:
    if not name.strip():
        raise CampaignInvalid("请填写计划名称", field="name")
    return name.strip()
