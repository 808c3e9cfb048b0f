"""Finding visits, their teams and their records."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.feed import queries as feed
from suicha.feed.rules import VISIT_PREFIX, visit_scope
from suicha.inspections.access import visible_inspections
from suicha.inspections.errors import InspectionUnknown
from suicha.inspections.rules.manifest import read_manifest
from suicha.inspections.tables import GrantRow, Inspection, ManifestRow, OpRow


async def inspection_of_scope(session: AsyncSession, scope: str) -> Inspection:
    """The visit behind a scope; raises InspectionUnknown."""
    row = await session.get(Inspection, scope.removeprefix(VISIT_PREFIX))
    if row is None or not scope.startswith(VISIT_PREFIX):
        raise InspectionUnknown
    return row


async def visible_inspection(session: AsyncSession, inspection_id: str, caller: Caller) -> Inspection:
    """The visit if the caller may know of it; raises InspectionUnknown."""
    row = await session.scalar(
        select(Inspection).where(col(Inspection.id) == inspection_id, visible_inspections(caller))
    )
    if row is None:
        raise InspectionUnknown
    return row


async def grants_in_force(session: AsyncSession, scope: str, account_id: str) -> list[GrantRow]:
    """A person's parts in a visit that nobody took back."""
    rows = await session.scalars(
        select(GrantRow).where(
            col(GrantRow.scope) == scope, col(GrantRow.account_id) == account_id, col(GrantRow.revoked_pos).is_(None)
        )
    )
    return list(rows)


async def all_grants(session: AsyncSession, scope: str) -> list[GrantRow]:
    """Everybody who has or had a part in a visit, in the order of their grants."""
    rows = await session.scalars(select(GrantRow).where(col(GrantRow.scope) == scope).order_by(col(GrantRow.id)))
    return list(rows)


async def seal_in_force(session: AsyncSession, scope: str) -> ManifestRow:
    """The newest manifest that took effect; raises InspectionUnknown where there is none."""
    row = await session.scalar(
        select(ManifestRow).where(col(ManifestRow.scope) == scope).order_by(col(ManifestRow.n).desc()).limit(1)
    )
    if row is None:
        raise InspectionUnknown
    return row


async def sealed_values(session: AsyncSession, seal: ManifestRow) -> list[tuple[str, str, str, str]]:
    """Every answer that a manifest binds: item, field, op id and value as canonical JSON.

    From the manifest, not from the heads of the moment: an addendum may have moved those on already.
    """
    lines = {op_id: line[0] for line in read_manifest(seal.manifest)["registers"] for op_id in line[2]}
    rows = await session.execute(
        select(col(OpRow.op_id), col(OpRow.value)).where(
            col(OpRow.scope) == seal.scope, col(OpRow.op_id).in_(sorted(lines)), col(OpRow.value) != "null"
        )
    )
    found = {op_id: value for op_id, value in rows if value is not None}
    return [(*_register(lines[op_id]), op_id, value) for op_id, value in sorted(found.items())]


def _register(name: str) -> tuple[str, str]:
    item, _, field = name.partition("/")
    return item, field


async def export_of(session: AsyncSession, inspection_id: str) -> dict[str, Any]:
    """The whole feed of a visit as a file for `suicha verify`; raises InspectionUnknown."""
    scope = visit_scope(inspection_id)
    inspection = await inspection_of_scope(session, scope)
    end = (await feed.tails(session, [scope]))[scope].pos
    rows = await feed.entries_after(session, scope, 0, limit=end)
    return {
        "suicha": "inspection-export",
        "v": 1,
        "scope": scope,
        "edition": {"id": inspection.edition_id, "hash": inspection.edition_hash},
        "entries": [{"pos": row.pos, "raw": row.raw, "hash": row.hash} for row in rows],
    }
