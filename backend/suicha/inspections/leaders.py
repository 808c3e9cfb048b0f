"""更换组长: the office names another leader when the one of a visit is gone. Never the phones, never a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.feed import actions as feed
from suicha.feed.rules import account_scope, visit_scope
from suicha.inspections import actions, queries
from suicha.inspections.errors import LeaderUnfit
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import GrantRow, Inspection
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.registry import queries as registry
from suicha.registry.rules import InspectorKind
from suicha.registry.tables import Inspector, Recusal, Site


@dataclass(frozen=True)
class Candidate:
    """Somebody who may lead the visit: an officer with an account and without a recusal."""

    account: str
    name: str
    certificate_no: str | None
    is_member: bool


async def candidates(session: AsyncSession, inspection_id: str, caller: Caller, *, now: datetime) -> list[Candidate]:
    """Who may become leader, the team first; raises InspectionUnknown."""
    inspection = await queries.visible_inspection(session, inspection_id, caller)
    grants = await queries.all_grants(session, visit_scope(inspection.id))
    people = await registry.inspectors(session, caller.jurisdiction)
    return _fit(people, grants, await _recused(session, inspection, on=local_date(now)))


async def replace_leader(
    session: AsyncSession, inspection_id: str, account_id: str, caller: Caller, *, reason: str, now: datetime
) -> Inspection:
    """Take the leader's part back and give it to another officer, in both feeds and the journal.

    An officer of the team keeps the part that he has: what his phone made with it stays good. Ops of the old leader
    that were made before he could know are parked, and the new one decides. Raises InspectionUnknown or LeaderUnfit.
    """
    inspection = await queries.visible_inspection(session, inspection_id, caller)
    scope = visit_scope(inspection.id)
    known = await queries.all_grants(session, scope)
    await feed.lock(session, [scope, account_scope(account_id), *(account_scope(row.account_id) for row in known)])
    grants = await _grants_again(session, scope)
    people = await registry.inspectors(session, caller.jurisdiction)
    fit = _fit(people, grants, await _recused(session, inspection, on=local_date(now)))
    if account_id not in {person.account for person in fit}:
        raise LeaderUnfit(account=account_id)
    old = sorted({row.account_id for row in grants if _leads(row)})
    for account in old:
        await actions.revoke_grant(session, scope, account, reason=reason, by=caller.id, now=now)
    await actions.add_grant(session, scope, account_id, TeamRole.LEADER, beside=True, by=caller.id, now=now)
    await journal.record(
        session,
        caller.id,
        "replaced_leader",
        f"inspection:{inspection.id}",
        at=now,
        old=old,
        new=account_id,
        reason=reason,
    )
    return inspection


def _leads(row: GrantRow) -> bool:
    return row.role == TeamRole.LEADER and row.revoked_pos is None


def _fit(people: Sequence[Inspector], grants: Sequence[GrantRow], recused: set[str]) -> list[Candidate]:
    leading = {row.account_id for row in grants if _leads(row)}
    members = {row.account_id for row in grants if row.revoked_pos is None}
    found = [
        Candidate(person.account_id, person.name, person.certificate_no, person.account_id in members)
        for person in people
        if person.account_id
        and person.removed_on is None
        and person.kind == InspectorKind.OFFICER
        and person.account_id not in leading
        and person.id not in recused
    ]
    return sorted(found, key=lambda person: (not person.is_member, person.name))


async def _grants_again(session: AsyncSession, scope: str) -> list[GrantRow]:
    """As they are under the lock: somebody else may have replaced the leader meanwhile."""
    rows = await session.scalars(
        select(GrantRow).where(col(GrantRow.scope) == scope).execution_options(populate_existing=True)
    )
    return list(rows)


async def _recused(session: AsyncSession, inspection: Inspection, *, on: date) -> set[str]:
    site = await session.get_one(Site, inspection.site_id)
    rows = await session.scalars(
        select(col(Recusal.inspector_id)).where(
            or_(col(Recusal.site_id) == site.id, col(Recusal.enterprise_id) == site.enterprise_id),
            col(Recusal.removed_on).is_(None),
            or_(col(Recusal.from_on).is_(None), col(Recusal.from_on) <= on),
            or_(col(Recusal.to_on).is_(None), col(Recusal.to_on) >= on),
        )
    )
    return set(rows)
