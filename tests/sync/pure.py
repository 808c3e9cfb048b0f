"""The server in memory: the product's judge and merge without a database. What the judge left is kept as plain data."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from suicha.feed.rules import Entry, Tail, visit_scope
from suicha.inspections.rules.facts import Grant, TeamRole
from suicha.inspections.rules.merge import state_root_of
from suicha.kit.clock import rfc3339
from suicha.kit.digest import ZERO_HASH, sha256_hex
from suicha.kit.ids import named_id
from suicha.sync.rules.checks import Held
from suicha.sync.rules.envelope import Envelope, Unusable, read_item
from suicha.sync.rules.judge import Judge, Receipt, ReplicaState, World
from suicha.sync.rules.scope import ScopeState

from .port import Reply, Story, Tables, Visit, WireItem

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ITEMS = ("A01", "B02")
EDITION = {"id": "test/v1", "hash": sha256_hex("an edition with two items")}
ROLES = {"lead": TeamRole.LEADER, "officer": TeamRole.OFFICER, "expert": TeamRole.EXPERT}


class Crash(Exception):
    """The process ended before it committed: nobody was answered."""


@dataclass
class Kept:
    """All that is durable."""

    replicas: dict[str, ReplicaState] = field(default_factory=dict)
    scopes: dict[str, ScopeState] = field(default_factory=dict)
    feeds: dict[str, list[Entry]] = field(default_factory=dict)
    waiting: dict[str, dict[int, list[Envelope]]] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    raws: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: list[Unusable] = field(default_factory=list)
    blobs: dict[str, int] = field(default_factory=dict)
    ends: dict[tuple[str, str], int] = field(default_factory=dict)


class PureServer:
    """One server for any number of stories."""

    def __init__(self) -> None:
        """An empty server."""
        self.kept = Kept()
        self._stories = 0
        self.before_commit: Callable[[], None] | None = None

    # -- setting up --------------------------------------------------------------------------------------------------

    def begin(self) -> Story:
        """New people, two new visits; what earlier stories left is forgotten."""
        self._stories += 1
        self.kept = Kept()
        accounts = {name: named_id("test", name) for name in ROLES}
        x, y = (self._dispatch(visit_scope(named_id("test", "visit", name)), accounts) for name in "xy")
        return Story(self._stories, accounts, x, y)

    def _dispatch(self, scope: str, accounts: dict[str, str]) -> Visit:
        grants = {
            named_id("test", scope, name): Grant(named_id("test", scope, name), accounts[name], role)
            for name, role in ROLES.items()
        }
        state = a_scope(scope, grants=grants)
        team = [{"grant": g.id, "account": g.account_id, "role": g.role.value} for g in grants.values()]
        state.say("inspection.dispatched", {"edition": EDITION, "team": team})
        self.kept.feeds[scope] = []
        self.kept.scopes[scope] = state
        self._store(state)
        return Visit(scope, ITEMS)

    # -- the protocol ------------------------------------------------------------------------------------------------

    def push(self, replica: str, account: str, items: list[WireItem]) -> Reply:
        """Judge a batch; nothing of it is kept when the process ends before it commits."""
        if self.before_commit is None:
            return self._push(replica, account, items)
        before = copy.deepcopy(self.kept)
        reply = self._push(replica, account, items)
        try:
            self.before_commit()
        except Crash:
            self.kept = before
            raise
        return reply

    def _push(self, replica: str, account: str, items: list[WireItem]) -> Reply:
        kept = self.kept
        state = kept.replicas.setdefault(replica, ReplicaState(replica, account, 0, ZERO_HASH))
        assert state.account_id == account
        world = World(
            replica=state,
            scopes=kept.scopes,
            waiting=kept.waiting.setdefault(replica, {}),
            receipts=kept.receipts,
            held=kept.held,
            raws=kept.raws,
            arrivals={},
            now_text=rfc3339(NOW),
        )
        results = Judge(world).judge([read_item(item, replica=replica) for item in items])
        for scope in list(kept.scopes.values()):
            self._link(scope)
            self._store(scope)
        used = {receipt.hash for _, receipt in world.new_receipts}
        kept.waiting[replica] = {
            seq: left for seq, ops in world.waiting.items() if (left := [op for op in ops if op.hash not in used])
        }
        kept.refused += world.refused
        return Reply(state.acked_seq, results)

    def _link(self, scope: ScopeState) -> None:
        for sha256, _ in scope.changes.links:
            if sha256 in self.kept.blobs:
                scope.announce_blob(sha256, self.kept.blobs[sha256])
                scope.review_seal()

    def _store(self, state: ScopeState) -> None:
        """Keep the news, then load the visit again as a database would."""
        if not state.changes.entries:
            return
        self.kept.feeds[state.scope] += state.changes.entries
        self.kept.scopes[state.scope] = reloaded(state)

    def pull(self, account: str, cursors: dict[str, int], limit: int) -> tuple[dict[str, Any], list[str]]:
        """Pages in the order of the visits, cut off at `limit` and at a revocation."""
        pages: dict[str, Any] = {}
        left = limit
        for scope, feed in self.kept.feeds.items():
            end = self.kept.ends.get((account, scope), len(feed))
            cursor = cursors.get(scope, 0)
            if cursor == end:
                continue
            entries = feed[cursor : min(end, cursor + left)]
            left -= len(entries)
            to = cursor + len(entries)
            pages[scope] = {
                "from": cursor,
                "to": to,
                "head": end,
                "chain_head": feed[end - 1].hash,
                "state_root": self._root(scope) if end == len(feed) else None,
                "entries": [{"pos": e.pos, "raw": e.raw, "hash": e.hash} for e in entries],
                "more": to < end,
            }
        return pages, sorted(scope for who, scope in self.kept.ends if who == account)

    def _root(self, scope: str) -> str:
        return state_root_of(self.kept.scopes[scope].ops.values())

    # -- events ------------------------------------------------------------------------------------------------------

    def bring_blob(self, account: str, data: bytes) -> None:
        """Tell every visit that points at it."""
        sha256 = sha256_hex(data)
        if sha256 in self.kept.blobs:
            return
        self.kept.blobs[sha256] = len(data)
        for state in list(self.kept.scopes.values()):
            state.announce_blob(sha256, len(data))
            state.review_seal()
            self._store(state)

    def revoke(self, account: str, scope: str) -> None:
        """What counts is the position in the visit's feed."""
        state = self.kept.scopes[scope]
        grant = next(g for g in state.grants.values() if g.account_id == account)
        entry = state.say("grant.revoked", {"scope": scope, "grant": grant.id, "account": account, "role": grant.role})
        revoked = Grant(grant.id, account, grant.role, entry.pos)
        state.grants = {**state.grants, grant.id: revoked}
        self.kept.ends[account, scope] = entry.pos
        self._store(state)

    def replace_leader(self, old: str, new: str, scope: str) -> None:
        """Two entries of one transaction; the officer's part stays beside the leader's."""
        self.revoke(old, scope)
        state = self.kept.scopes[scope]
        grant = Grant(named_id("test", scope, "second leader"), new, TeamRole.LEADER)
        state.say("grant.added", {"scope": scope, "grant": grant.id, "account": new, "role": "leader"})
        state.grants = {**state.grants, grant.id: grant}
        self._store(state)

    def restart(self) -> None:
        """Only what is durable comes back."""
        self.kept = copy.deepcopy(self.kept)

    # -- the oracle's view -------------------------------------------------------------------------------------------

    def feed(self, scope: str, after: int) -> list[dict[str, Any]]:
        """The whole feed after a position."""
        return [{"pos": e.pos, "raw": e.raw, "hash": e.hash} for e in self.kept.feeds[scope][after:]]

    def tables(self, scope: str) -> Tables:
        """What the judge works on."""
        state = self.kept.scopes[scope]
        heads = {(*r, head.op_id) for r in state.registers.all() for head in state.registers.heads(r)}
        return Tables(
            frozenset(heads),
            frozenset((c.id, c.item, c.field, c.heads, c.opened_pos, c.closed_pos) for c in state.conflicts),
            {op.op_id: (op.outcome, op.code) for op in state.ops.values()},
            {op_id: case.decision and case.decision.value for op_id, case in state.cases.items()},
        )


def a_scope(scope: str, *, grants: dict[str, Grant], items: tuple[str, ...] = ITEMS) -> ScopeState:
    """A visit that has just been made."""
    return ScopeState(
        scope=scope,
        tail=Tail(scope),
        edition_id=EDITION["id"],
        edition_hash=EDITION["hash"],
        item_codes=frozenset(items),
        takes_ops=True,
        grants=grants,
        ops={},
        conflicts=[],
        seals=[],
        signatures=[],
        linked=set(),
        announced=set(),
        verified={},
        now=NOW,
    )


def reloaded(state: ScopeState) -> ScopeState:
    """The same visit read back: registers are derived from the ops again, nothing is left to be written."""
    return ScopeState(
        scope=state.scope,
        tail=state.tail,
        edition_id=state.edition_id,
        edition_hash=state.edition_hash,
        item_codes=state.item_codes,
        scores=state.scores,
        takes_ops=state.takes_ops,
        grants=state.grants,
        ops=dict(state.ops),
        conflicts=sorted(state.conflicts, key=lambda row: row.opened_pos),
        seals=list(state.seals),
        signatures=list(state.signatures),
        linked={op.blob_sha256 for op in state.ops.values() if op.blob_sha256 and op.outcome != "rejected"},
        announced=set(state.announced),
        verified={},
        now=NOW,
        addenda=list(state.addenda),
        cases=dict(state.cases),
    )
