"""Grades that another house decided, such as a provincial platform: read from a file, proposed, decided here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.credit.actions.proposing import propose
from suicha.credit.errors import CreditImportInvalid
from suicha.credit.rules.policy import GRADE, CreditRules
from suicha.credit.tables import Entry
from suicha.registry.tables import Enterprise


async def import_grades(
    session: AsyncSession,
    rules: CreditRules,
    lines: Sequence[tuple[int, str, str]],
    *,
    period: str,
    source: str,
    jurisdiction: str,
    by: str,
    now: datetime,
) -> list[Entry]:
    """Propose a grade for each line (number, credit code, grade); one bad line and none is taken.

    Raises CreditImportInvalid with what is wrong in which line.
    """
    grades = {side.side for one in rules.lists if one.code == GRADE for side in one.sides}
    found = {
        row.uscc: row
        for row in await session.scalars(
            select(Enterprise).where(
                col(Enterprise.uscc).in_({uscc for _, uscc, _ in lines}),
                col(Enterprise.jurisdiction).startswith(jurisdiction, autoescape=True),
                col(Enterprise.removed_on).is_(None),
            )
        )
    }
    wrong: list[str] = []
    seen: set[str] = set()
    for number, uscc, grade in lines:
        if uscc not in found:
            wrong.append(f"第 {number} 行：名录库中没有统一社会信用代码 {uscc[:18]}")
        elif grade not in grades:
            wrong.append(f"第 {number} 行：等级“{grade[:10]}”不在 {'、'.join(sorted(grades))} 之内")
        elif uscc in seen:
            wrong.append(f"第 {number} 行：{uscc} 重复出现")
        seen.add(uscc)
    if wrong or not lines:
        raise CreditImportInvalid("；".join(wrong[:5]) or "文件中没有数据", problems=wrong[:50])
    entries: list[Entry] = []
    for _, uscc, grade in lines:
        enterprise = found[uscc]
        entry, _ = await propose(
            session,
            f"{GRADE}/{period}/{enterprise.id}/imported",
            kind=GRADE,
            side=grade,
            is_good=rules.side_of(GRADE, grade).is_good,
            period=period,
            enterprise=enterprise.id,
            jurisdiction=enterprise.jurisdiction,
            facts={"source": source, "grade": grade},
            by=by,
            now=now,
        )
        entries.append(entry)
    return entries
