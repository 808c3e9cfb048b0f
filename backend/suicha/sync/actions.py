"""push: durable before answered. The one place that opens its own transactions (docs/sync-protocol.md, 0.6 and 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha import workflow
from suicha.accounts.queries import Caller
from suicha.evidence import actions as evidence
from suicha.evidence import queries as evidence_queries
from suicha.evidence.rules import ScopeLink, VerifiedBlob
from suicha.feed import actions as feed
from suicha.feed.rules import VISIT_PREFIX
from suicha.infra.db import Database, upsert_ignore
from suicha.infra.logs import get_logger
from suicha.kit.clock import rfc3339
from suicha.kit.ids import new_id
from suicha.sync import queries, writes
from suicha.sync.errors import DatabaseBusy, ReplicaNotYours, ReplicaRevoked
from suicha.sync.rules import kinds
from suicha.sync.rules.checks import Held
from suicha.sync.rules.envelope import SEAL_KIND, Envelope, Unusable, read_item, read_stored
from suicha.sync.rules.judge import Judge, ReplicaState, World
from suicha.sync.rules.scope import ScopeState
from suicha.sync.tables import Replica, ServerEpoch

RETRY_AFTER_S = 5
_RETOLD = ("sup_unknown",)
_RETELLING = (SEAL_KIND, "late.dispose@1")
_MENDABLE = ("unknown_kind", "internal_error")


@dataclass(frozen=True)
class PushAnswer:
    """What a phone is told."""

    epoch: str
    acked_seq: int
    results: list[dict[str, Any]]


async def push(
    database: Database, caller: Caller, replica: str, wire_items: Sequence[Any], *, now: datetime, user_agent: str = ""
) -> PushAnswer:
    """Take a batch in: judged as a whole, or op by op when something unexpected happens.

    Raises ReplicaNotYours or ReplicaRevoked; a single bad op is never an error.
    """
    items = [read_item(item, replica=replica) for item in wire_items]
    for is_last in (False, True):
        try:
            async with database.writing() as session:
                return await _take_in(session, caller, replica, items, now=now, user_agent=user_agent)
        except (ReplicaNotYours, ReplicaRevoked):
            raise
        except Exception as error:
            if not _is_out_of_reach(error):
                get_logger().error("batch_failed", replica=replica, ops=len(items), exc_info=error)
                break
            if is_last:
                raise DatabaseBusy(retry_after_s=RETRY_AFTER_S) from error
    async with database.writing() as session:
        return await _take_in_one_by_one(session, caller, replica, items, now=now, user_agent=user_agent)


def _is_out_of_reach(error: Exception) -> bool:
    """The database is gone or busy: no op is to blame, and none may be parked for it."""
    is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
    return is_cut or isinstance(error, (OperationalError, InterfaceError, PoolTimeout))


async def _take_in_one_by_one(
    session: AsyncSession,
    caller: Caller,
    replica: str,
    items: Sequence[Envelope | Unusable],
    *,
    now: datetime,
    user_agent: str,
) -> PushAnswer:
    """A poisoned op must not block the queue: it alone is parked, the rest is judged as usual.

    What waited in the inbox is taken up one by one as well: the poisoned op may be among it.
    """

    async def alone(item: Envelope | Unusable) -> PushAnswer:
        try:
            async with session.begin_nested():
                return await _take_in(
                    session, caller, replica, [item], now=now, user_agent=user_agent, is_one_by_one=True
                )
        except Exception as error:  # noqa: BLE001 - kept as parked/internal_error, with an alarm
            get_logger().error("op_failed", replica=replica, op_id=item.op_id, exc_info=error)
            async with session.begin_nested():
                return await _take_in(
                    session,
                    caller,
                    replica,
                    [item],
                    now=now,
                    user_agent=user_agent,
                    is_one_by_one=True,
                    poisoned=frozenset({item.hash}),
                )

    results: list[dict[str, Any]] = []
    answer = PushAnswer("", 0, [])
    for item in items:
        answer = await alone(item)
        results += answer.results
        while waited := await queries.next_waiting(session, replica):
            answer = await alone(waited)
    return PushAnswer(answer.epoch, answer.acked_seq, results)


async def _take_in(
    session: AsyncSession,
    caller: Caller,
    replica_id: str,
    items: Sequence[Envelope | Unusable],
    *,
    now: datetime,
    user_agent: str,
    poisoned: frozenset[str] = frozenset(),
    is_one_by_one: bool = False,
) -> PushAnswer:
    # In the op-by-op path one session judges several times: what an earlier op changed must be read anew.
    session.expire_all()
    replica = await register_replica(session, caller.id, replica_id, now=now, user_agent=user_agent)
    world = await _load_world(session, replica, items, now=now, poisoned=poisoned)
    world.is_one_by_one = is_one_by_one
    results = Judge(world).judge(items)
    await _link_blobs(session, world, now=now)
    await writes.write_world(session, world, now=now)
    await _hand_over(session, world, now=now)
    counts = {outcome: sum(r["outcome"] == outcome for r in results) for outcome in {r["outcome"] for r in results}}
    get_logger().info("ops_judged", replica=replica_id, ops=len(items), **counts)
    return PushAnswer(await queries.current_epoch(session), world.replica.acked_seq, results)


async def register_replica(
    session: AsyncSession, account_id: str, replica_id: str, *, now: datetime, user_agent: str = ""
) -> Replica:
    """The replica, locked; it belongs to the account whose push or pull first names it."""
    await session.execute(
        upsert_ignore(
            session,
            Replica,
            [
                {
                    "id": replica_id,
                    "account_id": account_id,
                    "acked_seq": 0,
                    "last_hash": "0" * 64,
                    "is_forked": False,
                    "is_revoked": False,
                    "user_agent": user_agent[:300],
                    "first_seen_at": now,
                    "last_seen_at": now,
                }
            ],
        )
    )
    replica = (
        await session.scalars(
            select(Replica)
            .where(col(Replica.id) == replica_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()
    if replica.account_id != account_id:
        raise ReplicaNotYours
    if replica.is_revoked:
        raise ReplicaRevoked
    return replica


async def _load_world(
    session: AsyncSession,
    replica: Replica,
    items: Sequence[Envelope | Unusable],
    *,
    now: datetime,
    poisoned: frozenset[str],
) -> World:
    """Lock the visits, in the order that everybody uses, then read what judging needs."""
    waiting = await queries.waiting_ops(session, replica.id)
    ops = [item for item in items if isinstance(item, Envelope)] + [op for peers in waiting.values() for op in peers]
    tails = await feed.lock(session, await queries.existing_visits(session, {op.scope for op in ops}))
    scopes = {
        name: state
        for name, tail in tails.items()
        if (state := await queries.load_scope(session, tail, now=now)) is not None
    }
    return World(
        replica=ReplicaState(replica.id, replica.account_id, replica.acked_seq, replica.last_hash, replica.is_forked),
        scopes=scopes,
        waiting=waiting,
        receipts=await queries.receipts_for(session, {op.op_id for op in ops}),
        held=await _held(session, ops, scopes),
        raws=await _raws(session, ops, scopes),
        arrivals=await queries.waiting_arrivals(session, replica.id),
        now_text=rfc3339(now),
        poisoned=poisoned,
    )


async def _held(session: AsyncSession, ops: Sequence[Envelope], scopes: dict[str, ScopeState]) -> dict[str, Held]:
    held = {
        fact.op_id: Held(state.scope, fact.item, fact.field, fact.actor, fact.value)
        for state in scopes.values()
        for fact in state.ops.values()
    }
    waiting_for = {sup for state in scopes.values() for sup in state.unknown_sups}
    elsewhere = ({sup for op in ops for sup in op.sup} | waiting_for) - held.keys()
    return await queries.held_ops(session, elsewhere) | held


async def _raws(
    session: AsyncSession, ops: Sequence[Envelope], scopes: dict[str, ScopeState]
) -> dict[str, tuple[str, str]]:
    """Bytes of ops that may have to be told again: all where a seal or a decision comes, else the waiting ones."""
    raws: dict[str, tuple[str, str]] = {}
    for name, state in scopes.items():
        is_retelling = any(op.scope == name and op.kind in _RETELLING for op in ops)
        if is_retelling or state.unknown_sups:
            raws |= await queries.raws_of(session, name, codes=None if is_retelling else _RETOLD)
    return raws


async def _link_blobs(session: AsyncSession, world: World, *, now: datetime) -> None:
    """Point the visits at their blobs; what is here already is told now (the blob's lock decides who comes second)."""
    links = [
        ScopeLink(name, sha256, op_id) for name, state in world.scopes.items() for sha256, op_id in state.changes.links
    ]
    here = await evidence.record_links(session, links, now=now)
    holders = await evidence_queries.holders_of(session, {blob.sha256 for _, blob in here})
    for name, blob in here:
        if _is_brought_by_team(world.scopes[name], holders.get(blob.sha256, set())):
            world.scopes[name].announce_blob(blob.sha256, blob.size_bytes)
            world.scopes[name].review_seal()


def _is_brought_by_team(scope: ScopeState, holders: set[str]) -> bool:
    """Nobody's evidence counts in a visit whose team never had the bytes: a hash alone proves nothing."""
    return any(grant.account_id in holders for grant in scope.grants.values())


async def _hand_over(session: AsyncSession, world: World, *, now: datetime) -> None:
    for name, scope in world.scopes.items():
        if scope.changes.is_handed_over_now:
            await workflow.visit_sealed(session, name.removeprefix(VISIT_PREFIX), now=now)


async def blob_verified(session: AsyncSession, blob: VerifiedBlob, scopes: Sequence[str], now: datetime) -> None:
    """The bytes are here and right: tell every visit that refers to them, and look at its seal again.

    Called in the transaction that marks the blob verified, with the scopes locked.
    """
    holders = (await evidence_queries.holders_of(session, [blob.sha256])).get(blob.sha256, set())
    for tail in (await feed.lock(session, scopes)).values():
        state = await queries.load_scope(session, tail, now=now)
        if state is None or not _is_brought_by_team(state, holders):
            continue
        state.announce_blob(blob.sha256, blob.size_bytes)
        state.review_seal()
        await writes.write_scope(session, state, {}, now=now)
        if state.changes.is_handed_over_now:
            await workflow.visit_sealed(session, tail.scope.removeprefix(VISIT_PREFIX), now=now)


async def rejudge_mendable(session: AsyncSession, scope: str, *, now: datetime) -> int:
    """Judge again what was parked because its kind was unknown or something failed; returns how many changed."""
    tail = (await feed.lock(session, [scope]))[scope]
    state = await queries.load_scope(session, tail, now=now)
    if state is None:
        return 0
    raws = await queries.raws_of(session, scope)
    parked = [op for op in state.ops.values() if op.code in _MENDABLE]
    world = World(
        replica=ReplicaState("", "", 0, ""),
        scopes={scope: state},
        waiting={},
        receipts={},
        held=await _held(session, [], {scope: state}),
        raws=raws,
        arrivals={},
        now_text=rfc3339(now),
    )
    before = len(state.changes.rejudged)
    for fact in sorted(parked, key=lambda op: (op.replica, op.seq)):
        op = read_stored(raws[fact.op_id][0], fact.hash)
        if op.kind in kinds.KINDS:
            Judge(world).rejudge(op, state)
    await _link_blobs(session, world, now=now)
    await writes.write_scope(session, state, raws, now=now)
    await _hand_over(session, world, now=now)
    return len(state.changes.rejudged) - before


async def rejudge_all_mendable(database: Database, *, now: datetime) -> int:
    """After an upgrade: judge again, visit by visit, what the older version could not; returns how many changed."""
    async with database.reading() as session:
        scopes = await queries.scopes_with_parked(session, _MENDABLE)
    changed = 0
    for scope in scopes:
        async with database.writing() as session:
            changed += await rejudge_mendable(session, scope, now=now)
    return changed


async def ensure_epoch(session: AsyncSession) -> None:
    """Begin the first epoch, unless one has begun."""
    await session.execute(upsert_ignore(session, ServerEpoch, [{"id": 1, "epoch": new_id()}]))
