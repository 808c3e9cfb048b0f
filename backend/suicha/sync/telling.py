"""What arrives after the seal is told to the leader, who decides about it: once a day, however much comes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed.rules import VISIT_PREFIX
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.notices import actions as notices
from suicha.sync.rules.scope import ScopeState


async def tell_leader(session: AsyncSession, scope: ScopeState, *, now: datetime) -> None:
    """Post a message where a record of this batch waits for a decision."""
    if all(case.decision for case in scope.changes.cases.values()):
        return
    inspection_id = scope.scope.removeprefix(VISIT_PREFIX)
    found = await session.execute(
        select(col(Inspection.code), col(Inspection.jurisdiction)).where(col(Inspection.id) == inspection_id)
    )
    code, jurisdiction = found.one()
    grants = scope.grants.values()
    await notices.post(
        session,
        "late_record",
        to=[grant.account_id for grant in grants if grant.role is TeamRole.LEADER and grant.revoked_pos is None],
        about=f"inspection:{inspection_id}",
        title="迟到记录待处理",
        text=f"检查{code}封存后又收到记录，请决定是否纳入更正记录。",
        once=f"late:{inspection_id}:{local_date(now)}",
        now=now,
        jurisdiction=jurisdiction,
    )
