"""Finding what the libraries hold. `jurisdiction` is the caller's prefix: "" sees all, "4101" one city."""

from suicha.registry.queries.pool import inspector_facts, pool_facts
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
    "enterprise_by_uscc",
    "inspector_facts",
    "inspector_row",
    "inspectors",
    "inspectors_by_account",
    "jurisdiction_names",
    "jurisdictions",
    "lock_libraries",
    "pool_facts",
    "site_with_enterprise",
    "sites",
    "sites_with_enterprises",
]
