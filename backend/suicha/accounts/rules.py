"""Roles and what they may do; names, passwords and throttling as plain arithmetic."""

import re
from collections.abc import Collection, Iterable
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
    PARTNER = "partner"


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
    MANAGE_RECTIFICATION = "manage_rectification"
    PUBLISH = "publish"
    MANAGE_CREDIT = "manage_credit"
    ACT_FOR_DEPARTMENT = "act_for_department"


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
        Permission.MANAGE_RECTIFICATION,
        Permission.PUBLISH,
        Permission.MANAGE_CREDIT,
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
    # 协同部门: another department, which sees what was handed over to it and the rechecks that it joins, nothing else.
    Role.PARTNER: frozenset({Permission.ACT_FOR_DEPARTMENT}),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything that any of the roles allows."""
    return frozenset().union(*(PERMISSIONS[Role(role)] for role in roles))


def may_see(jurisdiction: str, row_jurisdiction: str) -> bool:
    """True when a row lies in the caller's jurisdiction: GB/T 2260 codes nest by prefix (4101 holds 410105)."""
    return row_jurisdiction.startswith(jurisdiction)


FIELD_ROLES = frozenset({Role.LEADER, Role.OFFICER, Role.EXPERT})
# Who has no row in the roster: the office, the administrator, those who watch a draw, and other departments.
DESK_ROLES = frozenset({Role.OFFICE, Role.ADMIN, Role.WITNESS, Role.PARTNER})
_OFFICE_MAY_MANAGE = FIELD_ROLES | {Role.WITNESS, Role.PARTNER}


def is_outsider(roles: Iterable[str]) -> bool:
    """True for an account of another department: routes for any signed-in account are not meant for it."""
    return Role.PARTNER in set(roles)


def fits_department(roles: Collection[Role], department: str | None) -> bool:
    """True when an account has a department exactly if it is a partner's, and a partner's has no other role."""
    return department is None if Role.PARTNER not in roles else bool(department) and len(set(roles)) == 1


def may_manage(
    permissions: Collection[Permission], own_jurisdiction: str, *, roles: Iterable[str], jurisdiction: str
) -> bool:
    """True when the caller may touch an account: the office those of the field and witnesses, the admin all."""
    if not may_see(own_jurisdiction, jurisdiction):
        return False
    if Permission.MANAGE_ALL_ACCOUNTS in permissions:
        return True
    return Permission.MANAGE_ACCOUNTS in permissions and {Role(role) for role in roles} <= _OFFICE_MAY_MANAGE


class AccountState(StrEnum):
    """What an account's row says of it at a glance."""

    ACTIVE = "active"
    INVITED = "invited"
    DISABLED = "disabled"


def account_state(*, is_disabled: bool, must_change_password: bool) -> AccountState:
    """Disabled outweighs a first password that nobody has changed yet."""
    if is_disabled:
        return AccountState.DISABLED
    return AccountState.INVITED if must_change_password else AccountState.ACTIVE


_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


def is_username(text: str) -> bool:
    """True for 3 to 40 small letters, digits, dots, dashes: what is typed alike on every keyboard."""
    return _USERNAME.fullmatch(text) is not None


def proposed_username(certificate_no: str | None, code: str, taken: Collection[str]) -> str:
    """A free name for somebody in the roster: the certificate number where it can be typed, else the row's code."""
    readable = [re.sub(r"[^a-z0-9._-]", "", text.lower()).strip("._-")[:36] for text in (certificate_no or "", code)]
    base = next((text for text in readable if is_username(text)), "person")
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


PASSWORD_AT_LEAST = 8
PASSWORD_AT_MOST = 200
_LEAST_DIFFERENT = 5


def password_weakness(new: str, *, username: str, old: str | None = None) -> str | None:
    """Why a password may not be chosen, as a stable word, or None. Length outweighs mixture, so no capital is asked."""
    if len(new) < PASSWORD_AT_LEAST:
        return "too_short"
    if len(new) > PASSWORD_AT_MOST:
        return "too_long"
    if new == old:
        return "same_as_before"
    if username.lower() in new.lower():
        return "contains_username"
    if new.isdigit() or len(set(new)) < _LEAST_DIFFERENT:
        return "too_simple"
    return None


THROTTLE_WINDOW = timedelta(minutes=15)
FREE_FAILURES = 5
_LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int, last_failure: datetime | None, *, now: datetime) -> timedelta:
    """How long the next try must wait after `failures` wrong ones: none for five, then 2, 4, 8 … s, at most 15 min."""
    if failures < FREE_FAILURES or last_failure is None:
        return timedelta(0)
    wait = min(timedelta(seconds=2 ** min(failures - FREE_FAILURES + 1, 12)), _LONGEST_WAIT)
    return max(timedelta(0), last_failure + wait - now)
