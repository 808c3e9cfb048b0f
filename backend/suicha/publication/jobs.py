"""Warns of publications that are due soon, today, or overdue: once each."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.infra.policies import policy
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date
from suicha.kit.workdays import Calendar, working_days_between
from suicha.notices import actions as notices
from suicha.publication import queries


async def warn_of_due(session: AsyncSession, calendar: Calendar, *, now: datetime) -> int:
    """Tell the office; returns how many messages were new."""
    today, ahead = local_date(now), policy("publication")["warn_working_days_before"]
    told = 0
    for row in await queries.proposed_due(session, last=today + timedelta(days=2 * ahead + 10)):
        left = working_days_between(today, row.due_on, calendar)
        if row.due_on >= today and left > ahead:
            continue
        when = "overdue" if row.due_on < today else "today" if row.due_on == today else "soon"
        words = {"overdue": "已逾期", "today": "今天到期", "soon": f"还剩 {left} 个工作日"}[when]
        inspection = await session.get_one(Inspection, row.inspection_id)
        told += await notices.post(
            session,
            "publication_due",
            to=await accounts.desk_accounts(session, row.jurisdiction),
            about=f"publication:{row.id}",
            title=f"检查结果待公示：{inspection.code}",
            text=f"应于 {row.due_on} 前公示，{words}",
            once=f"publication_due/{row.id}/{when}",
            jurisdiction=row.jurisdiction,
            now=now,
        )
    return told
