"""The list of visits and the board on the wire."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel

from suicha.board.rules import Board, DecisionKind
from suicha.inspections.rules.lifecycle import VisitState


class VisitRowOut(BaseModel):
    """One visit in the list."""

    id: str
    code: str
    site: str
    enterprise: str
    district: str
    jurisdiction: str
    team_no: int
    leader: str | None
    planned_on: date
    state: VisitState
    answered: int
    items_total: int
    failed: int
    conflicts: int
    late: int
    sealed_at: datetime | None
    problems: int
    recheck_on: date | None


class VisitListOut(BaseModel):
    """One page of visits."""

    items: list[VisitRowOut]
    total: int


class DistrictOut(BaseModel):
    """How far the visits of one district have come."""

    jurisdiction: str
    name: str
    total: int
    assigned: int
    under_way: int
    sealed: int
    disputed: int
    problems: int
    open_problems: int
    rechecks_due: int
    rechecks_overdue: int


class DecisionOut(BaseModel):
    """One visit that waits for a decision, and why."""

    kind: DecisionKind
    inspection: str
    code: str
    site: str
    jurisdiction: str
    count: int
    since: date | None


class DayOut(BaseModel):
    """What a day of the week holds."""

    on: date
    planned: int
    sealed: int
    rechecks: int


class BoardOut(BaseModel):
    """The numbers of the round; each mapping counts by state, zeros included."""

    today: date
    total: int
    visits: dict[str, int]
    problems: dict[str, int]
    rechecks: dict[str, int]
    districts: list[DistrictOut]
    decisions: list[DecisionOut]
    week: list[DayOut]

    @classmethod
    def of(cls, board: Board) -> Self:
        """Show a board."""
        return cls.model_validate(
            {
                **vars(board),
                "total": board.total,
                "districts": [vars(district) for district in board.districts],
                "decisions": [vars(decision) for decision in board.decisions],
                "week": [vars(day) for day in board.week],
            }
        )
