"""Finding problems, orders, rechecks and what was handed in."""

from suicha.rectification.queries.lists import (
    ALL,
    PROBLEM_SORTS,
    RECHECK_SORTS,
    Found,
    Wanted,
    items_of,
    problems,
    problems_at_sites,
    problems_of_rechecks,
    recheck_of,
    rechecks,
    rechecks_to_turn,
    scopes_of_rechecks_to_turn,
    summaries,
)

__all__ = [
    "ALL",
    "PROBLEM_SORTS",
    "RECHECK_SORTS",
    "Found",
    "Wanted",
    "items_of",
    "problems",
    "problems_at_sites",
    "problems_of_rechecks",
    "recheck_of",
    "rechecks",
    "rechecks_to_turn",
    "scopes_of_rechecks_to_turn",
    "summaries",
]
