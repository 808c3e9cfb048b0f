"""What an entry in force changes in the registry, so that the next draw sees it; and taking that back."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.credit.actions.proposing import note, propose, tell_of_proposals
from suicha.credit.rules.lists import streaks_reached
from suicha.credit.rules.policy import GRADE, STREAK, CreditRules
from suicha.credit.rules.states import FINAL, Act, EntryState, after
from suicha.credit.tables import Entry
from suicha.registry import actions as registry
from suicha.registry.tables import Enterprise, Site

_CLASSES = "ABCD"
_GRADE_OF = "enterprise:"


async def take_effect(session: AsyncSession, entry: Entry, rules: CreditRules, *, now: datetime) -> None:
    """Put an approved entry into force: grade and risk classes change through the registry, streaks are proposed."""
    entry.state = after(entry.state, Act.TAKE_EFFECT).value
    side = rules.side_of(entry.kind, entry.side)
    reason = f"信用记录生效：{rules.name_of(entry.kind)}·{side.name}{f'（{entry.period}）' if entry.period else ''}"
    changed: list[list[str | None]] = []
    if entry.kind == GRADE:
        enterprise = await session.get_one(Enterprise, entry.enterprise_id)
        changed.append([_GRADE_OF + enterprise.id, enterprise.credit_grade, entry.side])
        await registry.set_credit_grade(session, enterprise.id, entry.side, by=None, reason=reason, now=now)
    if side.risk_steps or side.risk_class:
        for site in await _sites(session, entry.enterprise_id):
            wished = side.risk_class or _moved(site.risk_class, side.risk_steps)
            if wished != site.risk_class:
                changed.append([site.id, site.risk_class, wished])
                await registry.set_risk_class(session, site.id, wished, by=None, reason=reason, now=now)
    entry.changed = changed
    await note(session, entry, Act.TAKE_EFFECT.value, by=None, now=now)
    await _look_for_streaks(session, entry, rules, now=now)


async def undo(session: AsyncSession, entry: Entry, *, reason: str, now: datetime) -> None:
    """Put back what the entry changed, where nothing else has changed it since."""
    for target, before, given in entry.changed:
        if target is None:
            continue
        if target.startswith(_GRADE_OF):
            enterprise = await session.get_one(Enterprise, target.removeprefix(_GRADE_OF))
            if enterprise.credit_grade == given:
                await registry.set_credit_grade(session, enterprise.id, before, by=None, reason=reason, now=now)
        else:
            site = await session.get_one(Site, target)
            if site.risk_class == given and before is not None:
                await registry.set_risk_class(session, site.id, before, by=None, reason=reason, now=now)
    entry.changed = []


def _moved(risk_class: str, steps: int) -> str:
    return _CLASSES[min(max(_CLASSES.index(risk_class) + steps, 0), len(_CLASSES) - 1)]


async def _sites(session: AsyncSession, enterprise_id: str) -> list[Site]:
    rows = await session.scalars(
        select(Site)
        .where(col(Site.enterprise_id) == enterprise_id, col(Site.removed_on).is_(None))
        .order_by(col(Site.id))
    )
    return list(rows)


async def _look_for_streaks(session: AsyncSession, entry: Entry, rules: CreditRules, *, now: datetime) -> None:
    wanted = next((one for one in rules.lists if one.code == entry.kind and one.streaks), None)
    if wanted is None or entry.period is None:
        return
    rows = await session.scalars(
        select(col(Entry.period)).where(
            col(Entry.kind) == entry.kind,
            col(Entry.side) == entry.side,
            col(Entry.enterprise_id) == entry.enterprise_id,
            col(Entry.state).in_([EntryState.EFFECTIVE.value, EntryState.REPAIRING.value, EntryState.EXPIRED.value]),
        )
    )
    periods = {period for period in rows if period}
    fresh: list[Entry] = []
    for streak in streaks_reached(wanted.period, wanted.streaks, entry.side, periods, entry.period):
        proposed, is_new = await propose(
            session,
            f"{STREAK}/{streak.code}/{entry.period}/{entry.enterprise_id}",
            kind=STREAK,
            side=streak.code,
            is_good=entry.is_good,
            period=entry.period,
            enterprise=entry.enterprise_id,
            jurisdiction=entry.jurisdiction,
            facts={"list": wanted.code, "side": entry.side, "periods": sorted(periods), "text": streak.text},
            by=None,
            now=now,
        )
        fresh += [proposed] * is_new
    await tell_of_proposals(session, fresh, now=now)


async def take_effect_due(session: AsyncSession, rules: CreditRules, *, today: date, now: datetime) -> int:
    """Put into force what was approved and whose day has come; returns how many."""
    rows = await session.scalars(
        select(Entry)
        .where(col(Entry.state) == EntryState.APPROVED.value, col(Entry.effective_on) <= today)
        .order_by(col(Entry.effective_on), col(Entry.id))
        .with_for_update()
    )
    found = list(rows)
    for entry in found:
        await take_effect(session, entry, rules, now=now)
    return len(found)


async def expire_due(session: AsyncSession, *, today: date, now: datetime) -> int:
    """End what was in force until yesterday, and put back what it changed; returns how many."""
    rows = await session.scalars(
        select(Entry)
        .where(col(Entry.state).not_in([*FINAL, EntryState.PROPOSED.value]), col(Entry.ends_on) < today)
        .where(col(Entry.state).in_([EntryState.EFFECTIVE.value, EntryState.REPAIRING.value]))
        .order_by(col(Entry.id))
        .with_for_update()
    )
    found = list(rows)
    for entry in found:
        entry.state = after(entry.state, Act.EXPIRE).value
        entry.ended_at = now
        await undo(session, entry, reason="信用记录到期", now=now)
        await note(session, entry, Act.EXPIRE.value, by=None, now=now)
    return len(found)
