"""Finding entries and rounds: within a jurisdiction for the office, in force for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.tables import Account
from suicha.credit.errors import CreditEntryUnknown, CreditRoundUnknown
from suicha.credit.rules.states import IN_FORCE, EntryState
from suicha.credit.tables import Entry, Round, Score, Step
from suicha.registry.errors import EnterpriseUnknown
from suicha.registry.tables import Enterprise

_IN_FORCE = [state.value for state in IN_FORCE]


@dataclass(frozen=True)
class Wanted:
    """What somebody at the desk looks for."""

    kind: str | None = None
    state: str | None = None
    period: str | None = None
    enterprise: str | None = None
    q: str = ""


@dataclass(frozen=True)
class Listed:
    """An entry with the enterprise as the registry has it now."""

    row: Entry
    enterprise: str
    uscc: str


def _within(jurisdiction: str) -> ColumnElement[bool]:
    return col(Entry.jurisdiction).startswith(jurisdiction, autoescape=True)


async def entry(session: AsyncSession, entry_id: str, jurisdiction: str, *, is_locked: bool = False) -> Entry:
    """One entry of the caller's jurisdiction; raises CreditEntryUnknown."""
    query = select(Entry).where(col(Entry.id) == entry_id, _within(jurisdiction))
    row = await session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if is_locked else query
    )
    if row is None:
        raise CreditEntryUnknown
    return row


async def enterprise(session: AsyncSession, enterprise_id: str, jurisdiction: str) -> Enterprise:
    """An enterprise of the caller's jurisdiction; raises EnterpriseUnknown."""
    row = await session.get(Enterprise, enterprise_id)
    if row is None or not row.jurisdiction.startswith(jurisdiction):
        raise EnterpriseUnknown
    return row


def _listed(jurisdiction: str, wanted: Wanted) -> Any:
    query: Any = (
        select(Entry, col(Enterprise.name), col(Enterprise.uscc))
        .join(Enterprise, col(Enterprise.id) == col(Entry.enterprise_id))
        .where(_within(jurisdiction))
    )
    for column, value in (
        (Entry.kind, wanted.kind),
        (Entry.state, wanted.state),
        (Entry.period, wanted.period),
        (Entry.enterprise_id, wanted.enterprise),
    ):
        if value:
            query = query.where(col(column) == value.replace("\0", ""))
    for word in wanted.q.replace("\0", "").split():
        names = (col(Enterprise.name), col(Enterprise.uscc))
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    return query


async def entries(
    session: AsyncSession, jurisdiction: str, wanted: Wanted, *, page: int = 1, size: int = 50
) -> tuple[list[Listed], int]:
    """Entries, the newest proposal first; and how many there are."""
    query = _listed(jurisdiction, wanted)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(col(Entry.id)).subquery()))
    rows = await session.execute(
        query.order_by(col(Entry.proposed_at).desc(), col(Entry.id).desc()).limit(size).offset((page - 1) * size)
    )
    return [Listed(*row) for row in rows], total or 0


async def counts(session: AsyncSession, jurisdiction: str) -> dict[str, int]:
    """How many entries are in each state."""
    rows = await session.execute(
        select(col(Entry.state), func.count()).where(_within(jurisdiction)).group_by(col(Entry.state))
    )
    return {state.value: 0 for state in EntryState} | {row[0]: row[1] for row in rows}


async def steps(session: AsyncSession, entry_id: str) -> list[tuple[Step, str | None]]:
    """The history of an entry, the oldest first, with the names of who acted."""
    rows = await session.execute(
        select(Step, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(Step.by))
        .where(col(Step.entry_id) == entry_id)
        .order_by(col(Step.at), col(Step.id))
    )
    return [(step, name) for step, name in rows]


async def rounds(session: AsyncSession) -> list[Round]:
    """All rounds, the newest period first."""
    rows = await session.scalars(select(Round).order_by(col(Round.last_on).desc(), col(Round.list_code)))
    return list(rows)


async def round_(session: AsyncSession, round_id: str) -> Round:
    """One round; raises CreditRoundUnknown."""
    row = await session.get(Round, round_id)
    if row is None:
        raise CreditRoundUnknown
    return row


async def scores(session: AsyncSession, round_id: str, jurisdiction: str) -> list[tuple[Score, str, str]]:
    """Who stands where in a round, the best first, as far as the caller may see; with name and credit code."""
    rows = await session.execute(
        select(Score, col(Enterprise.name), col(Enterprise.uscc))
        .join(Enterprise, col(Enterprise.id) == col(Score.enterprise_id))
        .where(
            col(Score.round_id) == round_id,
            col(Score.jurisdiction).startswith(jurisdiction, autoescape=True),
        )
        .order_by(col(Score.tenths).desc(), col(Enterprise.name), col(Score.id))
    )
    return [(score, name, uscc) for score, name, uscc in rows]


def _public(kinds: Sequence[str], today: date) -> list[ColumnElement[bool]]:
    return [
        col(Entry.kind).in_(kinds),
        col(Entry.state).in_(_IN_FORCE),
        col(Entry.effective_on) <= today,
        col(Entry.ends_on) >= today,
    ]


async def public_entries(
    session: AsyncSession,
    kinds: Sequence[str],
    *,
    kind: str | None,
    period: str | None,
    q: str,
    today: date,
    page: int,
    size: int,
) -> tuple[list[Listed], int]:
    """Entries of public kinds that are in force today: the newest first, and how many there are."""
    query = (
        select(Entry, col(Enterprise.name), col(Enterprise.uscc))
        .join(Enterprise, col(Enterprise.id) == col(Entry.enterprise_id))
        .where(*_public(kinds, today))
    )
    if kind:
        query = query.where(col(Entry.kind) == kind.replace("\0", ""))
    if period:
        query = query.where(col(Entry.period) == period.replace("\0", ""))
    for word in q.replace("\0", "").split():
        names = (col(Enterprise.name), col(Enterprise.uscc))
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(col(Entry.id)).subquery()))
    rows = await session.execute(
        query.order_by(col(Entry.effective_on).desc(), col(Entry.id).desc()).limit(size).offset((page - 1) * size)
    )
    return [Listed(*row) for row in rows], total or 0


async def version(session: AsyncSession) -> str:
    """Something that changes whenever anything about an entry does: for ETags."""
    row = (await session.execute(select(func.count(), func.max(col(Step.id))).select_from(Step))).one()
    return f"{row[0]}-{row[1] or ''}"
