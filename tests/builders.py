"""Rows with sensible defaults: `a_team`, `a_visit`; override what matters."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import queries as checklists
from suicha.demo.phone import VisitOnPhone
from suicha.feed.rules import visit_scope
from suicha.infra.db import upsert_ignore
from suicha.inspections import actions as inspections
from suicha.inspections import queries as inspection_queries
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.kit.ids import new_id
from suicha.registry.rules import uscc_check_character
from suicha.registry.tables import Enterprise, Jurisdiction, Site

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CHECKLIST = "property-service-ref-27"
PASSWORD = "an easy password"
_PASSWORD_HASH = hash_password(PASSWORD, is_light=True)
_NUMBERS = count(1)


@dataclass
class Visit:
    """A dispatched visit and the people around it."""

    id: str
    edition: dict[str, str]
    callers: dict[str, Caller]
    grants: dict[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> str:
        return visit_scope(self.id)

    def on_phone(self, role: str) -> VisitOnPhone:
        """What the phone of the team's leader, officer or expert knows after its first pull."""
        return VisitOnPhone(self.scope, self.grants[role], self.edition, seen=4)


def _a_uscc() -> str:
    first_17 = f"91410105MA{int(new_id()[-7:], 16) % 10**7:07d}"
    return first_17 + uscc_check_character(first_17)


async def an_account(session: AsyncSession, role: Role, *, jurisdiction: str = "410105") -> Caller:
    """Somebody who may sign in with PASSWORD."""
    number = f"{next(_NUMBERS):04d}-{new_id()[-6:]}"
    account = await accounts.open_account(
        session,
        username=f"{role}-{number}",
        name=f"{role.value}{number}",
        password_hash=_PASSWORD_HASH,
        roles=[role],
        jurisdiction=jurisdiction,
        now=NOW,
    )
    await session.flush()
    return Caller(account.id, account.username, account.name, (role.value,), jurisdiction)


async def a_site(session: AsyncSession, *, jurisdiction: str = "410105", name: str = "示例小区") -> str:
    """A compound with its enterprise; returns its id."""
    await session.execute(
        upsert_ignore(
            session, Jurisdiction, [{"code": jurisdiction, "name": "金水区", "kind": "gb2260", "is_verified": True}]
        )
    )
    number = next(_NUMBERS)
    enterprise = Enterprise(uscc=_a_uscc(), jurisdiction=jurisdiction, name=f"示例物业服务有限公司第{number:02d}号")
    session.add(enterprise)
    await session.flush()
    site = Site(
        name=f"{name}{number:03d}",
        address=f"示例路{number}号",
        jurisdiction=jurisdiction,
        enterprise_id=enterprise.id,
        lat="34.7500",
        lon="113.6500",
        contact_name="项目负责人01",
        contact_phone="037100000000",
    )
    session.add(site)
    await session.flush()
    return site.id


async def a_visit(
    session: AsyncSession,
    *,
    team: dict[str, Caller] | None = None,
    planned_on: date = TODAY,
    now: datetime = NOW,
    jurisdiction: str = "410105",
) -> Visit:
    """A visit of a leader, an officer and an expert, dispatched; `stranger` belongs to nobody's team."""
    team = team or {role.value: await an_account(session, role) for role in (Role.LEADER, Role.OFFICER, Role.EXPERT)}
    if "stranger" not in team:
        team = {**team, "stranger": await an_account(session, Role.OFFICER)}
    edition = await checklists.latest_edition(session, CHECKLIST)
    number = next(_NUMBERS)
    plan = VisitPlan(
        new_id(),
        f"T-{number:05d}-{new_id()[-6:]}",
        "测试检查",
        await a_site(session, jurisdiction=jurisdiction),
        number,
        planned_on,
    )
    posted = [Posted(team[role].id, TeamRole(role)) for role in ("leader", "officer", "expert")]
    await inspections.dispatch(session, plan, posted, edition_hash=edition.hash, now=now)
    grants = {row.account_id: row.id for row in await inspection_queries.all_grants(session, visit_scope(plan.id))}
    return Visit(
        plan.id,
        {"id": edition.id, "hash": edition.hash},
        team,
        {role: grants[team[role].id] for role in ("leader", "officer", "expert")},
    )
