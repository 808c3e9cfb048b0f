"""Changing the libraries: by hand, by an import, by a decision about risk."""

from suicha.registry.actions.edits import (
    link_account,
    remove_row,
    restore_row,
    save_row,
    set_credit_grade,
    set_risk_class,
)
from suicha.registry.actions.enterprises import add_enterprises
from suicha.registry.actions.imports import begin_import, commit_import, refuse_import, store_dry_run

__all__ = [
    "add_enterprises",
    "begin_import",
    "commit_import",
    "link_account",
    "refuse_import",
    "remove_row",
    "restore_row",
    "save_row",
    "set_credit_grade",
    "set_risk_class",
    "store_dry_run",
]
