"""One team of a campaign, as its leader and the office look at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from suicha.board.errors import TeamUnknown
from suicha.board.rules.decisions import Decision


@dataclass(frozen=True)
class TeamChoice:
    """A team that may be looked at: numbers begin anew in every campaign."""

    campaign: str
    team_no: int
    visits: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class TeamMember:
    """Somebody of the team; `visits` counts those in which he has a part now, none for who has left."""

    account: str
    name: str
    role: str
    certificate_no: str | None
    visits: int


@dataclass(frozen=True)
class Team:
    """What a team has to do, who it is, and what waits for its leader."""

    choice: TeamChoice
    choices: list[TeamChoice]
    visits: list[dict[str, Any]]
    members: list[TeamMember]
    decisions: list[Decision]


def in_order(choices: Iterable[TeamChoice]) -> list[TeamChoice]:
    """The newest campaign first, its teams by their numbers."""
    known = list(choices)
    begins: dict[str, date] = {}
    for choice in known:
        begins[choice.campaign] = min(choice.first_on, begins.get(choice.campaign, choice.first_on))
    return sorted(known, key=lambda c: (-begins[c.campaign].toordinal(), c.campaign, c.team_no))


def chosen_team(choices: Sequence[TeamChoice], *, campaign: str | None, team_no: int | None) -> TeamChoice:
    """The first that fits what was asked for; raises TeamUnknown where none does."""
    for choice in choices:
        if campaign in (None, "", choice.campaign) and team_no in (None, choice.team_no):
            return choice
    raise TeamUnknown
