"""What waits for a person's decision, and what comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DecisionKind(StrEnum):
    """Why somebody must decide: 意见不一, 封存有争议, 迟到记录, 待审核证明, 复查逾期."""

    CONFLICT = "conflict"
    DISPUTED = "disputed"
    LATE = "late"
    PROOF_WAITING = "proof_waiting"
    RECHECK_OVERDUE = "recheck_overdue"


@dataclass(frozen=True)
class Decision:
    """One visit and why it waits."""

    kind: DecisionKind
    inspection: str
    code: str
    campaign: str
    site: str
    jurisdiction: str
    count: int
    since: date | None = None


_URGENCY = (
    DecisionKind.DISPUTED,
    DecisionKind.CONFLICT,
    DecisionKind.LATE,
    DecisionKind.PROOF_WAITING,
    DecisionKind.RECHECK_OVERDUE,
)


def by_urgency(decisions: Iterable[Decision]) -> list[Decision]:
    """What blocks a record first, then what waits longest."""
    return sorted(decisions, key=lambda d: (_URGENCY.index(d.kind), d.since or date.max, d.code))
