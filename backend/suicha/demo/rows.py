"""The rosters and accounts of the demo as rows."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.demo.facts import DemoInspector, DemoRound, Rosters
from suicha.kit.ids import named_id
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Leave, Recusal, Site

CITY = "4101"
# Who sits at a desk: two of the office hold the draw together with a witness from outside.
# The partner department of the demo, as the policy of rectification names it.
DEPARTMENT = "市场监督管理局"
DESK: tuple[tuple[str, str, Role], ...] = (
    ("office01", "双随机办公室01", Role.OFFICE),
    ("office02", "双随机办公室02", Role.OFFICE),
    ("witness01", "监督员01", Role.WITNESS),
    ("admin01", "系统管理员01", Role.ADMIN),
    ("partner01", "协同部门01", Role.PARTNER),
)


def desk_caller(username: str) -> Caller:
    """An account of the desk as the actions see it."""
    [(name, role)] = [(name, role) for known, name, role in DESK if known == username]
    return Caller(named_id("demo", "account", username), username, name, (role.value,), CITY)


async def add_libraries(session: AsyncSession, rosters: Rosters) -> None:
    """Districts, enterprises and sites."""
    # Flushed kind by kind: rows without ORM relationships are not put in the order of their foreign keys.
    session.add_all(
        [Jurisdiction(code=d.code, name=d.name, kind=d.kind, is_verified=d.is_verified) for d in rosters.districts]
    )
    await session.flush()
    session.add_all([Enterprise(**asdict(enterprise)) for enterprise in rosters.enterprises])
    await session.flush()
    session.add_all([Site(**asdict(site)) for site in rosters.sites])
    await session.flush()


async def add_people(session: AsyncSession, rosters: Rosters) -> None:
    """Officers and experts, who have no accounts yet, their recusals and leaves."""
    session.add_all([_inspector_row(person) for person in rosters.inspectors])
    await session.flush()
    session.add_all([Recusal(**asdict(recusal)) for recusal in rosters.recusals])
    session.add_all([Leave(**asdict(leave)) for leave in rosters.leaves])
    await session.flush()


def _inspector_row(person: DemoInspector) -> Inspector:
    facts = asdict(person)
    for name in ("account_id", "username", "role"):
        del facts[name]
    return Inspector(**facts)


async def open_desk(session: AsyncSession, password: str, *, now: datetime) -> list[dict[str, Any]]:
    """Accounts of the desk, as the demo lists them."""
    password_hash = hash_password(password, is_light=True)
    for username, name, role in DESK:
        await accounts.open_account(
            session,
            account_id=named_id("demo", "account", username),
            username=username,
            name=name,
            password_hash=password_hash,
            roles=[role],
            jurisdiction=CITY,
            department=DEPARTMENT if role is Role.PARTNER else None,
            now=now,
        )
    return [listed(username, name, str(role), password) for username, name, role in DESK]


async def open_field_accounts(
    session: AsyncSession, round_: DemoRound, password: str, *, now: datetime
) -> list[dict[str, Any]]:
    """Everybody on the roster gets the same password; listed are those that one tries things out with."""
    password_hash = hash_password(password, is_light=True)
    for person in round_.rosters.inspectors:
        await accounts.open_account(
            session,
            account_id=person.account_id,
            username=person.username,
            name=person.name,
            password_hash=password_hash,
            roles=[Role(person.role)],
            jurisdiction=person.home_jurisdiction,
            certificate_no=person.certificate_no,
            now=now,
        )
        row = await session.get_one(Inspector, person.id)
        row.account_id = person.account_id
    await session.flush()
    stranger = next(team for team in round_.teams if team is not round_.demo_team).officer
    people = (*round_.demo_team.members, stranger)
    return [listed(person.username, person.name, person.role, password) for person in people]


def listed(username: str, name: str, role: str, password: str) -> dict[str, Any]:
    """One line of what `make demo` prints."""
    return {"username": username, "password": password, "name": name, "roles": [role]}
