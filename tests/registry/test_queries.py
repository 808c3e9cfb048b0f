"""Rows are found by the caller's jurisdiction; the demo's registry is the example."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.demo.data import make_rosters
from suicha.infra.db import Database
from suicha.registry import actions, queries
from suicha.registry.errors import SiteUnknown, UsccInvalid, UsccTaken
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Recusal, Site

TODAY = date(2026, 11, 22)
MADE = make_rosters(TODAY)


def _with_the_demo_registry(url: str, story: Callable[[AsyncSession], Awaitable[None]]) -> None:
    async def run() -> None:
        database = Database(url)
        try:
            async with database.writing() as session:
                await _add_registry(session)
            async with database.writing() as session:
                await story(session)
        finally:
            await database.close()

    asyncio.run(run())


async def _add_registry(session: AsyncSession) -> None:
    session.add_all(
        Jurisdiction(code=d.code, name=d.name, kind=d.kind, is_verified=d.is_verified) for d in MADE.districts
    )
    await session.flush()
    await actions.add_enterprises(session, [Enterprise(**asdict(enterprise)) for enterprise in MADE.enterprises])
    session.add_all(Site(**asdict(site)) for site in MADE.sites)
    for person in MADE.inspectors:
        facts = asdict(person)
        for name in ("account_id", "username", "role"):
            del facts[name]
        session.add(Inspector(**facts))
    await session.flush()
    session.add_all(Recusal(**asdict(recusal)) for recusal in MADE.recusals)


def test_a_city_sees_all_its_sites_and_a_district_its_own(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        assert len(await queries.sites(session, "")) == len(await queries.sites(session, "4101")) == 519
        assert {site.jurisdiction for site in await queries.sites(session, "410105")} == {"410105"}
        assert await queries.sites(session, "1405") == []
        assert await queries.sites(session, "%") == []

    _with_the_demo_registry(database_url, story)


def test_a_site_of_another_district_is_as_unknown_as_none(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        made = MADE.sites[0]
        site, enterprise = await queries.site_with_enterprise(session, made.id, made.jurisdiction)
        assert (site.name, enterprise.id) == (made.name, made.enterprise_id)
        for site_id, jurisdiction in ((made.id, "410185"), ("no such site", "")):
            with pytest.raises(SiteUnknown):
                await queries.site_with_enterprise(session, site_id, jurisdiction)

    _with_the_demo_registry(database_url, story)


def test_a_draw_hears_of_the_recusals(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        districts = [district.code for district in MADE.districts]
        told = (await queries.pool_facts(session, jurisdictions=districts, on=TODAY, until=TODAY)).recusals
        assert {(row.inspector_id, row.enterprise_id) for row in told} == {
            (row.inspector_id, row.enterprise_id) for row in MADE.recusals
        }
        assert len(await queries.inspectors(session, "410105")) == 9

    _with_the_demo_registry(database_url, story)


def test_a_credit_code_is_checked_and_stands_for_one_enterprise(database_url: str) -> None:
    async def story(session: AsyncSession) -> None:
        uscc = MADE.enterprises[0].uscc
        with pytest.raises(UsccTaken):
            await actions.add_enterprises(session, [Enterprise(uscc=uscc.lower(), name="示例", jurisdiction="410105")])
        with pytest.raises(UsccInvalid):
            await actions.add_enterprises(
                session, [Enterprise(uscc=uscc[:-1] + "0", name="示例", jurisdiction="410105")]
            )
        found = await queries.enterprise_by_uscc(session, uscc)
        assert found is not None
        assert found.id == MADE.enterprises[0].id
        assert (await queries.jurisdiction_names(session))["410173"] == "郑州航空港经济综合实验区"

    _with_the_demo_registry(database_url, story)
