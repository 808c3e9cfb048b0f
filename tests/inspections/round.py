"""A small round for tests: two sites in two districts, a team, a stranger, the office; made by the real actions."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import actions as checklists
from suicha.feed.rules import visit_scope
from suicha.infra.db import Database
from suicha.inspections import actions
from suicha.inspections.rules.dispatch import EarlierProblem, Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import Inspection
from suicha.kit.ids import named_id
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Site

CHECKLISTS = Path(__file__).parents[2] / "checklists"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PEOPLE = {
    "leader": (Role.LEADER, "410102"),
    "officer": (Role.OFFICER, "410102"),
    "expert": (Role.EXPERT, "410102"),
    "stranger": (Role.OFFICER, "410102"),
    "office": (Role.OFFICE, "4101"),
    "district": (Role.OFFICE, "410105"),
}
VISIT = named_id("test", "visit")
SCOPE = visit_scope(VISIT)
TEAM = ("leader", "officer", "expert")
EARLIER = EarlierProblem(
    "TEST-2025-P001",
    "E03",
    "灭火器过期或缺失",
    "major",
    date(2025, 11, 3),
    date(2025, 11, 10),
    "closed",
    named_id("test", "site", "410103"),
)

Story = Callable[[AsyncSession], Awaitable[None]]


def account_id(name: str) -> str:
    """The account of a person of the round."""
    return named_id("test", "account", name)


def caller(name: str) -> Caller:
    """A person of the round, signed in."""
    role, jurisdiction = PEOPLE[name]
    return Caller(account_id(name), name, f"示例{name}", (role.value,), jurisdiction)


def tell(database_url: str, *chapters: Story) -> None:
    """Run each chapter in a transaction of its own over a fresh round."""

    async def run() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            for chapter in chapters:
                async with database.writing() as session:
                    await chapter(session)
        finally:
            await database.close()

    asyncio.run(run())


async def fill(database: Database) -> None:
    """Put the people and sites of the round into a migrated database, and dispatch one visit."""
    async with database.writing() as session:
        await _add_people_and_sites(session)
        await send(session, VISIT, "410103")


async def _add_people_and_sites(session: AsyncSession) -> None:
    await checklists.load_editions(session, CHECKLISTS, now=NOW)
    session.add_all(
        Jurisdiction(code=c, name=f"示例区{c}", kind="gb2260", is_verified=True) for c in ("410102", "410103", "410105")
    )
    await session.flush()
    for code in ("410103", "410105"):
        enterprise = named_id("test", "enterprise", code)
        session.add(Enterprise(id=enterprise, uscc=f"TEST{code}", name=f"示例物业{code}", jurisdiction=code))
        await session.flush()
        session.add(
            Site(
                id=named_id("test", "site", code),
                name=f"示例小区{code}",
                address="示例路1号",
                jurisdiction=code,
                enterprise_id=enterprise,
                lat="34.75",
                lon="113.65",
            )
        )
    password_hash = hash_password("pass", is_light=True)
    for name, (role, jurisdiction) in PEOPLE.items():
        await accounts.open_account(
            session,
            username=name,
            name=f"示例{name}",
            password_hash=password_hash,
            roles=[role],
            jurisdiction=jurisdiction,
            now=NOW,
            account_id=account_id(name),
        )
        if name in TEAM:
            session.add(
                Inspector(
                    kind="expert" if name == "expert" else "officer",
                    name=f"示例{name}",
                    certificate_no=None if name == "expert" else f"示例-{name}",
                    home_jurisdiction="410102",
                    employer="示例单位",
                    account_id=account_id(name),
                )
            )
    await session.flush()


async def send(
    session: AsyncSession, inspection_id: str, jurisdiction: str, *, team: tuple[str, ...] = TEAM, days: int = 0
) -> Inspection:
    """Dispatch a visit to the site of a district."""
    editions = await checklists.load_editions(session, CHECKLISTS, now=NOW)
    edition = next(edition for edition in editions if edition.checklist == "property-service-ref-27")
    plan = VisitPlan(
        inspection_id,
        f"T-{inspection_id[:6]}",
        "示例抽查",
        named_id("test", "site", jurisdiction),
        1,
        TODAY + timedelta(days=days),
    )
    posted = [Posted(account_id(name), TeamRole(PEOPLE[name][0].value)) for name in team]
    return await actions.dispatch(session, plan, posted, edition_hash=edition.hash, earlier_problems=[EARLIER], now=NOW)
