"""双随机检查情况汇总表: all visits of a campaign with their problems, and what became of them."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.documents import actions as documents
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.draws.queries.campaigns import campaign as campaign_of
from suicha.draws.rules.campaign import scope_of
from suicha.draws.tables import Campaign
from suicha.infra.blobs import BlobStore
from suicha.infra.settings import settings_from_environment
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.rectification.rules import FINAL, ProblemState
from suicha.rectification.tables import Problem
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Site

FIRST_VISIT = "inspection"


async def make_summary(
    session: AsyncSession, blobs: BlobStore, campaign_id: str, caller: Caller, *, now: datetime
) -> Document:
    """Make the table of a campaign, or a newer revision of it; raises CampaignUnknown."""
    campaign = (await campaign_of(session, campaign_id, caller)).row
    facts = await summary_facts(session, campaign, now=now)
    about = f"campaign:{campaign.id}"
    number = await documents.number_for(session, Kind.SUMMARY, about, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=scope_of(campaign.jurisdictions), by=caller.id, now=now
    )


async def summary_facts(session: AsyncSession, campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """Every first visit of the campaign, whether it was made or not."""
    counted = await _problems(session, campaign.id)
    districts = await registry.jurisdiction_names(session)
    rows = await session.execute(
        select(Inspection, col(Site.name), col(Enterprise.name))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(col(Inspection.campaign_id) == campaign.id, col(Inspection.kind) == FIRST_VISIT)
        .order_by(col(Inspection.jurisdiction), col(Inspection.code))
    )
    found = [
        _row(n, visit, site, enterprise, districts.get(visit.jurisdiction, visit.jurisdiction), counted)
        for n, (visit, site, enterprise) in enumerate(rows, start=1)
    ]
    states: Counter[str] = sum(counted.values(), Counter())
    return {
        "campaign": campaign.name,
        "agency": campaign.lead_department or settings_from_environment().agency,
        "rows": found,
        "totals": {
            "drawn": str(len(found)),
            "inspected": str(sum(row["is_inspected"] for row in found)),
            "problems": str(states.total()),
            "closed": str(states[ProblemState.CLOSED]),
            "referred": str(states[ProblemState.REFERRED]),
            "recorded": str(states[ProblemState.RECORDED]),
            "withdrawn": str(states[ProblemState.WITHDRAWN]),
            "open": str(states.total() - _ended(states)),
        },
        "made_on": local_date(now).isoformat(),
    }


def _row(
    n: int, visit: Inspection, site: str, enterprise: str, district: str, counted: dict[str, Counter[str]]
) -> dict[str, Any]:
    states = counted.get(visit.id, Counter())
    return {
        "no": str(n),
        "code": visit.code,
        "district": district,
        "site": site,
        "enterprise": enterprise,
        "on": local_date(visit.sealed_at).isoformat() if visit.sealed_at else "未检查",
        "is_inspected": visit.sealed_at is not None,
        "problems": str(states.total()),
        "closed": str(states[ProblemState.CLOSED]),
        "open": str(states.total() - _ended(states)),
    }


def _ended(states: Counter[str]) -> int:
    return sum(states[state] for state in FINAL)


async def _problems(session: AsyncSession, campaign_id: str) -> dict[str, Counter[str]]:
    """How many problems of each visit are in which state."""
    rows = await session.execute(
        select(col(Problem.inspection_id), col(Problem.state), func.count())
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .where(col(Inspection.campaign_id) == campaign_id, col(Inspection.kind) == FIRST_VISIT)
        .group_by(col(Problem.inspection_id), col(Problem.state))
    )
    found: dict[str, Counter[str]] = {}
    for visit, state, count in rows:
        found.setdefault(visit, Counter())[state] = count
    return found
