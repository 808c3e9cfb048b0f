"""Computing a list or the grades for a period, and proposing who stands where."""

from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import may_see
from suicha.credit.actions.proposing import note, propose, tell_of_proposals
from suicha.credit.errors import CreditRoundNotYours
from suicha.credit.gathering import conduct_in, recorded_problems
from suicha.credit.rules.lists import proposed, ranked
from suicha.credit.rules.periods import days_of
from suicha.credit.rules.policy import BAD_RECORD, CreditRules, ListRules
from suicha.credit.rules.score import ScoreCard, score_of
from suicha.credit.rules.states import Act, EntryState, after
from suicha.credit.tables import Entry, Round, Score
from suicha.journal import actions as journal
from suicha.kit.ids import new_id


async def compute(
    session: AsyncSession,
    rules: CreditRules,
    list_code: str,
    period: str,
    *,
    by: Caller | None,
    today: date,
    now: datetime,
) -> Round:
    """Score everybody who was visited in the period. Once it is over, entries are proposed; done anew, refreshed.

    `by` None is the timer. Raises CreditRoundUnknown, CreditPeriodInvalid, or CreditRoundNotYours for somebody who
    does not see everybody who is ranked.
    """
    wanted = rules.list_of(list_code)
    first, last = days_of(wanted.period, period)
    conduct = await conduct_in(session, first, last, today=today)
    if by and not all(may_see(by.jurisdiction, one.jurisdiction) for one in conduct):
        raise CreditRoundNotYours
    cards = [score_of(one, rules) for one in conduct]
    who = by.id if by else None
    row = await _round(session, list_code, period, now=now)
    row.first_on, row.last_on, row.is_final = first, last, last < today
    row.computed_at, row.computed_by = now, who
    await session.flush()
    await _keep_scores(session, row, cards, wanted)
    await journal.record(session, who, "computed_credit_round", f"credit_round:{row.id}", at=now, count=len(cards))
    if row.is_final:
        await _propose_all(session, wanted, period, cards, by=who, now=now)
    return row


async def _round(session: AsyncSession, list_code: str, period: str, *, now: datetime) -> Round:
    row = await session.scalar(
        select(Round).where(col(Round.list_code) == list_code, col(Round.period) == period).with_for_update()
    )
    if row is None:
        day = now.date()
        row = Round(
            id=new_id(), list_code=list_code, period=period, first_on=day, last_on=day, computed_at=now, is_final=False
        )
        session.add(row)
    return row


async def _keep_scores(session: AsyncSession, row: Round, cards: list[ScoreCard], wanted: ListRules) -> None:
    await session.execute(delete(Score).where(col(Score.round_id) == row.id))
    lines = [
        {
            "id": new_id(),
            "round_id": row.id,
            "enterprise_id": one.card.enterprise,
            "jurisdiction": one.card.jurisdiction,
            "visits": one.card.visits,
            "tenths": one.card.tenths,
            "place": one.place,
            "of": one.of,
            "facts": one.card.facts(),
        }
        for one in ranked(cards, wanted)
    ]
    if lines:
        await session.execute(insert(Score), lines)


async def _propose_all(
    session: AsyncSession, wanted: ListRules, period: str, cards: list[ScoreCard], *, by: str | None, now: datetime
) -> None:
    fresh: list[Entry] = []
    kept: set[str] = set()
    for card, side in proposed(cards, wanted):
        entry, is_new = await propose(
            session,
            f"{wanted.code}/{period}/{card.enterprise}",
            kind=wanted.code,
            side=side.side,
            is_good=side.is_good,
            period=period,
            enterprise=card.enterprise,
            jurisdiction=card.jurisdiction,
            facts=card.facts(),
            # Whoever presses the button did not make the arithmetic: the rules propose.
            by=None,
            now=now,
        )
        kept.add(entry.id)
        fresh += [entry] * is_new
    waiting = await session.scalars(
        select(Entry).where(
            col(Entry.kind) == wanted.code, col(Entry.period) == period, col(Entry.state) == EntryState.PROPOSED.value
        )
    )
    for entry in waiting:
        if entry.id not in kept and entry.proposed_by is None:
            entry.state = after(entry.state, Act.REJECT).value
            entry.ended_at = now
            await note(session, entry, Act.REJECT.value, text="重新计算后不再符合条件", by=by, now=now)
    await tell_of_proposals(session, fresh, now=now)


async def propose_bad_records(session: AsyncSession, *, now: datetime) -> int:
    """Propose an entry for every problem that ended on the ladder's last rung; returns how many are new."""
    fresh: list[Entry] = []
    for problem, enterprise, jurisdiction in await recorded_problems(session):
        facts = {
            "problem": problem.code,
            "item": problem.item,
            "title": problem.title,
            "severity": problem.severity,
            "found_on": problem.found_on.isoformat(),
            "due_on": problem.due_on.isoformat(),
            "failed_rechecks": problem.failed_rechecks,
        }
        entry, is_new = await propose(
            session,
            f"{BAD_RECORD}/{problem.id}",
            kind=BAD_RECORD,
            side=BAD_RECORD,
            is_good=False,
            period=None,
            enterprise=enterprise,
            jurisdiction=jurisdiction,
            facts=facts,
            by=None,
            now=now,
        )
        fresh += [entry] * is_new
    await tell_of_proposals(session, fresh, now=now)
    return len(fresh)
