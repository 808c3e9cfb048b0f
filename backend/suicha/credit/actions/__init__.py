"""Acts of credit: computing rounds, deciding about entries, and what an entry in force does."""

from suicha.credit.actions.entries import (
    approve,
    ask_repair,
    decide_objection,
    decide_repair,
    object_to,
    propose_by_hand,
    reject,
    revoke,
)
from suicha.credit.actions.grades import import_grades
from suicha.credit.actions.rounds import compute

__all__ = [
    "approve",
    "ask_repair",
    "compute",
    "decide_objection",
    "decide_repair",
    "import_grades",
    "object_to",
    "propose_by_hand",
    "reject",
    "revoke",
]
