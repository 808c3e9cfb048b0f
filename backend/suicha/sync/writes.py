"""Writing what a batch did: a handful of set-based statements, whatever its size."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed import actions as feed
from suicha.feed.rules import VISIT_PREFIX
from suicha.infra.db import upsert_ignore
from suicha.inspections.rules.facts import SealState
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import (
    AddendumRow,
    ConflictTableRow,
    Inspection,
    LateCase,
    ManifestRow,
    OpRow,
    OpSup,
    RegisterHead,
    SignatureRow,
)
from suicha.kit.canonical import canonical_json
from suicha.kit.clock import parse_instant
from suicha.kit.digest import sha256_hex
from suicha.sync.rules.envelope import Envelope, Unusable
from suicha.sync.rules.judge import Receipt, World
from suicha.sync.rules.scope import ScopeState
from suicha.sync.tables import InboxOp, ReceiptRow, RefusedItem, Replica
from suicha.sync.telling import tell_leader

Arrivals = Mapping[str, tuple[str, str]]


async def write_world(session: AsyncSession, world: World, *, now: datetime) -> None:
    """Store everything that judging left in `world`."""
    for scope in world.scopes.values():
        await write_scope(session, scope, world.raws, now=now)
    await _write_inbox(session, world, now=now)
    await _write_refused(session, world.replica.id, world.refused, now=now)
    await _write_receipts(session, world.new_receipts)
    replica = world.replica
    await session.execute(
        update(Replica)
        .where(col(Replica.id) == replica.id)
        .values(acked_seq=replica.acked_seq, last_hash=replica.last_hash, is_forked=replica.is_forked, last_seen_at=now)
    )


async def write_scope(session: AsyncSession, scope: ScopeState, arrivals: Arrivals, *, now: datetime) -> None:
    """Store what changed in one visit."""
    changes = scope.changes
    if not changes.entries:
        return
    await _write_ops(session, scope, arrivals, now=now)
    await _write_heads(session, scope)
    await _write_conflicts(session, scope)
    await _write_seals(session, scope, now=now)
    await _write_cases(session, scope, now=now)
    await tell_leader(session, scope, now=now)
    await feed.write(session, [scope.tail], changes.entries)
    await _write_summary(session, scope, now=now)


async def _write_ops(session: AsyncSession, scope: ScopeState, arrivals: Arrivals, *, now: datetime) -> None:
    new = scope.changes.new_ops.values()
    if new:
        await session.execute(
            insert(OpRow),
            [
                {
                    "op_id": op.op_id,
                    "replica": op.replica,
                    "seq": op.seq,
                    "scope": scope.scope,
                    "kind": op.kind,
                    "item": op.item,
                    "field": op.field,
                    "actor": op.actor,
                    "raw": raw,
                    "hash": op.hash,
                    "first_hash": op.first_hash,
                    "value": op.value,
                    "ref": op.ref,
                    "blob_sha256": op.blob_sha256,
                    "blob_bytes": op.blob_bytes,
                    "outcome": op.outcome,
                    "code": op.code,
                    "pos": pos,
                    "received_at": parse_instant(arrivals[op.op_id][1]),
                    "judged_at": now,
                }
                for op, raw, pos in new
            ],
        )
    sups = [{"op_id": op.op_id, "sup_id": sup} for op, _, _ in new for sup in op.sup]
    if sups:
        await session.execute(insert(OpSup), sups)
    if scope.changes.rejudged:
        ops = OpRow.__table__  # type: ignore[attr-defined]
        await (await session.connection()).execute(
            update(ops)
            .where(ops.c.op_id == bindparam("_op_id"))
            .values(
                outcome=bindparam("_outcome"),
                code=bindparam("_code"),
                pos=bindparam("_pos"),
                judged_at=now,
                blob_sha256=bindparam("_blob"),
                blob_bytes=bindparam("_bytes"),
            ),
            [
                {
                    "_op_id": op.op_id,
                    "_outcome": op.outcome,
                    "_code": op.code,
                    "_pos": pos,
                    "_blob": op.blob_sha256,
                    "_bytes": op.blob_bytes,
                }
                for op, pos in scope.changes.rejudged.values()
            ],
        )


async def _write_heads(session: AsyncSession, scope: ScopeState) -> None:
    touched = sorted(scope.changes.registers)
    if not touched:
        return
    await session.execute(
        delete(RegisterHead).where(
            col(RegisterHead.scope) == scope.scope, tuple_(col(RegisterHead.item), col(RegisterHead.field)).in_(touched)
        )
    )
    rows = [
        {"scope": scope.scope, "item": item, "field": field, "op_id": head.op_id}
        for item, field in touched
        for head in scope.registers.heads((item, field))
    ]
    if rows:
        await session.execute(insert(RegisterHead), rows)


async def _write_conflicts(session: AsyncSession, scope: ScopeState) -> None:
    rows = [
        {
            "id": row.id,
            "scope": scope.scope,
            "item": row.item,
            "field": row.field,
            "heads": json.dumps(row.heads),
            "opened_pos": row.opened_pos,
            "closed_pos": row.closed_pos,
        }
        for row in scope.changes.conflicts.values()
    ]
    if rows:
        await session.execute(delete(ConflictTableRow).where(col(ConflictTableRow.id).in_([row["id"] for row in rows])))
        await session.execute(insert(ConflictTableRow), rows)


async def _write_seals(session: AsyncSession, scope: ScopeState, *, now: datetime) -> None:
    for n, (seal, seal_op_id) in scope.changes.seals.items():
        known: dict[str, Any] = {
            "state": seal.state.value,
            "is_signed": seal.is_signed,
            "is_handed_over": seal.is_handed_over,
        }
        if seal_op_id:
            await session.execute(
                insert(ManifestRow).values(
                    scope=scope.scope,
                    n=n,
                    manifest_hash=seal.manifest_hash,
                    manifest=seal.manifest,
                    seal_op_id=seal_op_id,
                    sealed_at=now,
                    **known,
                )
            )
        else:
            await session.execute(
                update(ManifestRow)
                .where(col(ManifestRow.scope) == scope.scope, col(ManifestRow.n) == n)
                .values(**known)
            )
    if scope.changes.signatures:
        await session.execute(
            insert(SignatureRow),
            [
                {
                    "op_id": s.op_id,
                    "scope": scope.scope,
                    "role": s.role,
                    "person": s.person,
                    "manifest_hash": s.manifest_hash,
                    "is_refusal": s.is_refusal,
                }
                for s in scope.changes.signatures
            ],
        )


async def _write_summary(session: AsyncSession, scope: ScopeState, *, now: datetime) -> None:
    """The numbers that the board shows, derived from the record in the same transaction."""
    results = [scope.registers.values((code, "result")) for code in scope.item_codes]
    values: dict[str, Any] = {
        "answered_count": sum(len(found) == 1 and found != {"null"} for found in results),
        "failed_count": sum(found == {'"fail"'} for found in results),
        "conflict_count": len({(row.item, row.field) for row in scope.conflicts if row.closed_pos is None}),
        "late_count": len(scope.undecided),
        "addendum_n": scope.addendum.n if scope.addendum else None,
        "state": _visit_state(scope),
    }
    inspection_id = scope.scope.removeprefix(VISIT_PREFIX)
    await session.execute(update(Inspection).where(col(Inspection.id) == inspection_id).values(**values))
    if scope.changes.is_begun:
        await session.execute(
            update(Inspection)
            .where(col(Inspection.id) == inspection_id, col(Inspection.begun_at).is_(None))
            .values(begun_at=now)
        )
    if scope.changes.is_sealed_now:
        # The visit was closed with its first seal; an addendum changes what it says, not when it was.
        await session.execute(
            update(Inspection)
            .where(col(Inspection.id) == inspection_id, col(Inspection.sealed_at).is_(None))
            .values(sealed_at=now)
        )


def _visit_state(scope: ScopeState) -> str:
    if not scope.takes_ops:
        return VisitState.CLOSED.value
    if scope.seal is None:
        has_record = any(op.is_record and op.is_admitted for op in scope.ops.values())
        return (VisitState.UNDER_WAY if has_record else VisitState.ASSIGNED).value
    if scope.seal.state is SealState.DISPUTED:
        return VisitState.DISPUTED.value
    return (VisitState.SIGNED if scope.seal.is_signed else VisitState.SEALED).value


async def _write_cases(session: AsyncSession, scope: ScopeState, *, now: datetime) -> None:
    """What waits for a decision, what was decided, and the addenda that were opened for it."""
    cases = scope.changes.cases.values()
    if cases:
        codes = scope.changes.case_codes
        rows = [
            {"op_id": case.op_id, "scope": scope.scope, "code": codes.get(case.op_id), "opened_at": now}
            for case in cases
        ]
        await session.execute(upsert_ignore(session, LateCase, rows))
        table = LateCase.__table__  # type: ignore[attr-defined]
        await (await session.connection()).execute(
            update(table)
            .where(table.c.op_id == bindparam("_op_id"))
            .values(decision=bindparam("_decision"), decided_by=bindparam("_by"), decided_at=bindparam("_at")),
            [
                {
                    "_op_id": case.op_id,
                    "_decision": case.decision.value if case.decision else None,
                    "_by": case.decided_by,
                    "_at": now if case.decision else None,
                }
                for case in cases
            ],
        )
    addenda = [
        {
            "scope": scope.scope,
            "n": addendum.n,
            "opened_pos": addendum.opened_pos,
            "op_id": addendum.op_id,
            "replica": addendum.replica,
            "seq": addendum.seq,
            "opened_at": now,
        }
        for addendum in scope.changes.addenda
    ]
    if addenda:
        await session.execute(insert(AddendumRow), addenda)


async def _write_inbox(session: AsyncSession, world: World, *, now: datetime) -> None:
    used = {receipt.hash for _, receipt in world.new_receipts}
    kept = {op.key: op for op in world.kept}
    rows = [_inbox_row(op, is_waiting=op.hash not in used, now=now) for op in kept.values()]
    if rows:
        await session.execute(upsert_ignore(session, InboxOp, rows))
    if used:
        await session.execute(
            update(InboxOp)
            .where(col(InboxOp.replica) == world.replica.id, col(InboxOp.hash).in_(used))
            .values(is_waiting=False)
        )


def _inbox_row(op: Envelope, *, is_waiting: bool, now: datetime) -> dict[str, Any]:
    return {
        "replica": op.replica,
        "seq": op.seq,
        "hash": op.hash,
        "op_id": op.op_id,
        "raw": op.raw,
        "is_waiting": is_waiting,
        "received_at": now,
    }


async def _write_refused(session: AsyncSession, replica: str, refused: Iterable[Unusable], *, now: datetime) -> None:
    rows = {
        (sha256_hex(item.raw), item.code): {
            "replica": replica,
            "raw_sha256": sha256_hex(item.raw),
            "code": item.code,
            "said_hash": item.hash,
            "raw": item.raw,
            "received_at": now,
        }
        for item in refused
    }
    if rows:
        await session.execute(upsert_ignore(session, RefusedItem, list(rows.values())))


async def _write_receipts(session: AsyncSession, receipts: Iterable[tuple[Envelope, Receipt]]) -> None:
    rows = [
        {
            "replica": op.replica,
            "seq": op.seq,
            "hash": op.hash,
            "op_id": op.op_id,
            "content_sha256": receipt.content_sha256,
            "said": canonical_json(receipt.said),
        }
        for op, receipt in receipts
    ]
    if rows:
        await session.execute(insert(ReceiptRow), rows)
