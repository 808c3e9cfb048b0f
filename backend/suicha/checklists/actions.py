"""Storing editions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries
from suicha.checklists.errors import EditionChanged
from suicha.checklists.loader import LoadedEdition, read_editions
from suicha.checklists.tables import StoredEdition
from suicha.journal import actions as journal
from suicha.kit.canonical import canonical_json, strict_json
from suicha.kit.digest import sha256_hex


async def load_editions(session: AsyncSession, folder: Path, *, now: datetime) -> list[LoadedEdition]:
    """Store what the folder holds and the database does not; returns all editions of the folder."""
    editions = read_editions(folder)
    await store_editions(session, editions, now=now)
    return editions


async def store_editions(session: AsyncSession, editions: Iterable[LoadedEdition], *, now: datetime) -> None:
    """Add new editions; raises EditionChanged for one that is stored with other content."""
    stored = {row.id: row.hash for row in await queries.stored_editions(session)}
    for edition in editions:
        if edition.id not in stored:
            session.add(_row(edition, now=now))
            await journal.record(session, None, "loaded_edition", f"edition:{edition.id}", at=now, hash=edition.hash)
        elif stored[edition.id] != edition.hash:
            raise EditionChanged(
                f"{edition.id} 已按 {stored[edition.id][:12]}… 入库，文件现为 {edition.hash[:12]}…；请另建新版本",
                edition=edition.id,
            )


def _row(edition: LoadedEdition, *, now: datetime) -> StoredEdition:
    return StoredEdition(
        id=edition.id,
        hash=edition.hash,
        checklist=edition.checklist,
        version=edition.version,
        name=edition.name,
        status=edition.status,
        raw=edition.raw,
        loaded_at=now,
    )


async def store_part(
    session: AsyncSession, origin_hash: str, items: Sequence[str], *, id_: str, name: str, now: datetime
) -> StoredEdition:
    """An edition that holds some items of another, word by word; for visits that look at these again.

    Points are left behind: a recheck asks whether something was put right, not how much it is worth.
    It is stored like every edition, under an id of its own, and never counts as the newest of its checklist.
    """
    known = await session.get(StoredEdition, id_)
    if known is not None:
        return known
    wire = strict_json((await queries.edition_by_hash(session, origin_hash)).raw)
    wire.pop("scoring", None)
    kept = [
        {name: value for name, value in item.items() if name != "score"}
        for item in wire["items"]
        if item["code"] in set(items)
    ]
    groups = {item["group"] for item in kept}
    part = {
        **wire,
        "id": id_,
        "name": name,
        "items": kept,
        "groups": [group for group in wire["groups"] if group["code"] in groups],
    }
    raw = canonical_json(part)
    row = StoredEdition(
        id=id_,
        hash=sha256_hex(raw),
        checklist=f"part:{wire['checklist']}"[:60],
        version=wire["version"],
        name=name,
        status=wire["status"],
        raw=raw,
        loaded_at=now,
    )
    session.add(row)
    await session.flush()
    return row
