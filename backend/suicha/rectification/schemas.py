"""Problems and rechecks on the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import BaseModel

from suicha.rectification.queries import Found
from suicha.rectification.rules import ProblemState, RecheckState
from suicha.rectification.tables import Problem


class ProblemBriefOut(BaseModel):
    """A problem as it stands under its recheck."""

    id: str
    code: str
    item: str
    title: str
    severity: str
    remark: str
    found_on: date
    due_on: date
    is_due_provisional: bool
    is_due_uncertain: bool
    recheck_on: date
    is_recheck_uncertain: bool
    state: ProblemState

    @classmethod
    def of(cls, row: Problem) -> Self:
        """Show a problem."""
        return cls.model_validate(row, from_attributes=True)


class ProblemOut(ProblemBriefOut):
    """A problem with its place. An uncertain day rests on a year without a calendar: never print it unconfirmed."""

    inspection: str
    visit_code: str
    recheck: str
    site: str
    enterprise: str
    jurisdiction: str

    @classmethod
    def found(cls, found: Found) -> Self:
        """Show a problem with its place."""
        row: Problem = found.row
        return cls(
            **ProblemBriefOut.of(row).model_dump(),
            inspection=row.inspection_id,
            visit_code=found.visit_code,
            recheck=row.recheck_id,
            site=found.site_name,
            enterprise=found.enterprise_name,
            jurisdiction=row.jurisdiction,
        )


class ProblemListOut(BaseModel):
    """One page of problems."""

    items: list[ProblemOut]
    total: int


class RecheckOut(BaseModel):
    """A recheck; `days_left` is negative once its day has passed."""

    id: str
    inspection: str
    visit_code: str
    site: str
    enterprise: str
    jurisdiction: str
    scheduled_on: date
    is_uncertain: bool
    days_left: int
    state: RecheckState
    problems: list[ProblemBriefOut]

    @classmethod
    def found(cls, found: Found, problems: Iterable[Problem], *, today: date) -> Self:
        """Show a recheck with what is to be looked at."""
        row = found.row
        return cls(
            id=row.id,
            inspection=row.inspection_id,
            visit_code=found.visit_code,
            site=found.site_name,
            enterprise=found.enterprise_name,
            jurisdiction=row.jurisdiction,
            scheduled_on=row.scheduled_on,
            is_uncertain=row.is_uncertain,
            days_left=(row.scheduled_on - today).days,
            state=row.state,
            problems=[ProblemBriefOut.of(problem) for problem in problems],
        )


class RecheckListOut(BaseModel):
    """One page of rechecks."""

    items: list[RecheckOut]
    total: int
