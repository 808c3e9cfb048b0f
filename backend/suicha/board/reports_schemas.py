"""The statistics and the ledger on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from suicha.board.rules.reports import Report
from suicha.rectification.rules import ProblemState


class _FromFacts(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LineOut(_FromFacts):
    """One line of a table: how many, how grave, what became of them. Percent and days are null where nothing counts."""

    key: str
    name: str
    visits: int
    inspected: int
    problems: int
    minor: int
    serious: int
    major: int
    closed: int
    in_time: int
    referred: int
    recorded: int
    withdrawn: int
    open: int
    overdue: int
    closed_percent: float | None
    median_days: float | None
    per_visit: float | None


class WorkloadOut(_FromFacts):
    """What one person did."""

    account: str
    name: str
    role: str
    visits: int
    inspected: int
    rechecks: int
    problems: int
    days: int


class SpanOut(_FromFacts):
    """Problems closed within `first` to `last` days; no end where `last` is null."""

    first: int
    last: int | None
    count: int


class MonthOut(_FromFacts):
    """Found and closed in a month."""

    month: str
    found: int
    closed: int


class ReportOut(_FromFacts):
    """All tables over one choice of visits."""

    today: date
    total: LineOut
    districts: list[LineOut]
    items: list[LineOut]
    severities: list[LineOut]
    enterprises: list[LineOut]
    people: list[WorkloadOut]
    spans: list[SpanOut]
    months: list[MonthOut]
    rechecks: dict[str, int]

    @classmethod
    def of(cls, report: Report, *, rechecks: Mapping[str, int], today: date) -> Self:
        """Show a report."""
        tables = {name: getattr(report, name) for name in cls.model_fields if name not in ("today", "rechecks")}
        return cls.model_validate({**tables, "today": today, "rechecks": dict(rechecks)})


class LedgerRowOut(BaseModel):
    """A problem with all that became of it."""

    id: str
    code: str
    campaign: str
    jurisdiction: str
    site: str
    enterprise: str
    inspection: str
    item: str
    title: str
    severity: str
    remark: str
    found_on: date
    order_number: str | None
    served_on: date | None
    due_on: date
    is_due_provisional: bool
    is_due_uncertain: bool
    extensions: int
    submissions: int
    rechecks: int
    department: str | None
    state: ProblemState
    closed_at: datetime | None


class LedgerOut(BaseModel):
    """One page of the ledger."""

    items: list[LedgerRowOut]
    total: int

    @classmethod
    def of(cls, rows: list[dict[str, Any]], total: int) -> Self:
        """Show a page."""
        return cls(items=[LedgerRowOut.model_validate(row) for row in rows], total=total)
