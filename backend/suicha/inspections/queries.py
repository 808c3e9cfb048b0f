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
from suicha.inspections.tables import GrantRow, Inspection, ManifestRow, OpRow, RegisterHead


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


async def head_values(session: AsyncSession, scope: str) -> list[tuple[str, str, str, str]]:
    """Every register head that is not null: item, field, op id and value as canonical JSON."""
    rows = await session.execute(
        select(col(RegisterHead.item), col(RegisterHead.field), col(RegisterHead.op_id), col(OpRow.value))
        .join(OpRow, col(OpRow.op_id) == col(RegisterHead.op_id))
        .where(col(RegisterHead.scope) == scope, col(OpRow.value).is_not(None), col(OpRow.value) != "null")
    )
    return [(item, field, op_id, value or "null") for item, field, op_id, value in rows]


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
