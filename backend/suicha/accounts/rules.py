"""Roles and what they may do; passwords and throttling as plain arithmetic."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What an account is. What a person may do in one visit is said by the visit's grant, not by this."""

    LEADER = "leader"
    OFFICER = "officer"
    EXPERT = "expert"
    OFFICE = "office"
    ADMIN = "admin"
    WITNESS = "witness"


class Permission(StrEnum):
    """One thing that a route may ask for."""

    SYNC = "sync"
    READ_BOARD = "read_board"
    READ_ALL_VISITS = "read_all_visits"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_ALL_ACCOUNTS = "manage_all_accounts"
    MANAGE_REGISTRY = "manage_registry"
    MANAGE_DRAWS = "manage_draws"
    TAKE_PART_IN_DRAWS = "take_part_in_draws"
    DISPATCH = "dispatch"
    READ_OWN_TEAM = "read_own_team"


_FIELD = frozenset({Permission.SYNC, Permission.READ_OWN_TEAM})
_OFFICE = frozenset(
    {
        Permission.READ_BOARD,
        Permission.READ_ALL_VISITS,
        Permission.MANAGE_ACCOUNTS,
        Permission.MANAGE_REGISTRY,
        Permission.MANAGE_DRAWS,
        Permission.TAKE_PART_IN_DRAWS,
        Permission.DISPATCH,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEADER: _FIELD,
    Role.OFFICER: _FIELD,
    Role.EXPERT: _FIELD,
    Role.OFFICE: _OFFICE,
    Role.ADMIN: _OFFICE | {Permission.MANAGE_ALL_ACCOUNTS},
    # 监督人员: somebody from outside the office who commits a secret at a draw and sees the ledger, nothing else.
    Role.WITNESS: frozenset({Permission.TAKE_PART_IN_DRAWS}),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything that any of the roles allows."""
    return frozenset().union(*(PERMISSIONS[Role(role)] for role in roles))


def may_see(jurisdiction: str, row_jurisdiction: str) -> bool:
    """True when a row lies in the caller's jurisdiction: GB/T 2260 codes nest by prefix (4101 holds 410105)."""
    return row_jurisdiction.startswith(jurisdiction)


THROTTLE_WINDOW = timedelta(minutes=15)
FREE_FAILURES = 5
_LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int, last_failure: datetime | None, *, now: datetime) -> timedelta:
    """How long the next try must wait after `failures` wrong ones: none for five, then 2, 4, 8 … s, at most 15 min."""
    if failures < FREE_FAILURES or last_failure is None:
        return timedelta(0)
    wait = min(timedelta(seconds=2 ** min(failures - FREE_FAILURES + 1, 12)), _LONGEST_WAIT)
    return max(timedelta(0), last_failure + wait - now)
