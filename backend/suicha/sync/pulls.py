"""pull: the news of every granted scope after the cursors, all from one snapshot (docs/sync-protocol.md, 0.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed import queries as feed
from suicha.feed.rules import Tail, account_scope
from suicha.inspections.rules.merge import state_root
from suicha.inspections.tables import GrantRow, RegisterHead
from suicha.sync.rules.prefix import state_root_at

DEFAULT_LIMIT = 500
LARGEST_LIMIT = 1000


@dataclass(frozen=True)
class Granted:
    """A scope that the account may read; `ends_at` is where a revocation cut it off."""

    scope: str
    ends_at: int | None = None


async def granted_scopes(session: AsyncSession, account_id: str) -> list[Granted]:
    """The person's own scope, then every visit that was ever granted, the newest first."""
    rows = await session.execute(
        select(col(GrantRow.scope), col(GrantRow.revoked_pos))
        .where(col(GrantRow.account_id) == account_id)
        .order_by(col(GrantRow.scope).desc())
    )
    ends: dict[str, list[int | None]] = {}
    for scope, revoked_pos in rows:
        ends.setdefault(scope, []).append(revoked_pos)
    visits = [
        Granted(scope, None if None in cuts else max(cut for cut in cuts if cut is not None))
        for scope, cuts in ends.items()
    ]
    return [Granted(account_scope(account_id)), *visits]


async def news(
    session: AsyncSession, account_id: str, cursors: Mapping[str, int], *, limit: int
) -> tuple[dict[str, Any], list[str]]:
    """What each granted scope says after its cursor, at most `limit` entries over all; and the revoked scopes."""
    granted = await granted_scopes(session, account_id)
    tails = await feed.tails(session, [g.scope for g in granted])
    left = max(1, min(limit, LARGEST_LIMIT))
    said: dict[str, Any] = {}
    for grant in granted:
        page = await _page(session, grant, tails[grant.scope], cursors.get(grant.scope, 0), left)
        if page is not None:
            said[grant.scope] = page
            left -= len(page["entries"])
    roots = await _state_roots(session, said)
    for scope, page in said.items():
        is_cut = page["head"] < tails[scope].pos
        page["state_root"] = await _root_at(session, scope, page["head"]) if is_cut else roots[scope]
    return said, sorted(g.scope for g in granted if g.ends_at is not None)


async def _page(session: AsyncSession, grant: Granted, tail: Tail, cursor: int, limit: int) -> dict[str, Any] | None:
    head, chain = tail.pos, tail.chain
    if grant.ends_at is not None and grant.ends_at < head:
        last = await feed.entries_after(session, grant.scope, grant.ends_at - 1, limit=1)
        head, chain = grant.ends_at, last[0].hash
    if cursor == head:
        return None
    rows = await feed.entries_after(session, grant.scope, cursor, limit=limit, until=head) if limit > 0 else []
    to = rows[-1].pos if rows else cursor
    return {
        "from": cursor,
        "to": to,
        "head": head,
        "chain_head": chain,
        "state_root": "",
        "entries": [{"pos": row.pos, "raw": row.raw, "hash": row.hash} for row in rows],
        "more": to < head,
    }


async def _root_at(session: AsyncSession, scope: str, end: int) -> str:
    """The heads of today may not be told to somebody whose feed ended earlier, nor could he check them."""
    rows = await feed.entries_after(session, scope, 0, limit=end, until=end)
    return state_root_at(row.raw for row in rows)


async def _state_roots(session: AsyncSession, scopes: Mapping[str, Any]) -> dict[str, str]:
    heads: dict[str, dict[tuple[str, str], list[str]]] = {scope: {} for scope in scopes}
    rows = await session.execute(
        select(col(RegisterHead.scope), col(RegisterHead.item), col(RegisterHead.field), col(RegisterHead.op_id)).where(
            col(RegisterHead.scope).in_(list(scopes))
        )
    )
    for scope, item, field, op_id in rows:
        heads[scope].setdefault((item, field), []).append(op_id)
    return {scope: state_root(registers) for scope, registers in heads.items()}
