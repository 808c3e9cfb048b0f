"""Puts the record of a visit together: reads its rows, lets the rules write it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import queries as accounts
from suicha.accounts.queries import Caller
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition
from suicha.evidence import queries as evidence
from suicha.feed.rules import visit_scope
from suicha.inspections import lateness, queries
from suicha.inspections.rules.differences import difference
from suicha.inspections.rules.record import (
    AddendumText,
    ConflictText,
    Device,
    Member,
    Record,
    SealText,
    SignatureText,
    VisitFacts,
    missing_devices,
    one_part_each,
    signature_text,
)
from suicha.inspections.rules.told import ToldOp, read_op
from suicha.inspections.rules.transcript import Person, Transcript
from suicha.inspections.tables import ConflictTableRow, GrantRow, Inspection, ManifestRow, OpRow
from suicha.kit.clock import rfc3339
from suicha.registry import queries as registry

_SITE = ("id", "name", "address", "households", "buildings", "lifts", "is_high_rise", "lat", "lon", "contact_name",
         "contact_phone")  # fmt: skip
_ENTERPRISE = ("id", "uscc", "name", "phone")


async def record_of(session: AsyncSession, inspection_id: str, caller: Caller) -> Record:
    """The record; raises InspectionUnknown, also for a visit that the caller may not see."""
    inspection = await queries.visible_inspection(session, inspection_id, caller)
    scope = visit_scope(inspection.id)
    ops = await told_ops(session, scope)
    team = await _team(session, scope)
    people = {member.account: Person(member.account, member.name, member.role) for member in team}
    verified = await evidence.verified_sizes(session, {op.fact.blob_sha256 for op in ops if op.fact.blob_sha256})
    transcript = Transcript(ops, people, frozenset(verified))
    edition = await checklists.edition_facts(session, inspection.edition_hash)
    site, enterprise = await registry.site_with_enterprise(session, inspection.site_id, "")
    signatures = _signatures(transcript, ops, people)
    addenda = await lateness.addenda(session, scope, transcript)
    seals = _seal_texts(await _seals(session, scope), ops, signatures, addenda, transcript)
    sealed = {seal.manifest_hash for seal in seals}
    return Record(
        facts=await _facts(session, inspection, edition),
        site={name: getattr(site, name) for name in _SITE},
        enterprise={name: getattr(enterprise, name) for name in _ENTERPRISE},
        team=team,
        items=[(item.title, item.group, transcript.item(item.code)) for item in edition.items],
        visit=transcript.visit(),
        conflicts=await _conflicts(session, scope),
        seals=seals,
        loose_signatures=[signature for signature in signatures if signature.manifest_hash not in sealed],
        late=await lateness.late_records(session, scope, transcript),
        addendum=addenda.get(inspection.addendum_n or 0),
    )


async def told_ops(session: AsyncSession, scope: str) -> list[ToldOp]:
    """Every op of a visit that used its seq, with its newest judgement."""
    rows = await session.execute(
        select(col(OpRow.raw), col(OpRow.hash), col(OpRow.outcome), col(OpRow.code), col(OpRow.pos),
               col(OpRow.received_at)).where(col(OpRow.scope) == scope)
    )  # fmt: skip
    return [read_op(raw, hash_, outcome, code, pos=pos, received_at=rfc3339(at))
            for raw, hash_, outcome, code, pos, at in rows]  # fmt: skip


async def _facts(session: AsyncSession, row: Inspection, edition: Edition) -> VisitFacts:
    districts = await registry.jurisdiction_names(session)
    return VisitFacts(
        id=row.id,
        code=row.code,
        scope=visit_scope(row.id),
        campaign=row.campaign,
        kind=row.kind,
        state=row.state,
        jurisdiction=row.jurisdiction,
        district=districts.get(row.jurisdiction),
        team_no=row.team_no,
        planned_on=row.planned_on,
        dispatched_at=row.dispatched_at,
        begun_at=row.begun_at,
        sealed_at=row.sealed_at,
        edition_id=row.edition_id,
        edition_hash=row.edition_hash,
        edition_name=edition.name,
    )


async def _team(session: AsyncSession, scope: str) -> list[Member]:
    rows: list[GrantRow] = await queries.all_grants(session, scope)
    names = await accounts.names_of(session, {row.account_id for row in rows})
    members = [
        Member(row.account_id, names[row.account_id], row.role, row.certificate_no, row.revoked_pos is not None)
        for row in rows
    ]
    # Who was promoted has two parts in the visit: what he is now counts.
    return one_part_each(members)


async def _conflicts(session: AsyncSession, scope: str) -> list[ConflictText]:
    rows = await session.scalars(
        select(ConflictTableRow).where(col(ConflictTableRow.scope) == scope).order_by(col(ConflictTableRow.opened_pos))
    )
    return [
        ConflictText(row.id, row.item, row.field, tuple(json.loads(row.heads)), row.closed_pos is None) for row in rows
    ]


async def _seals(session: AsyncSession, scope: str) -> list[ManifestRow]:
    rows = await session.scalars(
        select(ManifestRow).where(col(ManifestRow.scope) == scope).order_by(col(ManifestRow.n))
    )
    return list(rows)


def _seal_texts(
    rows: list[ManifestRow],
    ops: list[ToldOp],
    signatures: list[SignatureText],
    addenda: dict[int, AddendumText],
    transcript: Transcript,
) -> list[SealText]:
    texts = {row.n: row.manifest for row in rows}
    by_id = {op.fact.op_id: op for op in ops}
    return [
        _seal_text(
            row,
            ops,
            signatures,
            addendum=addenda.get(row.n),
            difference=difference(texts.get(row.n - 1), row.manifest, by_id, transcript),
        )
        for row in rows
    ]


def _seal_text(row: ManifestRow, ops: list[ToldOp], signatures: list[SignatureText], **more: Any) -> SealText:
    return SealText(
        n=row.n,
        manifest_hash=row.manifest_hash,
        state=row.state,
        sealed_at=row.sealed_at,
        is_signed=row.is_signed,
        missing=missing_devices(ops, row.seal_op_id),
        signatures=tuple(s for s in signatures if s.manifest_hash == row.manifest_hash),
        **more,
    )


def _signatures(transcript: Transcript, ops: list[ToldOp], people: dict[str, Person]) -> list[SignatureText]:
    signing = [op for op in ops if op.fact.kind == "sig.add@1" and op.fact.is_admitted]
    signing.sort(key=lambda op: op.pos)
    return [signature_text(op, transcript.stamp(op), people) for op in signing]


@dataclass(frozen=True)
class DeviceBook:
    """Where devices are known; wired once in `web/app.py`, because sync stands downstream of the record."""

    devices_of: Callable[[AsyncSession, Sequence[str]], Awaitable[Sequence[Device]]]

    async def record_of(self, session: AsyncSession, inspection_id: str, caller: Caller) -> Record:
        """The record together with the devices of its team; raises InspectionUnknown."""
        record = await record_of(session, inspection_id, caller)
        devices = await self.devices_of(session, [member.account for member in record.team])
        return record.with_devices(devices)
