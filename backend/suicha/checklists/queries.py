"""Finding editions."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.checklists.errors import EditionUnknown
from suicha.checklists.rules import Edition, edition_of
from suicha.checklists.tables import StoredEdition
from suicha.kit.canonical import strict_json
from suicha.kit.ids import is_sha256_text

# An edition is found by its own hash and never changes, so what was parsed once stays true for the process.
_KNOWN: dict[str, Edition] = {}


async def stored_editions(session: AsyncSession) -> list[StoredEdition]:
    """All editions, newest version of each checklist first."""
    rows = await session.scalars(
        select(StoredEdition).order_by(col(StoredEdition.checklist), col(StoredEdition.version).desc())
    )
    return list(rows)


async def edition_by_hash(session: AsyncSession, edition_hash: str) -> StoredEdition:
    """The stored edition; raises EditionUnknown."""
    if not is_sha256_text(edition_hash):
        raise EditionUnknown
    row = await session.scalar(select(StoredEdition).where(col(StoredEdition.hash) == edition_hash))
    if row is None:
        raise EditionUnknown(hash=edition_hash)
    return row


async def latest_edition(session: AsyncSession, checklist: str) -> StoredEdition:
    """The newest version of a checklist; raises EditionUnknown."""
    row = await session.scalar(
        select(StoredEdition)
        .where(col(StoredEdition.checklist) == checklist)
        .order_by(col(StoredEdition.version).desc())
        .limit(1)
    )
    if row is None:
        raise EditionUnknown(checklist=checklist)
    return row


async def edition_facts(session: AsyncSession, edition_hash: str) -> Edition:
    """What the edition says, parsed; raises EditionUnknown."""
    facts = _KNOWN.get(edition_hash)
    if facts is None:
        row = await edition_by_hash(session, edition_hash)
        facts = _KNOWN[edition_hash] = edition_of(row.raw)
    return facts


async def outcome_labels(session: AsyncSession, edition_hash: str) -> dict[str, str]:
    """What the edition calls the categories in which results are published; raises EditionUnknown."""
    row = await edition_by_hash(session, edition_hash)
    return {category["code"]: category["label"] for category in strict_json(row.raw)["outcome_categories"]}


async def item_codes(session: AsyncSession, edition_hash: str) -> tuple[str, ...]:
    """The codes of the edition's items in order; raises EditionUnknown."""
    return (await edition_facts(session, edition_hash)).item_codes
