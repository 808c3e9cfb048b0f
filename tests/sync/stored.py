"""The server over a real database: the product's push, pull, blobs and dispatch, two visits per story."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import actions as checklists
from suicha.checklists import queries as checklist_queries
from suicha.checklists.loader import LoadedEdition
from suicha.evidence import actions as evidence
from suicha.evidence.rules import VerifiedBlob
from suicha.feed import actions as feeds
from suicha.feed import queries as feed
from suicha.feed.rules import account_scope, visit_scope
from suicha.infra.db import Database
from suicha.inspections import actions as inspections
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import ConflictTableRow, LateCase, OpRow, RegisterHead
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import new_id
from suicha.sync import actions, pulls
from tests.builders import CHECKLIST, NOW, a_site, an_account

from .port import Reply, Story, Tables, Visit, WireItem

PEOPLE = {"lead": Role.LEADER, "officer": Role.OFFICER, "expert": Role.EXPERT}
TEAM = {"lead": TeamRole.LEADER, "officer": TeamRole.OFFICER, "expert": TeamRole.EXPERT}
SMALL = "two-items"


class StoredServer:
    """One database for a whole run; every story gets people and visits of its own, nothing is emptied."""

    def __init__(self, url: str) -> None:
        """Open the database in a loop of our own: the machine is not asynchronous."""
        self._url = url
        self._runner = asyncio.Runner()
        self._stories = 0
        self._callers: dict[str, Caller] = {}
        self.database = Database(url)
        self._site, self._edition, self.items = self._write(_prepare)

    def close(self) -> None:
        """Give everything back."""
        self._run(self.database.close())
        self._runner.close()

    def _run(self, work: Awaitable[Any]) -> Any:
        async def whole() -> Any:
            return await work

        return self._runner.run(whole())

    def _write(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async with self.database.writing() as session:
                return await work(session)

        return self._runner.run(whole())

    def _read(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            async with self.database.reading() as session:
                return await work(session)

        return self._runner.run(whole())

    # -- setting up --------------------------------------------------------------------------------------------------

    def begin(self) -> Story:
        """New people, two new visits."""
        self._stories += 1

        async def work(session: AsyncSession) -> Story:
            callers = {name: await an_account(session, role) for name, role in PEOPLE.items()}
            self._callers = {caller.id: caller for caller in callers.values()}
            x, y = [await self._dispatch(session, callers) for _ in range(2)]
            return Story(self._stories, {name: caller.id for name, caller in callers.items()}, x, y)

        return self._write(work)

    async def _dispatch(self, session: AsyncSession, callers: dict[str, Caller]) -> Visit:
        visit_id = new_id()
        plan = VisitPlan(visit_id, f"M-{visit_id[:8]}-{visit_id[-6:]}", "测试", self._site, 1, date(2026, 11, 23))
        team = [Posted(caller.id, TEAM[name]) for name, caller in callers.items()]
        await inspections.dispatch(session, plan, team, edition_hash=self._edition, now=NOW)
        return Visit(visit_scope(visit_id), self.items)

    # -- the protocol ------------------------------------------------------------------------------------------------

    def push(self, replica: str, account: str, items: list[WireItem]) -> Reply:
        """The product's push."""
        answer = self._run(actions.push(self.database, self._callers[account], replica, items, now=NOW))
        return Reply(answer.acked_seq, answer.results)

    def pull(self, account: str, cursors: dict[str, int], limit: int) -> tuple[dict[str, Any], list[str]]:
        """The product's pull."""
        return self._read(lambda session: pulls.news(session, account, cursors, limit=limit))

    # -- events ------------------------------------------------------------------------------------------------------

    def bring_blob(self, account: str, data: bytes) -> None:
        """What custody does once the bytes are in the store."""
        blob = VerifiedBlob(hashlib.sha256(data).hexdigest(), len(data), "image/jpeg")

        async def work(session: AsyncSession) -> None:
            scopes = await evidence.mark_verified(session, blob, account_id=account, now=NOW)
            if scopes:
                await actions.blob_verified(session, blob, scopes, NOW)

        self._write(work)

    def revoke(self, account: str, scope: str) -> None:
        """The office takes a part back."""
        self._write(lambda session: inspections.revoke_grant(session, scope, account, reason="调离", now=NOW))

    def replace_leader(self, old: str, new: str, scope: str) -> None:
        """What the office's act does to the feeds."""

        async def work(session: AsyncSession) -> None:
            await feeds.lock(session, [scope, account_scope(old), account_scope(new)])
            await inspections.revoke_grant(session, scope, old, reason="调离", now=NOW)
            await inspections.add_grant(session, scope, new, TeamRole.LEADER, beside=True, now=NOW)

        self._write(work)

    def restart(self) -> None:
        """All connections end; a new process opens its own."""
        self._run(self.database.close())
        self.database = Database(self._url)

    # -- the oracle's view -------------------------------------------------------------------------------------------

    def feed(self, scope: str, after: int) -> list[dict[str, Any]]:
        """The whole feed after a position."""
        rows = self._read(lambda session: feed.entries_after(session, scope, after, limit=10_000))
        return [{"pos": row.pos, "raw": row.raw, "hash": row.hash} for row in rows]

    def tables(self, scope: str) -> Tables:
        """The derived tables as they are stored."""

        async def work(session: AsyncSession) -> Tables:
            heads = await session.execute(
                select(col(RegisterHead.item), col(RegisterHead.field), col(RegisterHead.op_id)).where(
                    col(RegisterHead.scope) == scope
                )
            )
            rows = await session.scalars(select(ConflictTableRow).where(col(ConflictTableRow.scope) == scope))
            ops = await session.execute(
                select(col(OpRow.op_id), col(OpRow.outcome), col(OpRow.code)).where(col(OpRow.scope) == scope)
            )
            cases = await session.execute(
                select(col(LateCase.op_id), col(LateCase.decision)).where(col(LateCase.scope) == scope)
            )
            return Tables(
                frozenset((item, field, op_id) for item, field, op_id in heads),
                frozenset(
                    (c.id, c.item, c.field, tuple(json.loads(c.heads)), c.opened_pos, c.closed_pos) for c in rows
                ),
                {op_id: (outcome, code) for op_id, outcome, code in ops},
                dict(cases.all()),
            )

        return self._read(work)


async def _prepare(session: AsyncSession) -> tuple[str, str, tuple[str, ...]]:
    """A site, and an edition of two items: a seal needs every item answered."""
    whole = json.loads((await checklist_queries.latest_edition(session, CHECKLIST)).raw)
    small = whole | {"id": f"{SMALL}/v1", "checklist": SMALL, "items": whole["items"][:2]}
    raw = canonical_json(small)
    edition = LoadedEdition(small["id"], SMALL, 1, whole["name"], whole["status"], raw, sha256_hex(raw))
    await checklists.store_editions(session, [edition], now=NOW)
    return await a_site(session), edition.hash, tuple(item["code"] for item in small["items"])
