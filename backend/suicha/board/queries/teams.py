"""One team of a campaign: its visits, its people, and what waits for its leader."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.board.queries import decisions
from suicha.board.queries.visits import VisitFilter, conditions_of_rows, visits
from suicha.board.rules.teams import Team, TeamChoice, TeamMember, chosen_team, in_order
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import GrantRow, Inspection

# A team has a handful; who has more looks at the list of visits.
MOST_VISITS = 500


async def choices(session: AsyncSession, caller: Caller, wanted: VisitFilter) -> list[TeamChoice]:
    """The teams of which the caller may see visits, the newest campaign first."""
    first, last = func.min(col(Inspection.planned_on)), func.max(col(Inspection.planned_on))
    group = (col(Inspection.campaign), col(Inspection.team_no))
    rows = await session.execute(
        select(*group, func.count(), first, last).where(*conditions_of_rows(caller, wanted)).group_by(*group)
    )
    return in_order(TeamChoice(*row) for row in rows)


async def team(session: AsyncSession, caller: Caller, wanted: VisitFilter) -> Team:
    """The team that was asked for; else the one whose visits are newest; raises TeamUnknown where there is none."""
    known = await choices(session, caller, VisitFilter(is_own=wanted.is_own))
    choice = chosen_team(known, campaign=wanted.campaign, team_no=wanted.team)
    narrowed = VisitFilter(campaign=choice.campaign, team=choice.team_no, is_own=wanted.is_own)
    rows, _ = await visits(session, caller, narrowed, size=MOST_VISITS)
    where = conditions_of_rows(caller, narrowed)
    return Team(
        choice=choice,
        choices=known,
        visits=rows,
        members=await _members(session, [row["id"] for row in rows]),
        decisions=await decisions.waiting(session, caller, where=where),
    )


async def _members(session: AsyncSession, inspection_ids: Iterable[str]) -> list[TeamMember]:
    """Everybody who has or had a part in the visits, the leader first; who has left all of them stands last."""
    rows = await session.execute(
        select(GrantRow, col(Account.name))
        .join(Account, col(Account.id) == col(GrantRow.account_id))
        .where(col(GrantRow.inspection_id).in_(list(inspection_ids)))
        .order_by(col(GrantRow.id))
    )
    held: dict[str, list[GrantRow]] = defaultdict(list)
    names: dict[str, str] = {}
    for grant, name in rows:
        held[grant.account_id].append(grant)
        names[grant.account_id] = name
    members = [_member(account, names[account], grants) for account, grants in held.items()]
    return sorted(members, key=lambda member: (member.visits == 0, _RANK[member.role], member.name))


_RANK = {role.value: rank for rank, role in enumerate((TeamRole.LEADER, TeamRole.OFFICER, TeamRole.EXPERT))}


def _member(account: str, name: str, grants: list[GrantRow]) -> TeamMember:
    in_force = [grant for grant in grants if grant.revoked_pos is None]
    newest = (in_force or grants)[-1]
    return TeamMember(account, name, newest.role, newest.certificate_no, visits=len(in_force))
