"""What the office's board counts, and what it says needs a decision today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from suicha.inspections.rules.lifecycle import VisitState

# What the board calls sealed: the record is closed, whatever came after that.
SEALED_STATES = frozenset({VisitState.SEALED, VisitState.SIGNED, VisitState.CLOSED, VisitState.ARCHIVED})


class DecisionKind(StrEnum):
    """Why somebody must decide: 意见不一, 封存有争议, 迟到记录, 复查逾期."""

    CONFLICT = "conflict"
    DISPUTED = "disputed"
    LATE = "late"
    RECHECK_OVERDUE = "recheck_overdue"


@dataclass(frozen=True)
class Decision:
    """One visit and why it waits."""

    kind: DecisionKind
    inspection: str
    code: str
    site: str
    jurisdiction: str
    count: int
    since: date | None = None


@dataclass
class DistrictCount:
    """How far the visits of one district have come."""

    jurisdiction: str
    name: str
    total: int = 0
    assigned: int = 0
    under_way: int = 0
    sealed: int = 0
    disputed: int = 0
    problems: int = 0
    open_problems: int = 0
    rechecks_due: int = 0
    rechecks_overdue: int = 0

    def add_visits(self, state: str, count: int) -> None:
        """Count visits of one state in."""
        self.total += count
        if state in SEALED_STATES:
            self.sealed += count
        else:
            setattr(self, state, getattr(self, state) + count)


@dataclass(frozen=True)
class DayCount:
    """What a day of the week holds."""

    on: date
    planned: int
    sealed: int
    rechecks: int


@dataclass(frozen=True)
class Board:
    """The numbers of the round."""

    today: date
    visits: Mapping[str, int]
    problems: Mapping[str, int]
    rechecks: Mapping[str, int]
    districts: list[DistrictCount]
    decisions: list[Decision]
    week: list[DayCount] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many visits there are."""
        return sum(self.visits.values())


def week_of(today: date) -> list[date]:
    """Monday to Sunday of the week in which `today` lies."""
    monday = today - timedelta(days=today.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def week_counts(
    today: date, *, planned: Mapping[date, int], sealed: Iterable[date], rechecks: Mapping[date, int]
) -> list[DayCount]:
    """This week, day by day."""
    done = list(sealed)
    return [DayCount(day, planned.get(day, 0), done.count(day), rechecks.get(day, 0)) for day in week_of(today)]


_URGENCY = (DecisionKind.DISPUTED, DecisionKind.CONFLICT, DecisionKind.LATE, DecisionKind.RECHECK_OVERDUE)


def by_urgency(decisions: Iterable[Decision]) -> list[Decision]:
    """What blocks a record first, then what waits longest."""
    return sorted(decisions, key=lambda d: (_URGENCY.index(d.kind), d.since or date.max, d.code))
