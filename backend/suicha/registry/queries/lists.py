"""Lists of the libraries: searched, filtered, sorted, paged; and the same rows for an export.

A row is a mapping in the words of `rules.fields`, with its id and frame and the names of what it points at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.kit.errors import BadRequest
from suicha.registry.errors import EnterpriseUnknown, InspectorUnknown, RosterRowUnknown, SiteUnknown
from suicha.registry.queries.known import KNOWN, values_of
from suicha.registry.queries.pool import touches
from suicha.registry.rules import InspectorKind
from suicha.registry.rules.fields import Library, Value
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Leave, Recusal, Site

Found = dict[str, Any]


@dataclass(frozen=True)
class RosterFilter:
    """What a list is narrowed to. What a library does not have does not narrow it."""

    q: str | None = None
    jurisdiction: str | None = None
    enterprise: str | None = None
    inspector: str | None = None
    kind: str | None = None
    risk_class: str | None = None
    credit_grade: str | None = None
    eligible_on: date | None = None
    removed: Literal["no", "yes", "any"] = "no"


_UNKNOWN: Mapping[Library, Any] = {
    Library.ENTERPRISES: EnterpriseUnknown,
    Library.SITES: SiteUnknown,
    Library.INSPECTORS: InspectorUnknown,
    Library.RECUSALS: RosterRowUnknown,
    Library.LEAVES: RosterRowUnknown,
}
_PLACE: Mapping[Library, Any] = {
    Library.ENTERPRISES: Enterprise.jurisdiction,
    Library.SITES: Site.jurisdiction,
    Library.INSPECTORS: Inspector.home_jurisdiction,
    Library.RECUSALS: Inspector.home_jurisdiction,
    Library.LEAVES: Inspector.home_jurisdiction,
}
_SEARCHED: Mapping[Library, tuple[Any, ...]] = {
    Library.ENTERPRISES: (Enterprise.uscc, Enterprise.name, Enterprise.address),
    Library.SITES: (Site.code, Site.name, Site.address, Enterprise.name, Enterprise.uscc),
    Library.INSPECTORS: (Inspector.code, Inspector.name, Inspector.certificate_no, Inspector.employer),
    Library.RECUSALS: (Inspector.code, Inspector.name, Enterprise.name, Enterprise.uscc, Site.name, Recusal.reason),
    Library.LEAVES: (Inspector.code, Inspector.name, Leave.reason),
}
_SORTED_FIRST: Mapping[Library, str] = {
    Library.ENTERPRISES: "name",
    Library.SITES: "code",
    Library.INSPECTORS: "code",
    Library.RECUSALS: "-declared_on",
    Library.LEAVES: "-from_on",
}


async def roster(
    session: AsyncSession,
    library: Library,
    jurisdiction: str,
    wanted: RosterFilter,
    *,
    today: date,
    sort: str | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[Found], int]:
    """One page of a library as far as the caller's jurisdiction reaches; and how many rows there are in all."""
    query = _with_names(library, today).where(*_conditions(library, jurisdiction, wanted))
    total = await session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    query = query.order_by(*_order(query, library, sort or _SORTED_FIRST[library]))
    rows = await session.execute(query.limit(size).offset((page - 1) * size))
    return [_found(library, row) for row in rows], total


async def roster_row(session: AsyncSession, library: Library, row_id: str, jurisdiction: str, *, today: date) -> Found:
    """One row, removed or not; raises that it is unknown, also for one from outside the jurisdiction."""
    table = KNOWN[library][0]
    everything = _conditions(library, jurisdiction, RosterFilter(removed="any"))
    row = (await session.execute(_with_names(library, today).where(col(table.id) == row_id, *everything))).one_or_none()
    if row is None:
        raise _UNKNOWN[library](row=row_id)
    return _found(library, row)


async def roster_values(
    session: AsyncSession, library: Library, jurisdiction: str, wanted: RosterFilter, *, sort: str | None, most: int
) -> list[dict[str, Value]]:
    """The rows of a list, all pages, as a file tells them; at most one more than `most`."""
    query = KNOWN[library][1]().where(*_conditions(library, jurisdiction, wanted))
    order = _order(_with_names(library, date.min), library, sort or _SORTED_FIRST[library])
    rows = await session.execute(query.order_by(*order).limit(most + 1))
    return [values_of(library, row) for row in rows]


def _found(library: Library, row: Row[Any]) -> Found:
    said = dict(row._mapping)  # noqa: SLF001 - the documented way to read a row by names
    frame = {name.removeprefix("known_"): said.pop(name) for name in list(said) if name.startswith("known_")}
    return {"library": library, **frame, **said}


def _with_names(library: Library, today: date) -> Select[Any]:
    """The row, and the names of what it points at."""
    query: Select[Any] = KNOWN[library][1]()
    district = select(col(Jurisdiction.name)).where(col(Jurisdiction.code) == col(_PLACE[library])).scalar_subquery()
    return query.add_columns(district.label("district"), *_NAMES[library](today))


def _names_of_enterprise(_today: date) -> list[Any]:
    return [
        select(func.count())
        .select_from(Site)
        .where(col(Site.enterprise_id) == col(Enterprise.id), col(Site.removed_on).is_(None))
        .correlate(Enterprise)
        .scalar_subquery()
        .label("site_count")
    ]


def _names_of_site(_today: date) -> list[Any]:
    return [
        col(Site.enterprise_id),
        col(Enterprise.name).label("enterprise_name"),
        col(Enterprise.removed_on).label("enterprise_removed_on"),
    ]


def _names_of_inspector(today: date) -> list[Any]:
    return [col(Inspector.account_id), _is_away(today).label("is_on_leave"), _is_certified(today).label("is_certified")]


def _names_of_recusal(today: date) -> list[Any]:
    return [
        col(Recusal.inspector_id),
        col(Inspector.name).label("inspector_name"),
        col(Recusal.enterprise_id),
        col(Enterprise.name).label("enterprise_name"),
        col(Recusal.site_id),
        col(Site.name).label("site_name"),
        and_(*touches(Recusal, today, today)).label("is_in_force"),
    ]


def _names_of_leave(today: date) -> list[Any]:
    return [
        col(Leave.inspector_id),
        col(Inspector.name).label("inspector_name"),
        and_(*touches(Leave, today, today)).label("is_in_force"),
    ]


_NAMES: Mapping[Library, Callable[[date], list[Any]]] = {
    Library.ENTERPRISES: _names_of_enterprise,
    Library.SITES: _names_of_site,
    Library.INSPECTORS: _names_of_inspector,
    Library.RECUSALS: _names_of_recusal,
    Library.LEAVES: _names_of_leave,
}


def _is_away(on: date) -> ColumnElement[bool]:
    return exists(
        select(col(Leave.id))
        .where(col(Leave.inspector_id) == col(Inspector.id), col(Leave.removed_on).is_(None), *touches(Leave, on, on))
        .correlate(Inspector)
    )


def _is_certified(on: date) -> ColumnElement[bool]:
    return or_(
        col(Inspector.kind) == InspectorKind.EXPERT.value,
        and_(col(Inspector.certificate_expires_on).is_not(None), col(Inspector.certificate_expires_on) >= on),
    )


def _conditions(library: Library, jurisdiction: str, wanted: RosterFilter) -> list[ColumnElement[bool]]:
    table: Any = KNOWN[library][0]
    place = col(_PLACE[library])
    found: list[ColumnElement[bool]] = [place.startswith(jurisdiction, autoescape=True)]
    if wanted.jurisdiction:
        found.append(place.startswith(wanted.jurisdiction, autoescape=True))
    if wanted.removed != "any":
        is_here = col(table.removed_on).is_(None)
        found.append(is_here if wanted.removed == "no" else ~is_here)
    for name, value in (
        ("enterprise_id", wanted.enterprise),
        ("inspector_id", wanted.inspector),
        ("kind", wanted.kind),
        ("risk_class", wanted.risk_class),
        ("credit_grade", wanted.credit_grade),
    ):
        if value is not None and hasattr(table, name):
            found.append(col(getattr(table, name)) == value)
    if wanted.eligible_on is not None:
        found += _eligible(library, wanted.eligible_on)
    return found + [_holds(library, place, word) for word in _words(wanted.q)]


def _eligible(library: Library, on: date) -> list[ColumnElement[bool]]:
    """What a draw on that day would count: rows in the library, people who may be sent, periods that hold the day."""
    table: Any = KNOWN[library][0]
    found: list[ColumnElement[bool]] = [col(table.removed_on).is_(None)]
    match library:
        case Library.SITES:
            found.append(col(Enterprise.removed_on).is_(None))
        case Library.INSPECTORS:
            found += [_is_certified(on), ~_is_away(on)]
        case Library.RECUSALS | Library.LEAVES:
            found += touches(table, on, on)
        case _:
            pass
    return found


def _words(q: str | None) -> list[str]:
    # No text in the database holds U+0000, and PostgreSQL refuses to look for it.
    return (q or "").replace("\0", "").split()


def _holds(library: Library, place: Any, word: str) -> ColumnElement[bool]:
    in_district = place.in_(
        select(col(Jurisdiction.code)).where(col(Jurisdiction.name).icontains(word, autoescape=True))
    )
    return or_(in_district, *(col(name).icontains(word, autoescape=True) for name in _SEARCHED[library]))


def _order(query: Select[Any], library: Library, sort: str) -> list[Any]:
    columns = {column.key: column for column in query.selected_columns}
    name = sort.removeprefix("-")
    name = {"removed_on": "known_removed_on"}.get(name, name)
    if name not in columns or (name.startswith("known_") and name != "known_removed_on"):
        raise BadRequest("不能按这一列排序", field="sort")
    column: Any = columns[name]
    # The databases disagree on where nulls go; a list shows rows without a value last. Ties are broken by the id.
    ordered = (column.desc() if sort.startswith("-") else column.asc()).nulls_last()
    return [ordered, col(KNOWN[library][0].id)]
