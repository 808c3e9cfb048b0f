"""The teams of a campaign as they are now: those of the draw in force, with the sealed replacements in order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.draws.errors import SeatUnknown
from suicha.draws.queries.draws import draw_in_force, sealed_record
from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.tables import Draw


@dataclass(frozen=True)
class SeatedTeam:
    """Inspectors by their seats; the first officer leads."""

    number: int
    officers: tuple[str, ...]
    experts: tuple[str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """Everybody in the team."""
        return (*self.officers, *self.experts)

    def seat(self, kind: str, seat: int) -> str:
        """Who sits there; raises SeatUnknown."""
        people = self.officers if kind == "officer" else self.experts
        if not 1 <= seat <= len(people):
            raise SeatUnknown(team=self.number, kind=kind, seat=seat)
        return people[seat - 1]

    def with_seat(self, kind: str, seat: int, person: str) -> "SeatedTeam":
        """The team once somebody has taken a seat."""
        people = list(self.officers if kind == "officer" else self.experts)
        people[seat - 1] = person
        if kind == "officer":
            return replace(self, officers=tuple(people))
        return replace(self, experts=tuple(people))


async def teams_now(session: AsyncSession, campaign_id: str) -> list[SeatedTeam]:
    """The teams in force by number; none before a draw is sealed."""
    parent = await draw_in_force(session, campaign_id)
    if parent is None:
        return []
    record = await sealed_record(session, parent.id)
    teams = {
        team["number"]: SeatedTeam(team["number"], tuple(team["officers"]), tuple(team["experts"]))
        for team in record["result"]["teams"]
    }
    for row in await replacements_of(session, parent.id):
        if row.team is not None and row.seat_kind and row.seat and row.chosen_id:
            teams[row.team] = teams[row.team].with_seat(row.seat_kind, row.seat, row.chosen_id)
    return [teams[number] for number in sorted(teams)]


async def replacements_of(session: AsyncSession, parent_id: str) -> list[Draw]:
    """The sealed replacements of a draw in their order."""
    rows = await session.scalars(
        select(Draw)
        .where(
            col(Draw.parent_id) == parent_id,
            col(Draw.kind) == DrawKind.REPLACEMENT.value,
            col(Draw.state).in_([DrawState.SEALED.value, DrawState.SUPERSEDED.value]),
        )
        .order_by(col(Draw.number))
    )
    return list(rows)


def team_numbered(teams: Iterable[SeatedTeam], number: int) -> SeatedTeam:
    """The team of this number; raises SeatUnknown."""
    for team in teams:
        if team.number == number:
            return team
    raise SeatUnknown(team=number)
