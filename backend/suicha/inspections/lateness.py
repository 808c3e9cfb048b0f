"""Reads what came late, what was decided about it, and the addenda, for the record."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.inspections.rules.record import AddendumText, LateText
from suicha.inspections.rules.told import ToldOp
from suicha.inspections.rules.transcript import Transcript
from suicha.inspections.tables import AddendumRow, LateCase


async def late_records(session: AsyncSession, scope: str, transcript: Transcript) -> list[LateText]:
    """Everything that waits or waited, in the order of the feed."""
    rows = await session.scalars(select(LateCase).where(col(LateCase.scope) == scope))
    cases = {row.op_id: row for row in rows}
    parked = {op.fact.op_id for op in transcript.parked()}
    deciding = {op.fact.op_id: op for op in transcript.named({row.decided_by or "" for row in cases.values()})}
    return [
        _late_text(op, cases.get(op.fact.op_id), deciding, transcript) for op in transcript.named(parked | cases.keys())
    ]


def _late_text(op: ToldOp, case: LateCase | None, deciding: dict[str, ToldOp], transcript: Transcript) -> LateText:
    by = deciding.get(case.decided_by or "") if case else None
    return LateText(
        line=transcript.line(op),
        why=op.fact.code or (case.code if case else None) or "late_after_seal",
        is_open=case is not None and case.decision is None,
        decision=case.decision if case else None,
        decided_at=case.decided_at if case else None,
        decided_by=transcript.stamp(by) if by else None,
        reason=by.body.get("reason") if by else None,
    )


async def addenda(session: AsyncSession, scope: str, transcript: Transcript) -> dict[int, AddendumText]:
    """All addenda of a visit by their number, the open one too."""
    rows = list(await session.scalars(select(AddendumRow).where(col(AddendumRow.scope) == scope)))
    opening = {op.fact.op_id: op for op in transcript.named({row.op_id for row in rows})}
    return {
        row.n: AddendumText(
            n=row.n,
            opened_at=row.opened_at,
            stamp=transcript.stamp(opening[row.op_id]) if row.op_id in opening else None,
            reason=str(opening[row.op_id].body.get("reason") or "") if row.op_id in opening else "",
        )
        for row in rows
    }
