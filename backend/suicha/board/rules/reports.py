"""台账统计: what visits and problems add up to, by place, item, severity, enterprise and person, and how long."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from suicha.rectification.rules import FINAL, ProblemState

# Days to close, as the histogram groups them: from, up to and including (None: no end).
CLOSING_SPANS: tuple[tuple[int, int | None], ...] = ((0, 3), (4, 7), (8, 15), (16, 30), (31, None))


@dataclass(frozen=True)
class VisitFact:
    """A first visit as far as the statistics look at it; `district` and `enterprise` are keys."""

    id: str
    district: str
    enterprise: str
    site: str
    is_inspected: bool


@dataclass(frozen=True)
class ProblemFact:
    """A problem with the keys that it is counted under."""

    visit: str
    district: str
    enterprise: str
    item: str
    severity: str
    state: str
    found_on: date
    due_on: date
    ended_on: date | None

    @property
    def days_to_close(self) -> int | None:
        """Calendar days from finding to 销号; None unless it was put right."""
        if self.state != ProblemState.CLOSED or self.ended_on is None:
            return None
        return (self.ended_on - self.found_on).days

    def is_overdue(self, today: date) -> bool:
        """True while it is open and its day has passed."""
        return ProblemState(self.state) not in FINAL and self.due_on < today

    @property
    def is_in_time(self) -> bool:
        """Put right on or before its day."""
        return self.state == ProblemState.CLOSED and self.ended_on is not None and self.ended_on <= self.due_on


@dataclass
class Line:
    """One line of a table of statistics."""

    key: str
    name: str
    visits: int = 0
    inspected: int = 0
    problems: int = 0
    minor: int = 0
    serious: int = 0
    major: int = 0
    closed: int = 0
    in_time: int = 0
    referred: int = 0
    recorded: int = 0
    withdrawn: int = 0
    open: int = 0
    overdue: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def median_days(self) -> float | None:
        """The median time to close, in days; None while nothing was closed."""
        return float(median(self.days)) if self.days else None

    @property
    def closed_percent(self) -> float | None:
        """整改率: what was put right of all problems that were not withdrawn, in percent with one decimal."""
        counted = self.problems - self.withdrawn
        return round(100 * self.closed / counted, 1) if counted else None

    @property
    def per_visit(self) -> float | None:
        """Problems for each visit that took place, with two decimals."""
        return round(self.problems / self.inspected, 2) if self.inspected else None

    def add_problem(self, problem: ProblemFact, *, today: date) -> None:
        """Count a problem in."""
        self.problems += 1
        setattr(self, problem.severity, getattr(self, problem.severity) + 1)
        if ProblemState(problem.state) in FINAL:
            setattr(self, problem.state, getattr(self, problem.state) + 1)
        else:
            self.open += 1
        self.overdue += problem.is_overdue(today)
        self.in_time += problem.is_in_time
        if problem.days_to_close is not None:
            self.days.append(problem.days_to_close)


@dataclass(frozen=True)
class Workload:
    """What one person did: visits to which he was sent, by part and kind, and those that took place."""

    account: str
    name: str
    role: str
    visits: int
    inspected: int
    rechecks: int
    problems: int
    days: int


@dataclass(frozen=True)
class Span:
    """How many problems were closed within a span of days."""

    first: int
    last: int | None
    count: int


@dataclass(frozen=True)
class MonthCount:
    """What was found and what was closed in a month (`2026-11`)."""

    month: str
    found: int
    closed: int


@dataclass(frozen=True)
class Report:
    """All tables over one choice of visits."""

    total: Line
    districts: Sequence[Line]
    items: Sequence[Line]
    severities: Sequence[Line]
    enterprises: Sequence[Line]
    people: Sequence[Workload]
    spans: Sequence[Span]
    months: Sequence[MonthCount]


@dataclass(frozen=True)
class Names:
    """What keys are called, and in which order items and severities stand."""

    districts: Mapping[str, str]
    enterprises: Mapping[str, str]
    items: Mapping[str, str]
    severities: Mapping[str, str]


def report_of(
    visits: Sequence[VisitFact],
    problems: Sequence[ProblemFact],
    people: Sequence[Workload],
    names: Names,
    *,
    today: date,
) -> Report:
    """Add everything up. Items and severities without a problem have their line too: nothing found is a result."""
    total = Line("", "")
    _add_visits({"": total}, visits, lambda _visit: "")
    _add_problems({"": total}, problems, lambda _problem: "", today=today)
    inspected = total.inspected

    def lines(keys: Iterable[str], called: Mapping[str, str]) -> dict[str, Line]:
        return {key: Line(key, called.get(key, key)) for key in keys}

    districts = lines(sorted({v.district for v in visits}), names.districts)
    _add_visits(districts, visits, lambda v: v.district)
    _add_problems(districts, problems, lambda p: p.district, today=today)
    enterprises = lines({v.enterprise: None for v in visits}, names.enterprises)
    _add_visits(enterprises, visits, lambda v: v.enterprise)
    _add_problems(enterprises, problems, lambda p: p.enterprise, today=today)
    items = lines([*names.items, *sorted({p.item for p in problems} - names.items.keys())], names.items)
    _add_problems(items, problems, lambda p: p.item, today=today)
    severities = lines(names.severities, names.severities)
    _add_problems(severities, problems, lambda p: p.severity, today=today)
    for line in (*items.values(), *severities.values()):
        line.visits, line.inspected = total.visits, inspected
    return Report(
        total=total,
        districts=list(districts.values()),
        items=list(items.values()),
        severities=list(severities.values()),
        enterprises=sorted(enterprises.values(), key=lambda line: (-line.problems, line.name)),
        people=sorted(people, key=lambda one: (-one.visits - one.rechecks, one.name)),
        spans=spans_of(total.days),
        months=months_of(problems),
    )


def _add_visits(lines: Mapping[str, Line], visits: Iterable[VisitFact], key: Callable[[VisitFact], str]) -> None:
    for visit in visits:
        lines[key(visit)].visits += 1
        lines[key(visit)].inspected += visit.is_inspected


def _add_problems(
    lines: Mapping[str, Line], problems: Iterable[ProblemFact], key: Callable[[ProblemFact], str], *, today: date
) -> None:
    for problem in problems:
        lines[key(problem)].add_problem(problem, today=today)


def spans_of(days: Sequence[int]) -> list[Span]:
    """The histogram of times to close."""
    return [
        Span(first, last, sum(day >= first and (last is None or day <= last) for day in days))
        for first, last in CLOSING_SPANS
    ]


def months_of(problems: Iterable[ProblemFact]) -> list[MonthCount]:
    """Found and closed by month, without gaps between the first and the last month in which something happened."""
    found: dict[str, int] = {}
    closed: dict[str, int] = {}
    for problem in problems:
        month = f"{problem.found_on:%Y-%m}"
        found[month] = found.get(month, 0) + 1
        if problem.days_to_close is not None and problem.ended_on is not None:
            month = f"{problem.ended_on:%Y-%m}"
            closed[month] = closed.get(month, 0) + 1
    known = sorted({*found, *closed})
    return [MonthCount(m, found.get(m, 0), closed.get(m, 0)) for m in _months(known)]


def _months(known: Sequence[str]) -> list[str]:
    if not known:
        return []
    year, month = (int(part) for part in known[0].split("-"))
    months = [known[0]]
    while months[-1] < known[-1]:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - months of a year
        months.append(f"{year:04d}-{month:02d}")
    return months
