"""Sending teams to sites, and changing teams. The record itself is written by the phones, through sync."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Edition
from suicha.feed import actions as feed
from suicha.feed.rules import Entry, Tail, account_scope, extend, visit_scope
from suicha.inspections import queries
from suicha.inspections.errors import AlreadyInTeam, NotInTeam
from suicha.inspections.rules.dispatch import (
    EarlierProblem,
    Posted,
    TeamMember,
    VisitPlan,
    checked_team,
    dispatched_body,
    grant_body,
    newcomer_body,
)
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import GrantRow, Inspection
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Site

_SITE_MEMBERS = (
    "id",
    "name",
    "address",
    "jurisdiction",
    "households",
    "buildings",
    "lifts",
    "is_high_rise",
    "lat",
    "lon",
    "contact_name",
    "contact_phone",
)
_ENTERPRISE_MEMBERS = ("id", "uscc", "name", "phone", "jurisdiction")


async def dispatch(
    session: AsyncSession,
    plan: VisitPlan,
    team: Sequence[Posted],
    *,
    edition_hash: str,
    earlier_problems: Iterable[EarlierProblem] = (),
    papers: Mapping[str, Any] | None = None,
    by: str | None = None,
    now: datetime,
) -> Inspection:
    """Make a visit, give its team their grants, and put everything that their phones need into its feed.

    Raises TeamIncomplete, SiteUnknown or EditionUnknown. Feeds are locked first, in the order that everybody uses.
    """
    scope = visit_scope(plan.id)
    tails = await feed.lock(session, [scope, *(account_scope(p.account_id) for p in checked_team(team))])
    edition = await checklists.edition_facts(session, edition_hash)
    site, enterprise = await registry.site_with_enterprise(session, plan.site_id, "")
    members = await _members(session, team)
    body = dispatched_body(
        plan,
        members,
        site=await _site_facts(session, site),
        enterprise=_picked(enterprise, _ENTERPRISE_MEMBERS),
        edition={"id": edition.id, "hash": edition_hash},
        texts=edition.texts,
        earlier_problems=earlier_problems,
        papers=papers or {},
    )
    inspection = _inspection(plan, site, edition, edition_hash, now=now)
    session.add(inspection)
    await session.flush()
    session.add_all([_grant_row(scope, plan.id, member) for member in members])
    news: list[tuple[str, str, Mapping[str, Any]]] = [(scope, "inspection.dispatched", body)]
    for member in members:
        news += _told_twice("grant.added", scope, member.grant, member.account, member.role)
    await _tell(session, tails, news, now=now)
    await journal.record(
        session,
        by,
        "dispatched_visit",
        f"inspection:{plan.id}",
        at=now,
        code=plan.code,
        site=plan.site_id,
        team=[member.account for member in members],
    )
    return inspection


async def add_grant(
    session: AsyncSession,
    scope: str,
    account_id: str,
    role: TeamRole,
    *,
    beside: bool = False,
    by: str | None = None,
    now: datetime,
) -> GrantRow:
    """Post one more person to a visit; raises InspectionUnknown or AlreadyInTeam.

    `beside`: to somebody who is in the team already, a further part (he leads it from now on).
    """
    inspection = await queries.inspection_of_scope(session, scope)
    tails = await feed.lock(session, [scope, account_scope(account_id)])
    if not beside and await queries.grants_in_force(session, scope, account_id):
        raise AlreadyInTeam(account=account_id)
    [member] = await _members(session, [Posted(account_id, role)])
    row = _grant_row(scope, inspection.id, member)
    session.add(row)
    body = newcomer_body(scope, member)
    news = [(scope, "grant.added", body), (account_scope(account_id), "grant.added", body)]
    await _tell(session, tails, news, now=now)
    await journal.record(
        session, by, "added_to_team", f"inspection:{inspection.id}", at=now, account=account_id, role=role.value
    )
    return row


async def revoke_grant(
    session: AsyncSession, scope: str, account_id: str, *, reason: str, by: str | None = None, now: datetime
) -> None:
    """Take a person's part in a visit back, in both feeds at once; raises InspectionUnknown or NotInTeam.

    What counts for ops is the position of the revocation in the visit's feed: who had not seen it acted in good faith.
    """
    inspection = await queries.inspection_of_scope(session, scope)
    tails = await feed.lock(session, [scope, account_scope(account_id)])
    rows = await queries.grants_in_force(session, scope, account_id)
    if not rows:
        raise NotInTeam(account=account_id)
    for row in rows:
        row.revoked_pos = tails[scope].pos + 1
        tails = await _tell(session, tails, _told_twice("grant.revoked", scope, row.id, account_id, row.role), now=now)
    await session.flush()
    await journal.record(
        session, by, "removed_from_team", f"inspection:{inspection.id}", at=now, account=account_id, reason=reason
    )


def _told_twice(
    type_: str, scope: str, grant: str, account: str, role: str
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """News about a grant stands in the visit's feed and in the person's own."""
    body = grant_body(scope, grant, account, role)
    return [(scope, type_, body), (account_scope(account), type_, body)]


async def _tell(
    session: AsyncSession,
    tails: Mapping[str, Tail],
    news: Iterable[tuple[str, str, Mapping[str, Any]]],
    *,
    now: datetime,
) -> dict[str, Tail]:
    """Append news to feeds whose heads are locked; returns where the feeds end now."""
    ends, entries = dict(tails), list[Entry]()
    for scope, type_, body in news:
        ends[scope], entry = extend(ends[scope], type_, body, now)
        entries.append(entry)
    await feed.write(session, ends.values(), entries)
    return ends


async def _members(session: AsyncSession, team: Sequence[Posted]) -> list[TeamMember]:
    ids = [posted.account_id for posted in team]
    names = await accounts.names_of(session, ids)
    people = await registry.inspectors_by_account(session, ids)
    members = []
    for posted in team:
        person = people.get(posted.account_id)
        members.append(
            TeamMember(
                grant=new_id(),
                account=posted.account_id,
                name=names[posted.account_id],
                role=posted.role.value,
                certificate_no=person.certificate_no if person else None,
                certificate_expires_on=person.certificate_expires_on if person else None,
                employer=person.employer if person else None,
            )
        )
    return members


def _inspection(plan: VisitPlan, site: Site, edition: Edition, edition_hash: str, *, now: datetime) -> Inspection:
    return Inspection(
        id=plan.id,
        code=plan.code,
        kind=plan.kind,
        origin_id=plan.origin_id,
        campaign=plan.campaign,
        campaign_id=plan.campaign_id,
        approval_id=plan.approval_id,
        site_id=plan.site_id,
        jurisdiction=site.jurisdiction,
        team_no=plan.team_no,
        planned_on=plan.planned_on,
        edition_id=edition.id,
        edition_hash=edition_hash,
        state=VisitState.ASSIGNED.value,
        dispatched_at=now,
    )


def _grant_row(scope: str, inspection_id: str, member: TeamMember) -> GrantRow:
    return GrantRow(
        id=member.grant,
        scope=scope,
        inspection_id=inspection_id,
        account_id=member.account,
        role=member.role,
        certificate_no=member.certificate_no,
    )


async def _site_facts(session: AsyncSession, site: Site) -> dict[str, Any]:
    names = await registry.jurisdiction_names(session)
    return {**_picked(site, _SITE_MEMBERS), "district": names.get(site.jurisdiction)}


def _picked(row: Site | Enterprise, members: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in members}
