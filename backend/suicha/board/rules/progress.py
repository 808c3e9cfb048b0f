"""How far a campaign has come: by district, by team, and day by day against the plan."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from suicha.board.rules.decisions import Decision
from suicha.inspections.rules.lifecycle import VisitState

# What the board calls sealed: the record is closed and agrees with its seal. A cancelled visit is not.
SEALED_STATES = frozenset({VisitState.SEALED, VisitState.SIGNED, VisitState.ARCHIVED})
# 已检查: somebody was there and closed the record, even where the seal is disputed.
INSPECTED_STATES = SEALED_STATES | {VisitState.DISPUTED}


@dataclass
class Tally:
    """How far the visits of one district or one team have come; `key` is the district's code or the team's number."""

    key: str
    name: str
    total: int = 0
    assigned: int = 0
    under_way: int = 0
    sealed: int = 0
    disputed: int = 0
    closed: int = 0
    problems: int = 0
    open_problems: int = 0
    rechecks_due: int = 0
    rechecks_overdue: int = 0

    def add_visits(self, state: str, count: int) -> None:
        """Count visits of one state in."""
        self.total += count
        name = "sealed" if state in SEALED_STATES else state
        setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True)
class DayCount:
    """What a day of the week holds."""

    on: date
    planned: int
    sealed: int
    rechecks: int


@dataclass(frozen=True)
class CurvePoint:
    """How many visits were planned and how many were done up to and including a day; `done` ends with today."""

    on: date
    planned: int
    done: int | None


@dataclass(frozen=True)
class CampaignFacts:
    """A campaign as its visits tell it."""

    name: str
    visits: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Numbers:
    """抽中 · 已检查 · 发现问题 · 已整改 · 逾期."""

    drawn: int
    inspected: int
    problems: int
    put_right: int
    overdue: int


@dataclass(frozen=True)
class Board:
    """The numbers of one campaign; what waits for a decision is told of all campaigns."""

    today: date
    campaign: str | None
    campaigns: list[CampaignFacts]
    numbers: Numbers
    visits: Mapping[str, int]
    problems: Mapping[str, int]
    rechecks: Mapping[str, int]
    districts: list[Tally]
    teams: list[Tally]
    decisions: list[Decision]
    curve: list[CurvePoint]
    week: list[DayCount] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many visits there are."""
        return sum(self.visits.values())


def running_campaign(campaigns: Iterable[CampaignFacts], *, today: date) -> str | None:
    """The campaign that the desk opens with: begun and begun last; before the first begins, the first."""
    known = list(campaigns)
    begun = [campaign for campaign in known if campaign.first_on <= today]
    if begun:
        return max(begun, key=lambda campaign: (campaign.first_on, campaign.last_on, campaign.name)).name
    return min(known, key=lambda campaign: (campaign.first_on, campaign.name)).name if known else None


def curve_of(planned: Mapping[date, int], done: Mapping[date, int], *, today: date) -> list[CurvePoint]:
    """Both sums on every day on which one of them grows, and on today while the campaign runs.

    Between two points nothing happens; a campaign that has ended is not drawn out to the present.
    """
    days = {*planned, *done}
    if days and min(days) <= today <= max(days):
        days.add(today)
    points, planned_sum, done_sum = [], 0, 0
    for day in sorted(days):
        planned_sum += planned.get(day, 0)
        done_sum += done.get(day, 0)
        points.append(CurvePoint(day, planned_sum, done_sum if day <= today else None))
    return points


def inspected_in(visits: Mapping[str, int]) -> int:
    """How many of the visits, counted by state, are 已检查."""
    return sum(visits.get(state, 0) for state in INSPECTED_STATES)


def week_of(today: date) -> list[date]:
    """Monday to Sunday of the week in which `today` lies."""
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def week_counts(
    today: date, *, planned: Mapping[date, int], sealed: Iterable[date], rechecks: Mapping[date, int]
) -> list[DayCount]:
    """This week, day by day."""
    done = Counter(sealed)
    return [DayCount(day, planned.get(day, 0), done[day], rechecks.get(day, 0)) for day in week_of(today)]
