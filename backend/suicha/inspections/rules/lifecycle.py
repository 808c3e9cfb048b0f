"""The states of a visit, for the board: derived from what happened, never set by hand."""

from enum import StrEnum


class VisitState(StrEnum):
    """From dispatch to the closed record."""

    ASSIGNED = "assigned"
    UNDER_WAY = "under_way"
    SEALED = "sealed"
    DISPUTED = "disputed"
    SIGNED = "signed"
    CLOSED = "closed"
    ARCHIVED = "archived"


NEXT: dict[VisitState, frozenset[VisitState]] = {
    VisitState.ASSIGNED: frozenset({VisitState.UNDER_WAY, VisitState.SEALED, VisitState.DISPUTED, VisitState.CLOSED}),
    VisitState.UNDER_WAY: frozenset({VisitState.SEALED, VisitState.DISPUTED, VisitState.CLOSED}),
    VisitState.SEALED: frozenset({VisitState.SIGNED, VisitState.DISPUTED, VisitState.CLOSED}),
    VisitState.DISPUTED: frozenset({VisitState.SEALED, VisitState.CLOSED}),
    VisitState.SIGNED: frozenset({VisitState.ARCHIVED}),
    VisitState.CLOSED: frozenset({VisitState.ARCHIVED}),
    VisitState.ARCHIVED: frozenset(),
}

# No op is merged any more into a visit in one of these states: it is parked as scope_closed.
TAKES_NO_OPS = frozenset({VisitState.CLOSED, VisitState.ARCHIVED})
