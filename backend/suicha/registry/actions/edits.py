"""One row at a time: added, changed, removed, restored by somebody at a desk, or classified by a decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.journal import actions as journal
from suicha.registry import queries
from suicha.registry.actions.writing import TABLES, history_line, write
from suicha.registry.errors import (
    AlreadyRemoved,
    EnterpriseUnknown,
    InspectorHasAccount,
    RosterRowRefused,
    RosterRowStale,
    SiteUnknown,
    StillInUse,
)
from suicha.registry.rules import RiskClass
from suicha.registry.rules.fields import Library
from suicha.registry.rules.imports import plain_problems
from suicha.registry.rules.judge import judge_edit
from suicha.registry.rules.rows import Problem, RawRow, RowState
from suicha.registry.rules.values import ProblemCode
from suicha.registry.rules.wanted import wanted_by
from suicha.registry.tables import Change, Enterprise, Site

SINGULAR: Mapping[Library, str] = {
    Library.ENTERPRISES: "enterprise",
    Library.SITES: "site",
    Library.INSPECTORS: "inspector",
    Library.RECUSALS: "recusal",
    Library.LEAVES: "leave",
}


async def save_row(
    session: AsyncSession,
    library: Library,
    row_id: str | None,
    cells: Mapping[str, str],
    *,
    revision: int | None = None,
    by: Caller,
    today: date,
    now: datetime,
) -> str:
    """Add a row (no id) or change some columns of one; raises RosterRowStale, RosterRowRefused. Returns the id."""
    await queries.lock_libraries(session)
    target = None
    raw = RawRow(library, 0, cells)
    wanted = wanted_by([raw])
    if row_id is not None:
        await _present(session, library, row_id, revision, by, today=today)
        target = await queries.known_row(session, library, row_id)
        wanted.add(library, target.values if target else {})
    known = await queries.known_for(session, wanted)
    verdict = judge_edit(raw, known, target=target, scope=by.jurisdiction, today=today)
    if verdict.state is RowState.REJECT:
        raise _refused(verdict.problems)
    if verdict.state is RowState.SAME and row_id is not None:
        return row_id
    [saved] = await write(session, [verdict], by=by.id, now=now)
    verb = "changed" if row_id else "added"
    fields = [change.field for change in verdict.changes]
    await journal.record(session, by.id, f"{verb}_{SINGULAR[library]}", _about(library, saved), at=now, fields=fields)
    return saved


async def remove_row(
    session: AsyncSession,
    library: Library,
    row_id: str,
    *,
    on: date,
    reason: str,
    revision: int,
    by: Caller,
    today: date,
    now: datetime,
) -> None:
    """Take a row out of its library from a day on; it stays for what points at it, and in no draw any more."""
    await queries.lock_libraries(session)
    row = await _present(session, library, row_id, revision, by, today=today)
    if row["removed_on"] is not None:
        raise AlreadyRemoved
    if on > today:
        raise _refused([Problem(ProblemCode.BAD_DATE, "移出日期不能晚于今天", "移出日期", value=on.isoformat())])
    if library is Library.ENTERPRISES and (count := await queries.sites_in_force(session, row_id)):
        raise StillInUse(f"该企业还有 {count} 个在管项目，请先移出或改由其他企业管理", rows=count)
    await _turn(session, library, row_id, on=on, reason=reason, verb="removed", by=by.id, now=now)


async def restore_row(
    session: AsyncSession,
    library: Library,
    row_id: str,
    *,
    reason: str,
    revision: int,
    by: Caller,
    today: date,
    now: datetime,
) -> None:
    """Put a removed row back into its library."""
    await queries.lock_libraries(session)
    row = await _present(session, library, row_id, revision, by, today=today)
    if row["removed_on"] is None:
        raise AlreadyRemoved
    await _turn(session, library, row_id, on=None, reason=reason, verb="restored", by=by.id, now=now)


async def set_risk_class(
    session: AsyncSession, site_id: str, risk_class: str, *, by: str | None, reason: str, now: datetime
) -> None:
    """信用风险分类: what a decision says about a site; `by` None is the system."""
    wished = RiskClass(risk_class)
    await queries.lock_libraries(session)
    site = await session.get(Site, site_id, populate_existing=True)
    if site is None:
        raise SiteUnknown(site=site_id)
    if site.risk_class == wished:
        return
    change = ["risk_class", site.risk_class, wished.value]
    site.risk_class = wished.value
    site.revision += 1
    await session.flush()
    await _note(session, Library.SITES, site, verb="classified", changes=[change], reason=reason, by=by, now=now)


async def set_credit_grade(
    session: AsyncSession, enterprise_id: str, grade: str | None, *, by: str | None, reason: str, now: datetime
) -> None:
    """信用等级: the industry's grade of an enterprise, or none; `by` None is the system."""
    wished = RiskClass(grade).value if grade else None
    await queries.lock_libraries(session)
    enterprise = await session.get(Enterprise, enterprise_id, populate_existing=True)
    if enterprise is None:
        raise EnterpriseUnknown(enterprise=enterprise_id)
    if enterprise.credit_grade == wished:
        return
    change = ["credit_grade", enterprise.credit_grade, wished]
    enterprise.credit_grade = wished
    enterprise.revision += 1
    await session.flush()
    await _note(
        session, Library.ENTERPRISES, enterprise, verb="classified", changes=[change], reason=reason, by=by, now=now
    )


async def link_account(
    session: AsyncSession, inspector_id: str, account_id: str | None, *, by: Caller, now: datetime
) -> None:
    """Say which account is this inspector's; None takes it off. One account is one person's."""
    await queries.lock_libraries(session)
    row = await queries.inspector_row(session, inspector_id, by.jurisdiction)
    if row.account_id == account_id:
        return
    others = await queries.inspectors_by_account(session, [account_id] if account_id else [])
    if others or (account_id is not None and row.account_id is not None):
        raise InspectorHasAccount
    row.account_id = account_id
    row.revision += 1
    await session.flush()
    verb = "linked_account" if account_id else "unlinked_account"
    await _remember(session, Library.INSPECTORS, row, verb=verb, changes=[], reason=None, by=by.id, now=now)
    await journal.record(session, by.id, verb, _about(Library.INSPECTORS, row.id), at=now, account=account_id)


async def _present(
    session: AsyncSession, library: Library, row_id: str, revision: int | None, by: Caller, *, today: date
) -> queries.Found:
    """The row as the caller may see it; raises that it is unknown, or stale where the caller saw another revision."""
    row = await queries.roster_row(session, library, row_id, by.jurisdiction, today=today)
    if row["revision"] != revision:
        raise RosterRowStale(revision=row["revision"])
    return row


async def _turn(
    session: AsyncSession,
    library: Library,
    row_id: str,
    *,
    on: date | None,
    reason: str,
    verb: str,
    by: str,
    now: datetime,
) -> None:
    row: Any = await session.get(TABLES[library], row_id, populate_existing=True)
    old = row.removed_on
    row.removed_on, row.removed_because = on, reason if on else None
    row.revision += 1
    await session.flush()
    change = ["removed_on", old.isoformat() if old else None, on.isoformat() if on else None]
    await _note(session, library, row, verb=verb, changes=[change], reason=reason, by=by, now=now)


async def _note(
    session: AsyncSession,
    library: Library,
    row: Any,
    *,
    verb: str,
    changes: Sequence[Sequence[Any]],
    reason: str,
    by: str | None,
    now: datetime,
) -> None:
    await _remember(session, library, row, verb=verb, changes=changes, reason=reason, by=by, now=now)
    await journal.record(session, by, f"{verb}_{SINGULAR[library]}", _about(library, row.id), at=now, reason=reason)


async def _remember(
    session: AsyncSession,
    library: Library,
    row: Any,
    *,
    verb: str,
    changes: Sequence[Sequence[Any]],
    reason: str | None,
    by: str | None,
    now: datetime,
) -> None:
    line = history_line(library, row.id, row.revision, verb=verb, changes=changes, by=by, now=now, reason=reason)
    await session.execute(insert(Change), [line])


def _about(library: Library, row_id: str) -> str:
    return f"{SINGULAR[library]}:{row_id}"


def _refused(problems: Sequence[Problem]) -> RosterRowRefused:
    said = "；".join(f"{problem.column}{problem.reason}" for problem in problems)
    return RosterRowRefused(said[:400], problems=plain_problems(problems))
