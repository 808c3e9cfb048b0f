"""Finding what the libraries hold. `jurisdiction` is the caller's prefix: "" sees all, "4101" one city."""

from suicha.registry.queries.imports import (
    all_import_rows,
    file_names,
    history_of,
    import_of,
    import_rows,
    import_with_name,
    imports,
    state_of,
    tell_progress,
)
from suicha.registry.queries.known import known_for, known_row
from suicha.registry.queries.lists import Found, RosterFilter, roster, roster_row, roster_values
from suicha.registry.queries.pool import pool_facts
from suicha.registry.queries.references import (
    codes_like,
    ids_of_enterprises,
    ids_of_people,
    ids_of_sites,
    revisions_of,
    sites_in_force,
)
from suicha.registry.queries.rows import (
    enterprise_by_uscc,
    inspector_row,
    inspectors,
    inspectors_by_account,
    jurisdiction_names,
    jurisdictions,
    lock_libraries,
    site_with_enterprise,
    sites,
    sites_with_enterprises,
)

__all__ = [
    "Found",
    "RosterFilter",
    "all_import_rows",
    "codes_like",
    "enterprise_by_uscc",
    "file_names",
    "history_of",
    "ids_of_enterprises",
    "ids_of_people",
    "ids_of_sites",
    "import_of",
    "import_rows",
    "import_with_name",
    "imports",
    "inspector_row",
    "inspectors",
    "inspectors_by_account",
    "jurisdiction_names",
    "jurisdictions",
    "known_for",
    "known_row",
    "lock_libraries",
    "pool_facts",
    "revisions_of",
    "roster",
    "roster_row",
    "roster_values",
    "site_with_enterprise",
    "sites",
    "sites_in_force",
    "sites_with_enterprises",
    "state_of",
    "tell_progress",
]
