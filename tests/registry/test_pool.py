"""What a draw may take, for a period; and decisions about risk and accounts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.journal.queries import entries_about
from suicha.registry import actions, queries
from suicha.registry.errors import InspectorHasAccount, InspectorUnknown, SiteUnknown
from suicha.registry.rules import PoolFacts, RecusalFacts
from suicha.registry.rules.fields import Library
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Leave, Recusal, Site
from tests.builders import an_account
from tests.registry.files import a_uscc

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ON, UNTIL = date(2026, 12, 1), date(2026, 12, 31)

Story = Callable[[AsyncSession], Awaitable[None]]


def tell(url: str, story: Story) -> None:
    """Over two districts with a few rows each."""

    async def run() -> None:
        database = Database(url)
        try:
            async with database.writing() as session:
                await _fill(session)
                await story(session)
        finally:
            await database.close()

    asyncio.run(run())


async def _fill(session: AsyncSession) -> None:
    session.add_all(Jurisdiction(code=c, name=c, kind="gb2260", is_verified=True) for c in ("410102", "410105"))
    await session.flush()
    session.add_all(
        Enterprise(id=f"e{n}", uscc=a_uscc(n), name=f"企业{n}", jurisdiction=place)
        for n, place in ((1, "410105"), (2, "410102"))
    )
    await session.flush()
    session.add_all(
        Site(id=f"s{n}", code=f"S{n}", name=f"项目{n}", address="路", jurisdiction=place, enterprise_id=enterprise)
        for n, place, enterprise in ((1, "410105", "e1"), (2, "410105", "e2"), (3, "410102", "e2"))
    )
    session.add_all(
        Inspector(
            id=f"p{n}", code=f"P{n}", kind=kind, name=f"人{n}", home_jurisdiction=place, employer="x",
            certificate_no=f"C{n}" if expires else None, certificate_expires_on=expires,
        )
        for n, kind, place, expires in (
            (1, "officer", "410105", UNTIL),
            (2, "officer", "410105", date(2026, 12, 30)),
            (3, "expert", "410102", None),
        )
    )  # fmt: skip
    await session.flush()


async def _pool(session: AsyncSession, *jurisdictions: str) -> PoolFacts:
    return await queries.pool_facts(session, jurisdictions=jurisdictions or ("4101",), on=ON, until=UNTIL)


async def _remove(session: AsyncSession, table: Any, row_id: str) -> None:
    row = await session.get(table, row_id)
    row.removed_on = date(2026, 1, 1)
    await session.flush()


def test_sites_come_with_their_enterprises_in_the_order_of_their_codes(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        pool = await _pool(session, "410105")
        assert [(s.code, s.enterprise_name, s.uscc, s.risk_class) for s in pool.sites] == [
            ("S1", "企业1", a_uscc(1), "B"),
            ("S2", "企业2", a_uscc(2), "B"),
        ]
        assert [p.code for p in pool.inspectors] == ["P1", "P2"]
        assert [s.code for s in (await _pool(session, "410105", "410102")).sites] == ["S1", "S2", "S3"]
        assert await queries.pool_facts(session, jurisdictions=[], on=ON, until=UNTIL) == PoolFacts([], [], [])

    tell(database_url, story)


def test_removed_rows_are_in_no_pool_and_neither_are_sites_of_removed_enterprises(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        await _remove(session, Enterprise, "e2")
        await _remove(session, Inspector, "p1")
        pool = await _pool(session)
        assert [s.code for s in pool.sites] == ["S1"]
        assert [p.code for p in pool.inspectors] == ["P2", "P3"]

    tell(database_url, story)


def test_a_certificate_must_hold_through_the_last_day_and_experts_need_none(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        pool = await _pool(session)
        assert [(p.code, p.has_valid_certificate) for p in pool.inspectors] == [
            ("P1", True), ("P2", False), ("P3", True),
        ]  # fmt: skip

    tell(database_url, story)


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), []),
        (date(2026, 11, 1), date(2026, 12, 1), ["P1"]),
        (date(2026, 12, 31), date(2027, 1, 9), ["P1"]),
        (date(2027, 1, 1), date(2027, 1, 9), []),
    ],
)
def test_leave_on_any_day_of_the_period_counts(database_url: str, first: date, last: date, away: list[str]) -> None:
    async def story(session: AsyncSession) -> None:
        session.add(Leave(id="l", inspector_id="p1", from_on=first, to_on=last))
        await session.flush()
        assert [p.code for p in (await _pool(session)).inspectors if p.is_on_leave] == away
        await _remove(session, Leave, "l")
        assert not any(p.is_on_leave for p in (await _pool(session)).inspectors)

    tell(database_url, story)


def test_recusals_count_on_the_days_on_which_they_are_in_force(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        periods = {
            "open": (None, None),
            "ended": (None, date(2026, 11, 30)),
            "ends": (date(2026, 1, 1), date(2026, 12, 1)),
            "later": (date(2027, 1, 1), None),
            "removed": (None, None),
        }
        for name, (from_on, to_on) in periods.items():
            session.add(
                Recusal(
                    id=name, inspector_id="p1", site_id="s1" if name == "open" else None, reason=name, declared_on=ON,
                    enterprise_id=None if name == "open" else "e2", from_on=from_on, to_on=to_on,
                )
            )  # fmt: skip
        await session.flush()
        await _remove(session, Recusal, "removed")
        recusals = (await _pool(session)).recusals
        assert sorted(recusals, key=str) == [RecusalFacts("p1", "e2", None), RecusalFacts("p1", None, "s1")]
        assert await _barred_on(session, date(2027, 1, 1)) == {("e2", None), (None, "s1")}
        assert await _barred_on(session, date(2026, 12, 2)) == {(None, "s1")}

    tell(database_url, story)


async def _barred_on(session: AsyncSession, day: date) -> set[tuple[str | None, str | None]]:
    found = await queries.pool_facts(session, jurisdictions=["410105", "410102"], on=day, until=day)
    return {(row.enterprise_id, row.site_id) for row in found.recusals if row.inspector_id == "p1"}


def test_a_risk_class_is_set_by_a_decision_with_a_reason(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        for _ in range(2):
            await actions.set_risk_class(session, "s1", "D", by=None, reason="失信", now=NOW)
        [line], [entry] = (
            [line for line, _ in await queries.history_of(session, Library.SITES, "s1")],
            await entries_about(session, "site:s1"),
        )
        assert (line.verb, line.reason, line.changes, line.n) == ("classified", "失信", '[["risk_class", "B", "D"]]', 2)
        assert (entry.verb, entry.by) == ("classified_site", None)
        assert [s.risk_class for s in (await _pool(session, "410105")).sites] == ["D", "B"]
        with pytest.raises(SiteUnknown):
            await actions.set_risk_class(session, "none", "A", by=None, reason="x", now=NOW)
        with pytest.raises(ValueError, match="E"):
            await actions.set_risk_class(session, "s1", "E", by=None, reason="x", now=NOW)

    tell(database_url, story)


def test_one_account_is_one_persons(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        office = await an_account(session, Role.OFFICE, jurisdiction="410105")
        account = await an_account(session, Role.OFFICER)
        await actions.link_account(session, "p1", account.id, by=office, now=NOW)
        await actions.link_account(session, "p1", account.id, by=office, now=NOW)
        assert (await queries.inspector_row(session, "p1", "4101")).account_id == account.id
        for person in ("p1", "p2"):
            with pytest.raises(InspectorHasAccount):
                other = account.id if person == "p2" else office.id
                await actions.link_account(session, person, other, by=office, now=NOW)
        await actions.link_account(session, "p1", None, by=office, now=NOW)
        await actions.link_account(session, "p2", account.id, by=office, now=NOW)
        stranger = Caller(office.id, "x", "x", ("office",), "410102")
        with pytest.raises(InspectorUnknown):
            await actions.link_account(session, "p1", None, by=stranger, now=NOW)
        assert [e.verb for e in await entries_about(session, "inspector:p1")] == [
            "linked_account",
            "unlinked_account",
        ]

    tell(database_url, story)
