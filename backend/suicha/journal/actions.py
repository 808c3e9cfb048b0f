"""Writing the journal."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.journal import queries
from suicha.journal.tables import JournalEntry
from suicha.kit.canonical import canonical_json
from suicha.kit.clock import rfc3339
from suicha.kit.digest import ZERO_HASH, sha256_hex


async def record(
    session: AsyncSession, by: str | None, verb: str, about: str, *, at: datetime, **facts: object
) -> JournalEntry:
    """Note that account `by` (None: the system) did `verb` to `about`; facts are plain JSON values."""
    last = await queries.latest_entry(session, about)
    prev = last.sha256 if last else ZERO_HASH
    n = last.n + 1 if last else 1
    text = canonical_json(facts)
    digest = sha256_hex(
        canonical_json(
            {"about": about, "n": n, "at": rfc3339(at), "by": by, "verb": verb, "facts": facts, "prev": prev}
        )
    )
    entry = JournalEntry(about=about, n=n, at=at, by=by, verb=verb, facts=text, prev_sha256=prev, sha256=digest)
    session.add(entry)
    await session.flush()
    return entry
