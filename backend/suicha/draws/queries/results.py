"""The result of a sealed draw joined with the rosters' names, for the office."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.draws.queries.draws import sealed_record
from suicha.draws.queries.teams import SeatedTeam, teams_now
from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.rules.freezing import masked_label
from suicha.draws.tables import Draw
from suicha.registry import queries as registry
from suicha.registry.tables import Inspector


@dataclass(frozen=True)
class Member:
    """Somebody of the rosters in a draw."""

    id: str
    seat: int
    name: str
    label: str
    home: str
    home_name: str
    employer: str
    certificate_no: str | None
    has_account: bool
    is_leader: bool = False
    instead_of: str | None = None


@dataclass(frozen=True)
class NamedTeam:
    """A team with names."""

    number: int
    visits: int
    officers: list[Member]
    experts: list[Member]


@dataclass(frozen=True)
class DrawResult:
    """A record and who is meant by it."""

    row: Draw
    record: dict[str, Any]
    districts: list[dict[str, Any]] = field(default_factory=list)
    teams: list[NamedTeam] = field(default_factory=list)
    people: list[Member] = field(default_factory=list)


async def result_of(session: AsyncSession, row: Draw) -> DrawResult:
    """The result of a draw with names; raises DrawNotSealed."""
    record = await sealed_record(session, row.id)
    places = await registry.jurisdiction_names(session)
    if row.kind == DrawKind.REPLACEMENT:
        pool = record["pool"]
        ids = [person["id"] for person in pool["candidates"]] + [pool["leaver"]["id"]]
        labels = {person["id"]: person["label"] for person in [*pool["candidates"], pool["leaver"]]}
        return DrawResult(row, record, people=await _people(session, ids, labels, places))
    return DrawResult(row, record, districts=_districts(record), teams=await _teams(session, row, record, places))


async def names_of_inspectors(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """The real names of some inspectors."""
    rows = await session.execute(select(col(Inspector.id), col(Inspector.name)).where(col(Inspector.id).in_(list(ids))))
    return {row[0]: row[1] for row in rows}


def _districts(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    pool, result = record["pool"], record["result"]
    sites = {site["id"]: site for site in pool["sites"]}
    enterprises = {enterprise["id"]: enterprise["name"] for enterprise in pool["enterprises"]}
    team_of = {visit["site"]: visit["team"] for visit in result["visits"]}
    drawn: dict[str, list[dict[str, Any]]] = {place["code"]: [] for place in pool["jurisdictions"]}
    in_the_hat = dict.fromkeys(drawn, 0)
    for stratum in result["strata"]:
        in_the_hat[stratum["jurisdiction"]] += stratum["sites"]
    for ticket in result["drawn"]:
        site = sites[ticket["site"]]
        drawn[site["jurisdiction"]].append(
            {name: site[name] for name in ("id", "code", "name", "risk")}
            | {"enterprise": enterprises[site["enterprise"]], "ticket": ticket["ticket"], "team": team_of[site["id"]]}
        )
    return [
        {
            "jurisdiction": place["code"],
            "name": place["name"],
            "in_the_hat": in_the_hat[place["code"]],
            "sites": drawn[place["code"]],
        }
        for place in pool["jurisdictions"]
        if in_the_hat[place["code"]]
    ]


async def _teams(
    session: AsyncSession, row: Draw, record: Mapping[str, Any], places: Mapping[str, str]
) -> list[NamedTeam]:
    as_drawn = [
        SeatedTeam(team["number"], tuple(team["officers"]), tuple(team["experts"]))
        for team in record["result"]["teams"]
    ]
    now = await teams_now(session, row.campaign_id) if row.state == DrawState.SEALED else as_drawn
    ids = {one for team in [*as_drawn, *now] for one in team.members}
    labels = {person["id"]: person["label"] for person in record["pool"]["inspectors"]}
    people = {member.id: member for member in await _people(session, sorted(ids), labels, places)}
    loads = record["result"]["loads"]
    return [
        NamedTeam(
            team.number,
            loads[team.number - 1],
            _seated(team.officers, first.officers, people, is_led=True),
            _seated(team.experts, first.experts, people, is_led=False),
        )
        for first, team in zip(as_drawn, now, strict=True)
    ]


def _seated(ids: Sequence[str], first: Sequence[str], people: Mapping[str, Member], *, is_led: bool) -> list[Member]:
    return [
        Member(
            **{
                **vars(people[now]),
                "seat": seat,
                "is_leader": is_led and seat == 1,
                "instead_of": people[was].name if was != now else None,
            }
        )
        for seat, (now, was) in enumerate(zip(ids, first, strict=True), start=1)
    ]


async def _people(
    session: AsyncSession, ids: Sequence[str], labels: Mapping[str, str], places: Mapping[str, str]
) -> list[Member]:
    rows = await session.scalars(select(Inspector).where(col(Inspector.id).in_(list(ids))))
    return [
        Member(
            id=person.id,
            seat=0,
            name=person.name,
            label=labels.get(person.id) or masked_label(person.name, person.certificate_no, person.code),
            home=person.home_jurisdiction,
            home_name=places.get(person.home_jurisdiction, person.home_jurisdiction),
            employer=person.employer,
            certificate_no=person.certificate_no,
            has_account=person.account_id is not None,
        )
        for person in rows
    ]
