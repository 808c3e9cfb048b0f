"""What the database holds, in the words of files and edits: the same names and codes as in `rules.fields`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.queries.references import parts
from suicha.registry.rules.fields import FIELDS, Library, Value
from suicha.registry.rules.rows import Known, KnownRow
from suicha.registry.rules.wanted import Wanted
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Leave, Recusal, Site


async def known_for(session: AsyncSession, wanted: Wanted) -> Known:
    """Everything that could matter for rows that speak of these codes and names."""
    districts = await known_districts(session)
    people = await _some(session, Library.INSPECTORS, _who(wanted.people, wanted.people_names))
    ids = [person.id for person in people]
    enterprises = [col(Enterprise.uscc).in_(part) for part in parts(wanted.usccs)]
    sites = [col(Site.code).in_(part) for part in parts(wanted.site_codes)]
    sites += [col(Site.name).in_(part) for part in parts(wanted.site_names)]
    recusals = [col(Recusal.inspector_id).in_(part) for part in parts(ids)]
    leaves = [col(Leave.inspector_id).in_(part) for part in parts(ids)]
    return Known(
        districts=frozenset(row.id for row in districts),
        rows={
            Library.JURISDICTIONS: districts,
            Library.ENTERPRISES: await _some(session, Library.ENTERPRISES, enterprises),
            Library.SITES: await _some(session, Library.SITES, sites),
            Library.INSPECTORS: people,
            Library.RECUSALS: await _some(session, Library.RECUSALS, recusals),
            Library.LEAVES: await _some(session, Library.LEAVES, leaves),
        },
    )


def _who(said: Collection[str], names: Collection[str]) -> list[ColumnElement[bool]]:
    found = [or_(col(Inspector.code).in_(part), col(Inspector.certificate_no).in_(part)) for part in parts(said)]
    return found + [col(Inspector.name).in_(part) for part in parts(names)]


async def known_districts(session: AsyncSession) -> list[KnownRow]:
    """All districts; their codes are their ids."""
    rows = await session.execute(select(col(Jurisdiction.code), col(Jurisdiction.name), col(Jurisdiction.kind)))
    return [KnownRow(row.code, {"code": row.code, "name": row.name, "kind": row.kind}, place=row.code) for row in rows]


def enterprises_known() -> Select[Any]:
    """Enterprises as a file tells them."""
    return select(
        *_same(Enterprise, Library.ENTERPRISES), *_frame(Enterprise), col(Enterprise.jurisdiction).label("place")
    ).select_from(Enterprise)


def sites_known() -> Select[Any]:
    """Sites as a file tells them: their enterprise by its credit code."""
    return (
        select(
            *_same(Site, Library.SITES, but={"uscc"}),
            col(Enterprise.uscc),
            *_frame(Site),
            col(Site.jurisdiction).label("place"),
        )
        .select_from(Site)
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
    )


def inspectors_known() -> Select[Any]:
    """Inspectors as a file tells them."""
    return select(
        *_same(Inspector, Library.INSPECTORS), *_frame(Inspector), col(Inspector.home_jurisdiction).label("place")
    ).select_from(Inspector)


def recusals_known() -> Select[Any]:
    """Recusals as a file tells them: person, enterprise and site by their codes."""
    return (
        select(
            *_same(Recusal, Library.RECUSALS, but={"inspector", "uscc", "site_code"}),
            col(Inspector.code).label("inspector"),
            col(Enterprise.uscc).label("uscc"),
            col(Site.code).label("site_code"),
            *_frame(Recusal),
            col(Inspector.home_jurisdiction).label("place"),
        )
        .select_from(Recusal)
        .join(Inspector, col(Inspector.id) == col(Recusal.inspector_id))
        .outerjoin(Enterprise, col(Enterprise.id) == col(Recusal.enterprise_id))
        .outerjoin(Site, col(Site.id) == col(Recusal.site_id))
    )


def leaves_known() -> Select[Any]:
    """Leave as a file tells it: the person by his number."""
    return (
        select(
            *_same(Leave, Library.LEAVES, but={"inspector"}),
            col(Inspector.code).label("inspector"),
            *_frame(Leave),
            col(Inspector.home_jurisdiction).label("place"),
        )
        .select_from(Leave)
        .join(Inspector, col(Inspector.id) == col(Leave.inspector_id))
    )


KNOWN: Mapping[Library, tuple[Any, Any]] = {
    Library.ENTERPRISES: (Enterprise, enterprises_known),
    Library.SITES: (Site, sites_known),
    Library.INSPECTORS: (Inspector, inspectors_known),
    Library.RECUSALS: (Recusal, recusals_known),
    Library.LEAVES: (Leave, leaves_known),
}


async def known_row(session: AsyncSession, library: Library, row_id: str) -> KnownRow | None:
    """One row in the words of an edit."""
    table, query = KNOWN[library]
    row = (await session.execute(query().where(col(table.id) == row_id))).one_or_none()
    return _known(library, row) if row else None


def values_of(library: Library, row: Row[Any]) -> dict[str, Value]:
    """The columns of a library in a row of one of the selects above."""
    said = row._mapping  # noqa: SLF001 - the documented way to read a row by names
    return {spec.name: said[spec.name] for spec in FIELDS[library]}


def _known(library: Library, row: Row[Any]) -> KnownRow:
    return KnownRow(row.known_id, values_of(library, row), row.place, is_removed=row.known_removed_on is not None)


def _same(table: Any, library: Library, but: Collection[str] = ()) -> list[Any]:
    return [col(getattr(table, spec.name)).label(spec.name) for spec in FIELDS[library] if spec.name not in but]


def _frame(table: Any) -> list[Any]:
    return [
        col(table.id).label("known_id"),
        col(table.removed_on).label("known_removed_on"),
        col(table.removed_because).label("known_removed_because"),
        col(table.revision).label("known_revision"),
    ]


async def _some(session: AsyncSession, library: Library, conditions: Sequence[ColumnElement[bool]]) -> list[KnownRow]:
    query = KNOWN[library][1]()
    found: dict[str, KnownRow] = {}
    for condition in conditions:
        for row in await session.execute(query.where(condition)):
            found[row.known_id] = _known(library, row)
    return list(found.values())
