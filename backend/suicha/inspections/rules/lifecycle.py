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
    # A further manifest (更正记录) is signed anew.
    VisitState.SIGNED: frozenset({VisitState.SEALED, VisitState.DISPUTED, VisitState.ARCHIVED}),
    VisitState.CLOSED: frozenset({VisitState.ARCHIVED}),
    VisitState.ARCHIVED: frozenset(),
}

# No op is merged any more into a visit in one of these states: it is parked as scope_closed.
TAKES_NO_OPS = frozenset({VisitState.CLOSED, VisitState.ARCHIVED})


def may_archive(state: VisitState, *, late_count: int, addendum_n: int | None) -> bool:
    """A visit is put away when it can be, nothing waits for a decision and nothing is being amended."""
    return VisitState.ARCHIVED in NEXT[state] and late_count == 0 and addendum_n is None
