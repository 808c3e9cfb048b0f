"""Writing rows that were judged, in bulk, each with its line of history. The caller holds the libraries' lock."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.kit.ids import new_id
from suicha.registry import queries
from suicha.registry.actions.following import follow_in_accounts
from suicha.registry.rules.fields import Library, Value
from suicha.registry.rules.imports import plain, plain_changes
from suicha.registry.rules.numbers import first_free, prefix_of
from suicha.registry.rules.rows import RowState, Verdict
from suicha.registry.tables import Change, Enterprise, Inspector, Jurisdiction, Leave, Recusal, Site

TABLES: Mapping[Library, Any] = {
    Library.JURISDICTIONS: Jurisdiction,
    Library.ENTERPRISES: Enterprise,
    Library.SITES: Site,
    Library.INSPECTORS: Inspector,
    Library.RECUSALS: Recusal,
    Library.LEAVES: Leave,
}
NUMBERED = {Library.SITES: "jurisdiction", Library.INSPECTORS: "home_jurisdiction"}
Written = dict[str, Any]


async def write(
    session: AsyncSession,
    verdicts: Sequence[Verdict],
    *,
    by: str,
    now: datetime,
    import_id: str | None = None,
) -> list[str]:
    """Add and change the rows; returns the ids of what was written, library by library."""
    ids: list[str] = []
    for library in Library:
        todo = [v for v in verdicts if v.library is library and v.state in {RowState.ADD, RowState.CHANGE}]
        if not todo:
            continue
        if library is Library.JURISDICTIONS:
            await _write_districts(session, todo)
        else:
            ids += await _write_library(session, library, todo, by=by, now=now, import_id=import_id)
            if library is Library.INSPECTORS:
                await follow_in_accounts(session, [v.target for v in todo if v.target], by=by, now=now)
    return ids


async def _write_districts(session: AsyncSession, todo: Sequence[Verdict]) -> None:
    new = [{**v.values, "is_verified": False} for v in todo if v.state is RowState.ADD]
    changed = [dict(v.values) for v in todo if v.state is RowState.CHANGE]
    if new:
        await session.execute(insert(Jurisdiction), new)
    if changed:
        await session.execute(update(Jurisdiction), changed)


async def _write_library(
    session: AsyncSession,
    library: Library,
    todo: Sequence[Verdict],
    *,
    by: str,
    now: datetime,
    import_id: str | None,
) -> list[str]:
    table = TABLES[library]
    columns = await _columns(session, library, todo)
    revisions = await queries.revisions_of(session, table, [v.target for v in todo if v.target])
    new: list[Written] = []
    changed: list[Written] = []
    history: list[Written] = []
    for verdict, row in zip(todo, columns, strict=True):
        row["id"] = verdict.target or new_id()
        row["revision"] = revisions[verdict.target] + 1 if verdict.target else 1
        (changed if verdict.target else new).append(row)
        history.append(
            history_line(
                library,
                row["id"],
                row["revision"],
                verb="changed" if verdict.target else "added",
                changes=_told(verdict, row),
                by=by,
                now=now,
                import_id=import_id,
            )
        )
    if new:
        await session.execute(insert(table), new)
    if changed:
        await session.execute(update(table), changed)
    await session.execute(insert(Change), history)
    return [line["row_id"] for line in history]


async def _columns(session: AsyncSession, library: Library, todo: Sequence[Verdict]) -> list[Written]:
    """The values as columns: numbers given where there are none, codes turned into ids."""
    rows: list[Written] = [dict(verdict.values) for verdict in todo]
    if library in NUMBERED:
        await _number(session, library, rows)
    if library is Library.SITES:
        enterprises = await queries.ids_of_enterprises(session, _said(rows, "uscc"))
        for row in rows:
            row["enterprise_id"] = enterprises[row.pop("uscc")]
    if library in {Library.RECUSALS, Library.LEAVES}:
        people = await queries.ids_of_people(session, _said(rows, "inspector"))
        for row in rows:
            row["inspector_id"] = people[row.pop("inspector")]
    if library is Library.RECUSALS:
        enterprises = await queries.ids_of_enterprises(session, _said(rows, "uscc"))
        sites = await queries.ids_of_sites(session, _said(rows, "site_code"))
        for row in rows:
            row["enterprise_id"] = enterprises.get(row.pop("uscc"))
            row["site_id"] = sites.get(row.pop("site_code"))
    return rows


def _said(rows: Iterable[Written], name: str) -> set[str]:
    return {row[name] for row in rows if row[name] is not None}


async def _number(session: AsyncSession, library: Library, rows: Sequence[Written]) -> None:
    """Give rows without a number the next free ones of their district."""
    place = NUMBERED[library]
    taken = {row["code"] for row in rows if row["code"] is not None}
    for prefix in sorted({prefix_of(library, row[place]) for row in rows if row["code"] is None}):
        free = first_free(library, prefix, taken | set(await queries.codes_like(session, TABLES[library], prefix)))
        for row in rows:
            if row["code"] is None and prefix_of(library, row[place]) == prefix:
                row["code"] = next(free)


def _told(verdict: Verdict, row: Mapping[str, Value]) -> list[list[Any]]:
    changes = plain_changes(verdict.changes)
    if verdict.library in NUMBERED and verdict.values["code"] is None:
        changes.insert(0, ["code", None, plain(row["code"])])
    return changes


def history_line(
    library: Library,
    row_id: str,
    revision: int,
    *,
    verb: str,
    changes: Sequence[Sequence[Any]],
    by: str | None,
    now: datetime,
    import_id: str | None = None,
    reason: str | None = None,
) -> Written:
    """One line of history, as a row of `registry_change`; its number is the revision that it made."""
    return {
        "id": new_id(),
        "library": library.value,
        "row_id": row_id,
        "n": revision,
        "at": now,
        "by": by,
        "verb": verb,
        "reason": reason,
        "import_id": import_id,
        "changes": json.dumps(changes, ensure_ascii=False),
    }
