"""A draw as the room sees it: what has been said, what is still hidden, and what the caller may do next."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.draws.queries import DrawFacts
from suicha.draws.rules.campaign import CampaignState, Cross
from suicha.draws.rules.ceremony import (
    OFFICIALS_AT_LEAST,
    PEOPLE_WHO_ENTER,
    STEPS,
    DrawState,
    Step,
)
from suicha.draws.schemas.campaigns import DrawBriefOut, brief
from suicha.draws.schemas.causes import CauseOut
from suicha.draws.tables import Commitment, ValueEntry

_ALL_REVEALED = (DrawState.REVEALED, DrawState.SEALED, DrawState.SUPERSEDED)
_FOR_THE_OFFICE = frozenset({Step.CLOSE, Step.DECLARE_UNREVEALED, Step.SEAL, Step.VOID})


class OfficialOut(BaseModel):
    """Somebody who committed; the secret is told once all are revealed."""

    name: str
    commitment: str
    committed_at: datetime
    has_revealed: bool
    revealed_at: datetime | None
    secret: str | None
    is_you: bool


class ValueSeatOut(BaseModel):
    """One of the two who enter the public value; until both have, each sees the own entry only."""

    seat: int
    name: str
    at: datetime
    tries: int
    source: str | None
    value: str | None
    is_you: bool


class PublicValueOut(BaseModel):
    """The public value that both entered."""

    source: str
    value: str


class YouOut(BaseModel):
    """The caller in this draw: `label` goes into the commitment, `may` names the steps that are open."""

    label: str
    has_committed: bool
    has_revealed: bool
    has_entered_value: bool
    is_barred: bool
    may: list[Step]


class CampaignBriefOut(BaseModel):
    """What the draw is for."""

    id: str
    name: str
    short_code: str
    state: CampaignState
    jurisdictions: list[str]
    cross: Cross
    authority: str | None


class CeremonyOut(DrawBriefOut):
    """A draw with everything that its ceremony has gathered; `differ`: two entries that are not the same."""

    of_campaign: CampaignBriefOut
    officials_at_least: int = OFFICIALS_AT_LEAST
    officials: list[OfficialOut]
    values: list[ValueSeatOut]
    differ: bool
    public: PublicValueOut | None
    seed: str | None
    causes: list[CauseOut]
    you: YouOut

    @classmethod
    def seen_by(cls, facts: DrawFacts, caller: Caller, *, label: str, is_barred: bool, names: dict[str, str]) -> Self:
        """Show a draw to one person."""
        row = facts.row
        seats = _seats(facts, caller, names)
        public = PublicValueOut(source=row.value_source, value=row.value) if row.value_source and row.value else None
        return cls.model_validate(
            brief(row)
            | {
                "of_campaign": CampaignBriefOut.model_validate(facts.campaign, from_attributes=True),
                "officials": [_official(one, row.state, caller) for one in facts.commitments],
                "values": seats,
                "differ": public is None and len(seats) == PEOPLE_WHO_ENTER,
                "public": public,
                "causes": row.void_causes or [],
                "you": _you(facts, caller, label, is_barred=is_barred),
            }
        )


def _official(row: Commitment, state: str, caller: Caller) -> OfficialOut:
    return OfficialOut(
        name=row.official,
        commitment=row.commitment,
        committed_at=row.committed_at,
        has_revealed=row.secret is not None,
        revealed_at=row.revealed_at,
        # Whoever knew some secrets before the others are out could choose whether to reveal his own.
        secret=row.secret if state in _ALL_REVEALED else None,
        is_you=row.account_id == caller.id,
    )


def _seats(facts: DrawFacts, caller: Caller, names: dict[str, str]) -> list[ValueSeatOut]:
    by_account: dict[str, list[ValueEntry]] = {}
    for entry in facts.entries:
        by_account.setdefault(entry.account_id, []).append(entry)
    are_both_in = len(by_account) >= PEOPLE_WHO_ENTER
    return [
        ValueSeatOut(
            seat=seat,
            name=names.get(account, ""),
            at=entries[-1].at,
            tries=len(entries),
            source=entries[-1].source if are_both_in or account == caller.id else None,
            value=entries[-1].value if are_both_in or account == caller.id else None,
            is_you=account == caller.id,
        )
        for seat, (account, entries) in enumerate(by_account.items(), start=1)
    ]


def _you(facts: DrawFacts, caller: Caller, label: str, *, is_barred: bool) -> YouOut:
    mine = next((row for row in facts.commitments if row.account_id == caller.id), None)
    has_entered = any(entry.account_id == caller.id for entry in facts.entries)
    entered_by = {entry.account_id for entry in facts.entries}
    closed = {
        Step.COMMIT: mine is not None or is_barred,
        Step.CLOSE: len(facts.commitments) < OFFICIALS_AT_LEAST,
        Step.ENTER_VALUE: not has_entered and len(entered_by) >= PEOPLE_WHO_ENTER,
        Step.REVEAL: mine is None or mine.secret is not None,
    }
    is_office = caller.may(Permission.MANAGE_DRAWS)
    steps = STEPS[DrawState(facts.row.state)]
    return YouOut(
        label=mine.official if mine else label,
        has_committed=mine is not None,
        has_revealed=mine is not None and mine.secret is not None,
        has_entered_value=has_entered,
        is_barred=is_barred,
        may=[
            step
            for step in Step
            if step in steps and not closed.get(step, False) and (is_office or step not in _FOR_THE_OFFICE)
        ],
    )
