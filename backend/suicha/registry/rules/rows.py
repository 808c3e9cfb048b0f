"""Rows as they travel: read from a file or an edit, known to the database, judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from suicha.registry.rules.fields import Library, Value
from suicha.registry.rules.values import ProblemCode

Values = dict[str, Value]
# What a row can be found by: the name of the key, then its parts.
Key = tuple[Value, ...]


class RowState(StrEnum):
    """What an import would do with a row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REJECT = "reject"


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: which column, where in the sheet, what stands there, and the reason for people."""

    code: ProblemCode
    reason: str
    column: str = ""
    at: str = ""
    value: str = ""


@dataclass(frozen=True)
class RawRow:
    """A row as it was read: a text for each column that the file has, "" where the cell is blank."""

    library: Library
    row_no: int
    cells: Mapping[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class KnownRow:
    """A row of the database; `place` is the jurisdiction that decides who may change it."""

    id: str
    values: Mapping[str, Value]
    place: str
    is_removed: bool = False


@dataclass(frozen=True)
class Known:
    """Everything in the database that could matter for some rows."""

    districts: frozenset[str]
    rows: Mapping[Library, Sequence[KnownRow]]


@dataclass(frozen=True)
class FieldChange:
    """One value that is to become another."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Verdict:
    """What an import or an edit does with one row; `target` is the id of the row that it changes."""

    library: Library
    row_no: int
    state: RowState
    label: str
    values: Mapping[str, Value]
    target: str | None = None
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()


def unique_keys(library: Library, values: Mapping[str, Value]) -> list[Key]:
    """What no two rows of a library may share. Parts that are missing make no key."""
    get = values.get
    match library:
        case Library.JURISDICTIONS:
            return _whole(("code", get("code")))
        case Library.ENTERPRISES:
            return _whole(("uscc", get("uscc")))
        case Library.SITES:
            place = ("place", get("jurisdiction"), get("uscc"), get("name"), get("address"))
            return _whole(("code", get("code")), place)
        case Library.INSPECTORS:
            return _whole(("code", get("code")), ("certificate", get("certificate_no")))
        case Library.RECUSALS:
            return [("recusal", get("inspector"), get("uscc"), get("site_code"), get("kind"))]
        case Library.LEAVES:
            return _whole(("leave", get("inspector"), get("from_on")))


def finding_key(library: Library, values: Mapping[str, Value]) -> Key | None:
    """By what a row of a file finds the row that it is about: its number, or what stands for one."""
    get = values.get
    if library is Library.SITES and get("code") is None:
        return ("name", get("jurisdiction"), get("uscc"), get("name"))
    if library is Library.INSPECTORS and get("code") is None:
        certificate = get("certificate_no")
        by_name = ("name", get("kind"), get("name"), get("employer"), get("home_jurisdiction"))
        return ("certificate", certificate) if certificate is not None else by_name
    return next(iter(unique_keys(library, values)), None)


def all_keys(library: Library, values: Mapping[str, Value]) -> list[Key]:
    """Everything that a row can be found by."""
    found = unique_keys(library, values)
    if library in {Library.SITES, Library.INSPECTORS}:
        nameless = {name: value for name, value in values.items() if name not in {"code", "certificate_no"}}
        found += [key for key in [finding_key(library, nameless)] if key]
    return found


def _whole(*keys: Key) -> list[Key]:
    return [key for key in keys if None not in key]


def label_of(library: Library, values: Mapping[str, Value]) -> str:
    """How people call the row."""
    names = {
        Library.RECUSALS: ("inspector", "uscc", "site_code"),
        Library.LEAVES: ("inspector", "from_on", "to_on"),
    }.get(library, ("name",))
    return " · ".join(str(values[name]) for name in names if values.get(name) is not None)[:200]
