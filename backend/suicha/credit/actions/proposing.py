"""Putting an entry on the list of what waits for a person: once, refreshed while nobody has decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import queries as accounts
from suicha.credit.rules.score import digest_of
from suicha.credit.rules.states import EntryState
from suicha.credit.tables import Entry, Step
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.notices import actions as notices


async def note(
    session: AsyncSession, entry: Entry, act: str, *, text: str | None = None, by: str | None, now: datetime
) -> None:
    """Keep an act of the entry's history, and in the journal."""
    session.add(Step(entry_id=entry.id, act=act, at=now, by=by, text=text))
    await session.flush()
    await journal.record(session, by, f"credit_{act}", f"credit:{entry.id}", at=now, text=text, state=entry.state)


async def propose(
    session: AsyncSession,
    once: str,
    *,
    kind: str,
    side: str,
    is_good: bool,
    period: str | None,
    enterprise: str,
    jurisdiction: str,
    facts: Mapping[str, Any],
    by: str | None,
    now: datetime,
) -> tuple[Entry, bool]:
    """The entry of this occasion, and whether it is new. One that waits takes the newer facts; a decided one stays."""
    digest = digest_of(facts)
    known = await session.scalar(select(Entry).where(col(Entry.once) == once).with_for_update())
    if known is not None:
        if known.state == EntryState.PROPOSED and (known.digest, known.side) != (digest, side):
            known.facts, known.digest, known.side, known.is_good = dict(facts), digest, side, is_good
            await note(session, known, "refresh", by=by, now=now)
        return known, False
    entry = Entry(
        id=new_id(),
        once=once,
        kind=kind,
        side=side,
        period=period,
        enterprise_id=enterprise,
        jurisdiction=jurisdiction,
        state=EntryState.PROPOSED.value,
        is_good=is_good,
        facts=dict(facts),
        digest=digest,
        proposed_at=now,
        proposed_by=by,
        changed=[],
    )
    session.add(entry)
    await session.flush()
    await note(session, entry, "propose", by=by, now=now)
    return entry, True


async def tell_of_proposals(session: AsyncSession, entries: list[Entry], *, now: datetime) -> None:
    """One message for all that is new in a jurisdiction: nobody reads forty."""
    for jurisdiction in sorted({entry.jurisdiction for entry in entries}):
        own = [entry for entry in entries if entry.jurisdiction == jurisdiction]
        await notices.post(
            session,
            "credit_decision",
            to=await accounts.desk_accounts(session, jurisdiction),
            about=f"credit:{own[0].id}",
            title=f"{len(own)} 条信用记录待批准",
            text="系统按规则提出，须由人员逐条核对后批准或不予采纳",
            once=f"credit/{min(entry.id for entry in own)}",
            jurisdiction=jurisdiction,
            now=now,
        )
