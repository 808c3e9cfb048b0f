"""Editions and calendars on the wire; the edition itself goes out as its stored bytes."""

from datetime import date, datetime

from pydantic import BaseModel

from suicha.checklists.tables import StoredEdition
from suicha.kit.workdays import Calendar


class EditionSummaryOut(BaseModel):
    """One stored edition without its items."""

    id: str
    hash: str
    checklist: str
    version: int
    name: str
    status: str
    loaded_at: datetime

    @classmethod
    def of(cls, row: StoredEdition) -> "EditionSummaryOut":
        """Show a stored edition."""
        return cls.model_validate(row, from_attributes=True)


class EditionListOut(BaseModel):
    """All stored editions."""

    items: list[EditionSummaryOut]
    total: int


class CalendarOut(BaseModel):
    """Days off and shifted working days; a year that is not in `known_years` is unknown."""

    days_off: list[date]
    extra_workdays: list[date]
    known_years: list[int]

    @classmethod
    def of(cls, calendar: Calendar) -> "CalendarOut":
        """Show a calendar."""
        return cls(
            days_off=sorted(calendar.days_off),
            extra_workdays=sorted(calendar.extra_workdays),
            known_years=sorted(calendar.known_years),
        )
