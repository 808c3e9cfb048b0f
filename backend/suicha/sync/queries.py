"""Loading what a batch can touch, in a few set-based reads; the caller holds the locks."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.checklists import queries as checklists
from suicha.feed.rules import VISIT_PREFIX, Tail
from suicha.feed.tables import FeedEntry
from suicha.inspections.rules.facts import (
    Addendum,
    Case,
    ConflictRow,
    Decision,
    Grant,
    OpFact,
    Seal,
    SealState,
    SignatureFact,
    TeamRole,
)
from suicha.inspections.rules.lifecycle import TAKES_NO_OPS
from suicha.inspections.rules.manifest import read_manifest
from suicha.inspections.tables import (
    AddendumRow,
    ConflictTableRow,
    GrantRow,
    Inspection,
    LateCase,
    ManifestRow,
    OpRow,
    OpSup,
    SignatureRow,
)
from suicha.kit.clock import rfc3339
from suicha.sync.rules.checks import Held, held_of
from suicha.sync.rules.envelope import Envelope, read_stored
from suicha.sync.rules.judge import Receipt
from suicha.sync.rules.scope import ScopeState
from suicha.sync.tables import InboxOp, ReceiptRow, Replica, ServerEpoch

_FACT_COLUMNS = (
    OpRow.op_id,
    OpRow.hash,
    OpRow.first_hash,
    OpRow.replica,
    OpRow.seq,
    OpRow.kind,
    OpRow.item,
    OpRow.field,
    OpRow.actor,
    OpRow.value,
    OpRow.ref,
    OpRow.blob_sha256,
    OpRow.blob_bytes,
    OpRow.outcome,
    OpRow.code,
)


async def current_epoch(session: AsyncSession) -> str:
    """Which life of the server this is."""
    return (await session.scalars(select(col(ServerEpoch.epoch)))).one()


async def waiting_ops(session: AsyncSession, replica: str) -> dict[int, list[Envelope]]:
    """What arrived before its predecessors did, by seq."""
    rows = await session.execute(
        select(col(InboxOp.seq), col(InboxOp.raw), col(InboxOp.hash))
        .where(col(InboxOp.replica) == replica, col(InboxOp.is_waiting).is_(True))
        .order_by(col(InboxOp.seq))
    )
    waiting: dict[int, list[Envelope]] = {}
    for seq, raw, hash_ in rows:
        waiting.setdefault(seq, []).append(read_stored(raw, hash_))
    return waiting


async def next_waiting(session: AsyncSession, replica: str) -> Envelope | None:
    """The waiting op that stands next in its replica now."""
    row = (
        await session.execute(select(col(Replica.acked_seq), col(Replica.last_hash)).where(col(Replica.id) == replica))
    ).one()
    waiting = await waiting_ops(session, replica)
    return next((op for op in waiting.get(row.acked_seq + 1, ()) if op.prev == row.last_hash), None)


async def waiting_arrivals(session: AsyncSession, replica: str) -> dict[str, str]:
    """When each waiting op arrived, by its hash: an op keeps the time at which it came."""
    rows = await session.execute(
        select(col(InboxOp.hash), col(InboxOp.received_at)).where(
            col(InboxOp.replica) == replica, col(InboxOp.is_waiting).is_(True)
        )
    )
    return {hash_: rfc3339(at) for hash_, at in rows}


async def receipts_for(session: AsyncSession, op_ids: Iterable[str]) -> dict[str, list[Receipt]]:
    """What was answered before to these ops, oldest first."""
    rows = await session.execute(
        select(ReceiptRow).where(col(ReceiptRow.op_id).in_(list(op_ids))).order_by(col(ReceiptRow.seq))
    )
    receipts: dict[str, list[Receipt]] = {}
    for row in rows.scalars():
        receipts.setdefault(row.op_id, []).append(Receipt(row.hash, row.content_sha256, json.loads(row.said)))
    for found in receipts.values():
        # The first answer is the original: answers to later envelopes of the same op point to it.
        found.sort(key=lambda receipt: receipt.said["outcome"] == "duplicate")
    return receipts


async def held_ops(session: AsyncSession, op_ids: Iterable[str]) -> dict[str, Held]:
    """Ops among `op_ids` that are here in any form: judged in any visit, or in the inbox."""
    wanted = list(op_ids)
    if not wanted:
        return {}
    held: dict[str, Held] = {}
    inbox = await session.execute(select(col(InboxOp.raw), col(InboxOp.hash)).where(col(InboxOp.op_id).in_(wanted)))
    for raw, hash_ in inbox:
        op = read_stored(raw, hash_)
        held[op.op_id] = held_of(op)
    judged = await session.execute(
        select(
            col(OpRow.op_id), col(OpRow.scope), col(OpRow.item), col(OpRow.field), col(OpRow.actor), col(OpRow.value)
        ).where(col(OpRow.op_id).in_(wanted))
    )
    held.update({row[0]: Held(*row[1:]) for row in judged})
    return held


async def existing_visits(session: AsyncSession, scopes: Iterable[str]) -> list[str]:
    """Those among `scopes` that are visits: no feed is opened for a name that a stranger made up."""
    ids = [scope.removeprefix(VISIT_PREFIX) for scope in scopes if scope.startswith(VISIT_PREFIX)]
    rows = await session.scalars(select(col(Inspection.id)).where(col(Inspection.id).in_(ids)))
    return sorted(VISIT_PREFIX + inspection_id for inspection_id in rows)


async def load_scope(session: AsyncSession, tail: Tail, *, now: datetime) -> ScopeState | None:
    """A visit with everything that judging needs; None where there is no such visit."""
    inspection = await session.get(Inspection, tail.scope.removeprefix(VISIT_PREFIX))
    if inspection is None or not tail.scope.startswith(VISIT_PREFIX):
        return None
    ops = await facts_of(session, tail.scope)
    linked = {op.blob_sha256 for op in ops.values() if op.blob_sha256 and op.outcome != "rejected"}
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    return ScopeState(
        scope=tail.scope,
        tail=tail,
        edition_id=inspection.edition_id,
        edition_hash=inspection.edition_hash,
        item_codes=frozenset(edition.item_codes),
        scores=edition.scores,
        takes_ops=inspection.state not in TAKES_NO_OPS,
        grants=await _grants(session, tail.scope),
        ops=ops,
        conflicts=await _conflicts(session, tail.scope),
        seals=await _seals(session, tail.scope),
        signatures=await _signatures(session, tail.scope),
        linked=linked,
        announced=await _announced(session, tail.scope),
        verified={},
        now=now,
        addenda=await _addenda(session, tail.scope),
        cases=await _cases(session, tail.scope),
    )


async def facts_of(session: AsyncSession, scope: str) -> dict[str, OpFact]:
    """All judged ops of a visit, without their bytes."""
    sups: dict[str, list[str]] = {}
    for op_id, sup_id in await session.execute(
        select(col(OpSup.op_id), col(OpSup.sup_id))
        .join(OpRow, col(OpRow.op_id) == col(OpSup.op_id))
        .where(col(OpRow.scope) == scope)
    ):
        sups.setdefault(op_id, []).append(sup_id)
    rows = await session.execute(select(*_FACT_COLUMNS).where(col(OpRow.scope) == scope))  # type: ignore[call-overload]
    facts = {}
    for row in rows:
        head, tail = row[:9], row[9:]
        facts[row[0]] = OpFact(*head, tuple(sorted(sups.get(row[0], ()))), *tail)  # type: ignore[call-arg]
    return facts


async def raws_of(
    session: AsyncSession, scope: str, *, codes: Sequence[str] | None = None
) -> dict[str, tuple[str, str]]:
    """The bytes and the arrival of a visit's ops (only of those parked with one of `codes`, if given)."""
    query = select(col(OpRow.op_id), col(OpRow.raw), col(OpRow.received_at)).where(col(OpRow.scope) == scope)
    if codes is not None:
        query = query.where(col(OpRow.code).in_(codes))
    return {op_id: (raw, rfc3339(at)) for op_id, raw, at in await session.execute(query)}


async def scopes_with_parked(session: AsyncSession, codes: Sequence[str]) -> list[str]:
    """Visits that hold ops parked with one of these codes."""
    rows = await session.scalars(select(col(OpRow.scope)).where(col(OpRow.code).in_(codes)).distinct())
    return sorted(rows)


async def _grants(session: AsyncSession, scope: str) -> dict[str, Grant]:
    rows = await session.scalars(select(GrantRow).where(col(GrantRow.scope) == scope))
    return {row.id: Grant(row.id, row.account_id, TeamRole(row.role), row.revoked_pos) for row in rows}


async def _conflicts(session: AsyncSession, scope: str) -> list[ConflictRow]:
    rows = await session.scalars(
        select(ConflictTableRow).where(col(ConflictTableRow.scope) == scope).order_by(col(ConflictTableRow.opened_pos))
    )
    return [ConflictRow(r.id, r.item, r.field, tuple(json.loads(r.heads)), r.opened_pos, r.closed_pos) for r in rows]


async def _seals(session: AsyncSession, scope: str) -> list[Seal]:
    rows = await session.scalars(
        select(ManifestRow).where(col(ManifestRow.scope) == scope).order_by(col(ManifestRow.n))
    )
    return [
        Seal(
            r.n,
            r.manifest_hash,
            r.manifest,
            SealState(r.state),
            frozenset(read_manifest(r.manifest)["ops"]),
            r.is_signed,
            r.is_handed_over,
        )
        for r in rows
    ]


async def _addenda(session: AsyncSession, scope: str) -> list[Addendum]:
    rows = await session.scalars(
        select(AddendumRow).where(col(AddendumRow.scope) == scope).order_by(col(AddendumRow.n))
    )
    return [Addendum(r.n, r.opened_pos, r.op_id, r.replica, r.seq) for r in rows]


async def _cases(session: AsyncSession, scope: str) -> dict[str, Case]:
    rows = await session.execute(
        select(col(LateCase.op_id), col(LateCase.decision), col(LateCase.decided_by)).where(
            col(LateCase.scope) == scope
        )
    )
    return {op_id: Case(op_id, Decision(said) if said else None, by) for op_id, said, by in rows}


async def _signatures(session: AsyncSession, scope: str) -> list[SignatureFact]:
    rows = await session.scalars(select(SignatureRow).where(col(SignatureRow.scope) == scope))
    return [SignatureFact(r.op_id, r.role, r.person, r.manifest_hash, r.is_refusal) for r in rows]


async def _announced(session: AsyncSession, scope: str) -> set[str]:
    raws = await session.scalars(
        select(col(FeedEntry.raw)).where(col(FeedEntry.scope) == scope, col(FeedEntry.type) == "blob.verified")
    )
    return {json.loads(raw)["body"]["sha256"] for raw in raws}
