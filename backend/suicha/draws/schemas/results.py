"""What a sealed draw gave, with names for the office; and what it would give, for a preview."""

from typing import Any, Self

from pydantic import BaseModel

from suicha.draws.queries.results import DrawResult, Member
from suicha.draws.schemas.campaigns import DrawBriefOut


class MemberOut(BaseModel):
    """Somebody in a team. `instead_of`: whose place was drawn again."""

    id: str
    seat: int
    name: str
    label: str
    home: str
    home_name: str
    employer: str
    certificate_no: str | None
    has_account: bool
    is_leader: bool
    instead_of: str | None

    @classmethod
    def of(cls, member: Member) -> Self:
        """Show a member."""
        return cls.model_validate(member, from_attributes=True)


class TeamOut(BaseModel):
    """A team as it is now, and how many visits it has."""

    number: int
    visits: int
    officers: list[MemberOut]
    experts: list[MemberOut]


class DrawnSiteOut(BaseModel):
    """A drawn site and the team that goes there."""

    id: str
    code: str
    name: str
    enterprise: str
    risk: str
    ticket: str
    team: int


class DistrictResultOut(BaseModel):
    """What was drawn in one district."""

    jurisdiction: str
    name: str
    in_the_hat: int
    sites: list[DrawnSiteOut]


class StratumOut(BaseModel):
    """One risk class of one district: sites, those open, places, those taken."""

    jurisdiction: str
    risk: str
    sites: int
    open: int
    places: int
    taken: int


class ReplacementOut(BaseModel):
    """Who left, who might have come, who came."""

    leaver: MemberOut | None
    why: str
    able: list[MemberOut]
    chosen: MemberOut


class ResultOut(BaseModel):
    """The result of a sealed draw by district and by team; of a replacement only `replacement` is given."""

    draw: DrawBriefOut
    seed: str
    digest: str
    spread: int | None
    loads: list[int]
    strata: list[StratumOut]
    districts: list[DistrictResultOut]
    teams: list[TeamOut]
    set_aside: int
    excluded_sites: int
    excluded_inspectors: int
    replacement: ReplacementOut | None

    @classmethod
    def of(cls, result: DrawResult) -> Self:
        """Show a result."""
        record: dict[str, Any] = result.record
        told = record["result"]
        excluded = record["pool"].get("excluded", {"sites": [], "inspectors": []})
        return cls(
            draw=DrawBriefOut.of(result.row),
            seed=record["seed"],
            digest=record["digest"],
            spread=told.get("spread"),
            loads=told.get("loads", []),
            strata=[StratumOut(**stratum) for stratum in told.get("strata", [])],
            districts=[DistrictResultOut(**district) for district in result.districts],
            teams=[TeamOut.model_validate(team, from_attributes=True) for team in result.teams],
            set_aside=len(told.get("set_aside", [])),
            excluded_sites=len(excluded["sites"]),
            excluded_inspectors=len(excluded["inspectors"]),
            replacement=_replacement(result),
        )


def _replacement(result: DrawResult) -> ReplacementOut | None:
    if "chosen" not in result.record["result"]:
        return None
    told, leaver = result.record["result"], result.record["pool"]["leaver"]
    members = {member.id: MemberOut.of(member) for member in result.people}
    return ReplacementOut(
        leaver=members.get(leaver["id"]),
        why=leaver["why"],
        able=[members[person] for person in told["able"]],
        chosen=members[told["chosen"]],
    )
