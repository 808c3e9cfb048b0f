"""What another department sees: letters that were addressed to it, and rechecks that it joins. Nothing else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.rectification.errors import FileUnknown, RecheckUnknown, ReferralUnknown
from suicha.rectification.queries.orders import Waiting, some_referrals
from suicha.rectification.tables import Recheck, Referral, ReplyFile


def _for_department(caller: Caller, department: Any, jurisdiction: Any) -> ColumnElement[bool]:
    """Rows of the caller's department in its jurisdiction; an account without a department has none."""
    if not caller.department:
        return false()
    within: ColumnElement[bool] = jurisdiction.startswith(caller.jurisdiction, autoescape=True)
    return and_(department == caller.department, within)


def _letters(caller: Caller) -> ColumnElement[bool]:
    return _for_department(caller, col(Referral.department), col(Referral.jurisdiction))


async def referrals_to(
    session: AsyncSession, caller: Caller, *, state: str | None, page: int, size: int
) -> tuple[list[Waiting], int]:
    """Letters to the caller's department, the newest first; and how many there are."""
    return await some_referrals(session, _letters(caller), state=state, page=page, size=size)


async def referral_to(session: AsyncSession, referral_id: str, caller: Caller, *, is_locked: bool = False) -> Referral:
    """One letter to the caller's department; raises ReferralUnknown."""
    query = select(Referral).where(col(Referral.id) == referral_id, _letters(caller))
    row = await session.scalar(query.with_for_update() if is_locked else query)
    if row is None:
        raise ReferralUnknown
    return row


async def reply_files_of(session: AsyncSession, referral_ids: Sequence[str]) -> list[ReplyFile]:
    """The files of some replies, the oldest first."""
    rows = await session.scalars(
        select(ReplyFile).where(col(ReplyFile.referral_id).in_(referral_ids)).order_by(col(ReplyFile.id))
    )
    return list(rows)


async def reply_file(session: AsyncSession, referral_id: str, file_id: str) -> ReplyFile:
    """One file of a reply; raises FileUnknown."""
    row = await session.get(ReplyFile, file_id)
    if row is None or row.referral_id != referral_id:
        raise FileUnknown
    return row


async def joint_rechecks(session: AsyncSession, caller: Caller) -> list[Recheck]:
    """Rechecks that the caller's department joins, the latest day first; at most 200."""
    rows = await session.scalars(
        select(Recheck)
        .where(_for_department(caller, col(Recheck.partner), col(Recheck.jurisdiction)))
        .order_by(col(Recheck.scheduled_on).desc(), col(Recheck.id))
        .limit(200)
    )
    return list(rows)


async def joint_recheck(session: AsyncSession, recheck_id: str, caller: Caller) -> Recheck:
    """One recheck that the caller's department joins; raises RecheckUnknown."""
    row = await session.scalar(
        select(Recheck).where(
            col(Recheck.id) == recheck_id, _for_department(caller, col(Recheck.partner), col(Recheck.jurisdiction))
        )
    )
    if row is None:
        raise RecheckUnknown
    return row
