"""What a demo round consists of: plain frozen facts that the loader turns into rows and ops."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DEMO_TEAM = 1


class Stage(StrEnum):
    """How far a visit of the demo has come."""

    UNTOUCHED = "untouched"
    UNDER_WAY = "under_way"
    SEALED = "sealed"


@dataclass(frozen=True)
class District:
    """A real district; `is_verified` is false for codes that no official list confirmed here."""

    code: str
    name: str
    kind: str
    is_verified: bool
    lat: str
    lon: str
    site_count: int


@dataclass(frozen=True)
class DemoEnterprise:
    """A made-up enterprise with a well-formed credit code."""

    id: str
    uscc: str
    name: str
    phone: str
    jurisdiction: str


@dataclass(frozen=True)
class DemoSite:
    """A made-up compound."""

    id: str
    code: str
    name: str
    address: str
    jurisdiction: str
    enterprise_id: str
    households: int
    buildings: int
    lifts: int
    is_high_rise: bool
    lat: str
    lon: str
    contact_name: str
    contact_phone: str
    risk_class: str


@dataclass(frozen=True)
class DemoInspector:
    """A made-up officer or expert, with the account that the demo opens for him: named after the place in a team."""

    id: str
    code: str
    account_id: str
    username: str
    role: str
    kind: str
    name: str
    certificate_no: str | None
    certificate_expires_on: date | None
    home_jurisdiction: str
    employer: str


@dataclass(frozen=True)
class DemoLeave:
    """Somebody who cannot be sent for some days."""

    id: str
    inspector_id: str
    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True)
class DemoRecusal:
    """A declared interest, which the draw respects."""

    id: str
    inspector_id: str
    enterprise_id: str
    kind: str
    reason: str
    declared_on: date


@dataclass(frozen=True)
class DemoTeam:
    """Two officers, the first of them the leader, and an expert."""

    number: int
    leader: DemoInspector
    officer: DemoInspector
    expert: DemoInspector

    @property
    def members(self) -> tuple[DemoInspector, DemoInspector, DemoInspector]:
        """Leader, officer, expert."""
        return (self.leader, self.officer, self.expert)


@dataclass(frozen=True)
class EarlierProblem:
    """Something that an earlier round found at the site."""

    code: str
    item: str
    text: str
    found_on: date
    state: str


@dataclass(frozen=True)
class DemoVisit:
    """One visit of one team to one site; a sealed one was sealed on `planned_on`."""

    id: str
    code: str
    team: int
    site_id: str
    planned_on: date
    stage: Stage
    earlier_problems: tuple[EarlierProblem, ...]


@dataclass(frozen=True)
class Rosters:
    """名录库: what the draw draws from."""

    districts: tuple[District, ...]
    enterprises: tuple[DemoEnterprise, ...]
    sites: tuple[DemoSite, ...]
    inspectors: tuple[DemoInspector, ...]
    recusals: tuple[DemoRecusal, ...]
    leaves: tuple[DemoLeave, ...]


@dataclass(frozen=True)
class DemoRound:
    """What the draw gave, and how far each visit has come."""

    rosters: Rosters
    teams: tuple[DemoTeam, ...]
    visits: tuple[DemoVisit, ...]

    @property
    def demo_team(self) -> DemoTeam:
        """The team whose accounts are printed."""
        return self.team(DEMO_TEAM)

    def team(self, number: int) -> DemoTeam:
        """The team with this number."""
        return self.teams[number - 1]

    def site(self, site_id: str) -> DemoSite:
        """The site with this id."""
        return next(site for site in self.rosters.sites if site.id == site_id)
