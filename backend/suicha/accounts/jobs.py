"""What happens to sign-ins by itself: traces that nobody needs any more are removed."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.rules import THROTTLE_WINDOW
from suicha.accounts.tables import LoginFailure, LoginSession

_SESSIONS_KEPT = timedelta(days=30)


async def forget_old_sign_ins(session: AsyncSession, *, now: datetime) -> None:
    """Forget wrong tries that slow nobody down any more, and sessions that ended a month ago."""
    await session.execute(delete(LoginFailure).where(col(LoginFailure.at) < now - THROTTLE_WINDOW))
    await session.execute(delete(LoginSession).where(col(LoginSession.expires_at) < now - _SESSIONS_KEPT))
