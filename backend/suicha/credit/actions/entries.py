"""Decisions of people about entries. Nobody approves what he proposed himself."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.credit.actions.effects import take_effect, undo
from suicha.credit.actions.proposing import note, propose
from suicha.credit.errors import (
    CreditRepairTooEarly,
    CreditSecondPerson,
    CreditStale,
    CreditTooLate,
)
from suicha.credit.rules.periods import months_later
from suicha.credit.rules.policy import BAD_RECORD, CreditRules
from suicha.credit.rules.states import Act, after
from suicha.credit.tables import Entry
from suicha.kit.clock import local_date
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, add_working_days
from suicha.registry.tables import Enterprise


async def propose_by_hand(
    session: AsyncSession, enterprise: Enterprise, *, reason: str, evidence: str, by: str, now: datetime
) -> Entry:
    """Propose a bad record that no ladder led to, such as a complaint that was found true; another person decides."""
    entry, _ = await propose(
        session,
        f"{BAD_RECORD}/by_hand/{new_id()}",
        kind=BAD_RECORD,
        side=BAD_RECORD,
        is_good=False,
        period=None,
        enterprise=enterprise.id,
        jurisdiction=enterprise.jurisdiction,
        facts={"reason": reason, "evidence": evidence},
        by=by,
        now=now,
    )
    return entry


async def approve(
    session: AsyncSession,
    entry: Entry,
    rules: CreditRules,
    calendar: Calendar,
    *,
    seen: str,
    by: str,
    now: datetime,
) -> Entry:
    """Approve what was looked at. Good news counts at once; bad news when the days for objecting are over.

    Raises CreditStale, CreditSecondPerson or CreditStepIllegal.
    """
    state = after(entry.state, Act.APPROVE)
    if seen != entry.digest:
        raise CreditStale
    if entry.proposed_by == by:
        raise CreditSecondPerson
    today = local_date(now)
    entry.state, entry.approved_at, entry.approved_by = state.value, now, by
    entry.effective_on = today
    if not entry.is_good:
        # The day after the last one on which the enterprise may object.
        last = add_working_days(today, rules.objection_working_days, calendar).on
        entry.effective_on = last + timedelta(days=1)
    entry.ends_on = months_later(entry.effective_on, rules.valid_months[entry.is_good])
    await note(session, entry, Act.APPROVE.value, by=by, now=now)
    if entry.effective_on <= today:
        await take_effect(session, entry, rules, now=now)
    return entry


async def reject(session: AsyncSession, entry: Entry, *, reason: str, by: str, now: datetime) -> Entry:
    """Do not take a proposal up; raises CreditStepIllegal."""
    entry.state, entry.ended_at = after(entry.state, Act.REJECT).value, now
    await note(session, entry, Act.REJECT.value, text=reason, by=by, now=now)
    return entry


async def object_to(session: AsyncSession, entry: Entry, *, on: date, text: str, by: str, now: datetime) -> Entry:
    """Record the enterprise's objection (异议), which holds the effect back; raises CreditTooLate."""
    state = after(entry.state, Act.OBJECT)
    approved_on = local_date(entry.approved_at) if entry.approved_at else on
    if on > local_date(now) or on < approved_on or (entry.effective_on and on >= entry.effective_on):
        raise CreditTooLate
    entry.state = state.value
    await note(session, entry, Act.OBJECT.value, text=f"{on.isoformat()} {text}", by=by, now=now)
    return entry


async def decide_objection(
    session: AsyncSession,
    entry: Entry,
    rules: CreditRules,
    *,
    is_upheld: bool,
    answer: str,
    by: str,
    now: datetime,
) -> Entry:
    """Uphold the objection, which revokes the entry, or dismiss it: then the entry goes its way."""
    if is_upheld:
        entry.state, entry.ended_at = after(entry.state, Act.REVOKE).value, now
        await note(session, entry, Act.REVOKE.value, text=f"异议成立：{answer}", by=by, now=now)
        return entry
    entry.state = after(entry.state, Act.UPHOLD_ENTRY).value
    await note(session, entry, Act.UPHOLD_ENTRY.value, text=answer, by=by, now=now)
    if entry.effective_on and entry.effective_on <= local_date(now):
        await take_effect(session, entry, rules, now=now)
    return entry


async def ask_repair(
    session: AsyncSession, entry: Entry, rules: CreditRules, *, text: str, by: str, now: datetime
) -> Entry:
    """Record that the enterprise asks for repair (信用修复); raises CreditRepairTooEarly or CreditStepIllegal."""
    state = after(entry.state, Act.ASK_REPAIR)
    if entry.effective_on and local_date(now) < months_later(entry.effective_on, rules.repair_earliest_months):
        raise CreditRepairTooEarly
    entry.state = state.value
    await note(session, entry, Act.ASK_REPAIR.value, text=text, by=by, now=now)
    return entry


async def decide_repair(
    session: AsyncSession, entry: Entry, *, is_granted: bool, answer: str, by: str, now: datetime
) -> Entry:
    """Grant it, which ends the entry and what it changed, or refuse with a reason."""
    act = Act.REPAIR if is_granted else Act.REFUSE_REPAIR
    entry.state = after(entry.state, act).value
    if is_granted:
        entry.ended_at = now
        await undo(session, entry, reason="信用修复", now=now)
    await note(session, entry, act.value, text=answer, by=by, now=now)
    return entry


async def revoke(session: AsyncSession, entry: Entry, *, reason: str, by: str, now: datetime) -> Entry:
    """Take back an entry that should not have been made, with what it changed; raises CreditStepIllegal."""
    entry.state, entry.ended_at = after(entry.state, Act.REVOKE).value, now
    await undo(session, entry, reason=f"信用记录撤销：{reason}", now=now)
    await note(session, entry, Act.REVOKE.value, text=reason, by=by, now=now)
    return entry
