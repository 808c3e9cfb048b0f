"""The ceremony between freezing and sealing: commitments, their close, the public value, the secrets; or a void."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.draws import queries
from suicha.draws.actions.freezing import refuse_begun_visits
from suicha.draws.errors import (
    AlreadyCommitted,
    OfficialBarred,
    OfficialHasRevealed,
    OfficialRenamed,
    OfficialUnknown,
    PublicValueUsed,
    ReasonMissing,
    TooFewOfficials,
    ValueByOthers,
)
from suicha.draws.ports import CheckHistory
from suicha.draws.rules.campaign import CampaignState, advanced_campaign
from suicha.draws.rules.ceremony import (
    OFFICIALS_AT_LEAST,
    PEOPLE_WHO_ENTER,
    DrawKind,
    DrawState,
    Entry,
    Step,
    advanced,
    agreed_value,
    check_step,
    checked_commitment,
    checked_secret,
    checked_value,
    newest_entries,
    value_key,
)
from suicha.draws.tables import Campaign, Commitment, Draw, ValueEntry
from suicha.journal import actions as journal


async def commit(
    session: AsyncSession,
    draw_id: str,
    commitment: str,
    *,
    by: Caller,
    now: datetime,
    official: str | None = None,
) -> Draw:
    """Hand in a commitment; `official` is the name that it was made under. The same one again changes nothing.

    Raises DrawUnknown, IllegalDrawStep, CommitmentMalformed, OfficialBarred, OfficialRenamed or AlreadyCommitted.
    """
    draw = await queries.locked_draw(session, draw_id, by)
    rows = await queries.commitments(session, draw.id)
    mine = next((row for row in rows if row.account_id == by.id), None)
    if mine is not None and mine.commitment == commitment:
        return draw
    check_step(draw.state, Step.COMMIT)
    if mine is not None:
        raise AlreadyCommitted
    if await queries.is_barred(session, draw, by.id):
        raise OfficialBarred
    label = await queries.official_label_of(session, by)
    if official is not None and official != label:
        raise OfficialRenamed(official=label)
    row = Commitment(
        draw_id=draw.id,
        account_id=by.id,
        official=label,
        commitment=checked_commitment(commitment),
        committed_at=now,
    )
    session.add(row)
    await _note(session, draw, by, "committed_secret", now, official=label, commitment=commitment)
    return draw


async def close_commitments(
    session: AsyncSession, draw_id: str, *, by: Caller, history: CheckHistory, now: datetime
) -> Draw:
    """Let nobody in any more; raises DrawUnknown, IllegalDrawStep, TooFewOfficials or VisitsBegun."""
    draw = await queries.locked_draw(session, draw_id, by)
    if draw.state == DrawState.COMMITTED:
        return draw
    check_step(draw.state, Step.CLOSE)
    have = len(await queries.commitments(session, draw.id))
    if have < OFFICIALS_AT_LEAST:
        raise TooFewOfficials(have=have, need=OFFICIALS_AT_LEAST)
    if draw.kind == DrawKind.DRAW and await queries.draw_in_force(session, draw.campaign_id) is not None:
        # The last moment before randomness arises at which calling it off chooses nothing.
        await refuse_begun_visits(session, draw.campaign_id, history)
    draw.state, draw.closed_at = advanced(draw.state, DrawState.COMMITTED), now
    await _note(session, draw, by, "closed_commitments", now, officials=have)
    return draw


async def enter_value(
    session: AsyncSession, draw_id: str, source: str, value: str, *, by: Caller, now: datetime
) -> Draw:
    """Enter the public value; once two people have entered the same it stands.

    Raises DrawUnknown, IllegalDrawStep, ValueMalformed, ValueByOthers or PublicValueUsed.
    """
    draw = await queries.locked_draw(session, draw_id, by)
    source, value = checked_value(source, value)
    rows = await queries.value_entries(session, draw.id)
    mine = [row for row in rows if row.account_id == by.id]
    if mine and (mine[-1].source, mine[-1].value) == (source, value):
        return draw
    check_step(draw.state, Step.ENTER_VALUE)
    entries = [Entry(row.account_id, row.source, row.value) for row in rows]
    if not mine and len(newest_entries(entries)) >= PEOPLE_WHO_ENTER:
        raise ValueByOthers
    if await queries.is_value_used(session, value_key(source, value)):
        raise PublicValueUsed(source=source, value=value)
    session.add(ValueEntry(draw_id=draw.id, n=len(rows) + 1, account_id=by.id, source=source, value=value, at=now))
    if agreed_value([*entries, Entry(by.id, source, value)]) is not None:
        await _fix_value(session, draw, source, value, now)
    # What the first one entered stays out of the journal until both agree: the second must not read it there.
    agreed = {"source": source, "value": value} if draw.value_key else {}
    await _note(session, draw, by, "entered_value", now, entry=len(rows) + 1, **agreed)
    return draw


async def _fix_value(session: AsyncSession, draw: Draw, source: str, value: str, now: datetime) -> None:
    draw.value_source, draw.value, draw.value_key = source, value, value_key(source, value)
    draw.state, draw.valued_at = advanced(draw.state, DrawState.VALUED), now
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        # Another draw took the same value in the same moment.
        raise PublicValueUsed(source=source, value=value) from error


async def reveal(session: AsyncSession, draw_id: str, secret: str, *, by: Caller, now: datetime) -> Draw:
    """Reveal one's secret; the same one again changes nothing.

    Raises DrawUnknown, IllegalDrawStep, OfficialUnknown or SecretWrong.
    """
    draw = await queries.locked_draw(session, draw_id, by)
    rows = await queries.commitments(session, draw.id)
    mine = _official([row for row in rows if row.account_id == by.id])
    if mine.secret is None:
        check_step(draw.state, Step.REVEAL)
    checked = checked_secret(secret, commitment=mine.commitment, pool_digest=draw.pool_digest, official=mine.official)
    if mine.secret is not None:
        return draw
    mine.secret, mine.revealed_at = checked, now
    if all(row.secret is not None for row in rows):
        draw.state, draw.revealed_at = advanced(draw.state, DrawState.REVEALED), now
    # The secret itself stays out of the journal until all are there: whoever reads it would know before the others.
    await _note(session, draw, by, "revealed_secret", now, official=mine.official, state=draw.state)
    return draw


async def declare_unrevealed(
    session: AsyncSession, draw_id: str, official: str, reason: str, *, by: Caller, now: datetime
) -> Draw:
    """Void a draw because an official did not reveal; the next one is held without that person.

    Raises DrawUnknown, IllegalDrawStep, ReasonMissing, OfficialUnknown or OfficialHasRevealed.
    """
    draw, campaign = await _locked_with_campaign(session, draw_id, by)
    check_step(draw.state, Step.DECLARE_UNREVEALED)
    rows = await queries.commitments(session, draw.id)
    named = _official([row for row in rows if row.official == official])
    if named.secret is not None:
        raise OfficialHasRevealed(official=official)
    draw.unrevealed_account, draw.unrevealed_name = named.account_id, named.official
    await _void(session, draw, campaign, reason, now)
    await _note(session, draw, by, "declared_unrevealed", now, official=named.official, reason=draw.void_reason)
    return draw


async def void(session: AsyncSession, draw_id: str, reason: str, *, by: Caller, now: datetime) -> Draw:
    """Call a draw off before there is a public value; raises DrawUnknown, IllegalDrawStep or ReasonMissing."""
    draw, campaign = await _locked_with_campaign(session, draw_id, by)
    check_step(draw.state, Step.VOID)
    await _void(session, draw, campaign, reason, now)
    await _note(session, draw, by, "voided_draw", now, reason=draw.void_reason)
    return draw


async def _locked_with_campaign(session: AsyncSession, draw_id: str, by: Caller) -> tuple[Draw, Campaign]:
    """Both, locked in the order that everybody uses."""
    _, campaign = await queries.draw_row(session, draw_id, by)
    campaign = await queries.locked_campaign(session, campaign.id, by)
    return await queries.locked_draw(session, draw_id, by), campaign


async def _void(session: AsyncSession, draw: Draw, campaign: Campaign, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    draw.state, draw.void_reason, draw.voided_at = advanced(draw.state, DrawState.VOID), reason.strip(), now
    await free_campaign(session, draw, campaign)


async def free_campaign(session: AsyncSession, draw: Draw, campaign: Campaign) -> None:
    """After a void: what was in force before is in force; where nothing was, the settings may be changed."""
    if draw.kind == DrawKind.DRAW:
        earlier = await queries.draw_in_force(session, campaign.id)
        to = CampaignState.DRAFT if earlier is None else CampaignState.DRAWN
        campaign.state = advanced_campaign(campaign.state, to)


def _official(rows: list[Commitment]) -> Commitment:
    if not rows:
        raise OfficialUnknown
    return rows[0]


async def _note(session: AsyncSession, draw: Draw, by: Caller, verb: str, now: datetime, **facts: object) -> None:
    draw.revision += 1
    await session.flush()
    await journal.record(session, by.id, verb, f"draw:{draw.id}", at=now, **facts)
