"""To which visit a paper belongs, who may see it, and whether a file may be kept: what `documents/` cannot know."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.documents.desk import PaperDesk
from suicha.documents.errors import ScanNotAccepted
from suicha.evidence.checking import PDF, FileRefused, check_file
from suicha.inspections import queries as inspections
from suicha.inspections.access import visible_inspections
from suicha.inspections.tables import Inspection
from suicha.kit.ids import is_uuid_text
from suicha.rectification.tables import Order, Recheck, Referral

SCANNED = frozenset({PDF, "image/jpeg", "image/png"})
_BEHIND: dict[str, Any] = {"order": Order, "recheck": Recheck, "referral": Referral}


def open_paper_desk() -> PaperDesk:
    """The desk of this installation."""
    return PaperDesk(of_visit, visit_of, may_see_visit, check_scan)


async def of_visit(session: AsyncSession, visit_id: str, caller: Caller) -> list[str]:
    """Everything that a visit has papers about; raises InspectionUnknown for a visit that the caller may not see."""
    visit = await inspections.visible_inspection(session, visit_id, caller)
    found = [f"inspection:{visit.id}"]
    for name, table in _BEHIND.items():
        rows = await session.scalars(select(col(table.id)).where(col(table.inspection_id) == visit.id))
        found += [f"{name}:{row}" for row in rows]
    # The visit that was sent to look again finds its own record here too.
    sent = await session.scalars(select(col(Recheck.id)).where(col(Recheck.visit_id) == visit.id))
    return [*found, *(f"recheck:{row}" for row in sent)]


async def visit_of(session: AsyncSession, about: str) -> str | None:
    """The visit behind `inspection:<id>`, `order:<id>`, `recheck:<id>` or `referral:<id>`; other things have none."""
    name, _, row_id = about.partition(":")
    if name == "inspection":
        return row_id
    table = _BEHIND.get(name)
    if table is None or not is_uuid_text(row_id):
        return None
    found: str | None = await session.scalar(select(col(table.inspection_id)).where(col(table.id) == row_id))
    return found


async def may_see_visit(session: AsyncSession, visit_id: str, caller: Caller) -> bool:
    """True for its team, for the team that looked again, and for those who see all visits of the place."""
    again = select(col(Recheck.visit_id)).where(
        col(Recheck.inspection_id) == visit_id, col(Recheck.visit_id).is_not(None)
    )
    found = await session.scalar(
        select(col(Inspection.id))
        .where((col(Inspection.id) == visit_id) | col(Inspection.id).in_(again), visible_inspections(caller))
        .limit(1)
    )
    return found is not None


def check_scan(path: Path) -> str:
    """What a file is, if a scan may be that; raises ScanNotAccepted with the reason. It blocks."""
    try:
        return check_file(path, only=SCANNED).content_type
    except FileRefused as refused:
        words = "扫描件只能是 PDF、JPEG 或 PNG 文件" if refused.reason == "wrong_format" else refused.words
        raise ScanNotAccepted(words, reason=refused.reason) from refused
