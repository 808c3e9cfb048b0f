"""A small city for tests of the ceremony: three districts, rosters, an office, officials and witnesses."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.checklists import actions as checklists
from suicha.draws import actions
from suicha.draws.rules.campaign import CampaignKind, CampaignSettings, Cross
from suicha.draws.rules.record import commitment_of
from suicha.draws.tables import Draw
from suicha.infra.db import Database
from suicha.inspections.check_history import InspectionHistory
from suicha.kit.ids import named_id
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Site
from tests.conftest import make_settings
from tests.live import running

CHECKLISTS = Path(__file__).parents[2] / "checklists"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DISTRICTS = {"410102": "中原区", "410103": "二七区", "410105": "金水区"}
SITES, OFFICERS, EXPERTS = 6, 4, 2
PEOPLE = {
    "office": (Role.OFFICE, "4101"),
    "deputy": (Role.OFFICE, "4101"),
    "witness": (Role.WITNESS, "4101"),
    "second_witness": (Role.WITNESS, "4101"),
    "district": (Role.OFFICE, "410105"),
    "district_witness": (Role.WITNESS, "410105"),
    "leader": (Role.LEADER, "4101"),
    "everywhere": (Role.OFFICE, ""),
}
SECRETS = {name: f"{number:032x}" for number, name in enumerate(PEOPLE, start=10**30)}
HISTORY = InspectionHistory()


def account_id(name: str) -> str:
    return named_id("draws", "account", name)


def caller(name: str) -> Caller:
    role, jurisdiction = PEOPLE[name]
    return Caller(account_id(name), name, label(name), (role.value,), jurisdiction)


def label(name: str) -> str:
    return f"示例{name}"


def site_id(district: str, number: int) -> str:
    return named_id("draws", "site", district, str(number))


def inspector_id(district: str, kind: str, number: int) -> str:
    return named_id("draws", "inspector", district, kind, str(number))


def settings(**changes: Any) -> CampaignSettings:
    """Half of all sites, across districts, four teams."""
    usual = CampaignSettings(
        name="2026年物业服务双随机抽查",
        short_code="WY2026",
        kind=CampaignKind.UNTARGETED,
        matters="物业服务行为",
        target_scope="全部物业服务项目",
        frequency="每年一次",
        from_on=date(2026, 12, 1),
        until_on=date(2026, 12, 31),
        edition_hash="",
        jurisdictions=tuple(DISTRICTS),
        cross=Cross.DISTRICT,
        authority="示例发〔2026〕1号",
        officers=2,
        experts=1,
        teams=4,
        most_visits=None,
        ratios={"A": 5000, "B": 5000, "C": 5000, "D": 5000},
        lead_department="示例市住房保障和房地产管理局",
        departments=("示例市消防救援支队",),
    )
    return replace(usual, **changes)


async def fill(database: Database) -> None:
    """The people and the rosters."""
    async with database.writing() as session:
        await checklists.load_editions(session, CHECKLISTS, now=NOW)
        session.add_all(
            Jurisdiction(code=code, name=name, kind="gb2260", is_verified=True) for code, name in DISTRICTS.items()
        )
        await session.flush()
        for code in DISTRICTS:
            await _fill_district(session, code)
        password_hash = hash_password("pass", is_light=True)
        for name, (role, jurisdiction) in PEOPLE.items():
            await accounts.open_account(
                session,
                username=name,
                name=label(name),
                password_hash=password_hash,
                roles=[role],
                jurisdiction=jurisdiction,
                now=NOW,
                account_id=account_id(name),
            )


async def _fill_district(session: AsyncSession, code: str) -> None:
    enterprise = named_id("draws", "enterprise", code)
    session.add(Enterprise(id=enterprise, uscc=f"TEST{code}", name=f"示例物业{code}", jurisdiction=code))
    await session.flush()
    session.add_all(
        Site(
            id=site_id(code, number),
            code=f"{code}-{number:03d}",
            name=f"示例小区{code}{number:02d}",
            address="示例路1号",
            jurisdiction=code,
            enterprise_id=enterprise,
            risk_class="ABCD"[number % 4],
        )
        for number in range(1, SITES + 1)
    )
    for kind, count in (("officer", OFFICERS), ("expert", EXPERTS)):
        session.add_all(
            Inspector(
                id=inspector_id(code, kind, number),
                code=f"{kind[0].upper()}{code}{number:02d}",
                kind=kind,
                name=f"{'执法员' if kind == 'officer' else '行业专家'}{code}{number:02d}",
                certificate_no=f"豫A{code}{number:04d}" if kind == "officer" else None,
                certificate_expires_on=date(2027, 12, 31) if kind == "officer" else None,
                home_jurisdiction=code,
                employer="示例单位",
            )
            for number in range(1, count + 1)
        )
    await session.flush()


async def edition_hash(session: AsyncSession) -> str:
    editions = await checklists.load_editions(session, CHECKLISTS, now=NOW)
    return next(edition.hash for edition in editions if edition.checklist == "property-service-ref-27")


@dataclass
class Hall:
    """The room in which draws are held: acts by name, each in a transaction of its own, a minute after the last."""

    database: Database
    app: Any = None
    campaign: str = ""
    minutes: int = 0
    names: list[str] = field(default_factory=lambda: ["office", "witness"])
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    async def do(self, act: Callable[..., Awaitable[Any]], *args: Any, by: str = "office", **more: Any) -> Any:
        async with self.database.writing() as session:
            return await act(session, *args, by=caller(by), now=self.now, **more)

    async def plan(self, by: str = "office", jurisdiction: str = "4101") -> str:
        plan = await self.do(actions.create_plan, year=2026, jurisdiction=jurisdiction, name="2026年度计划", by=by)
        return str(plan.id)

    async def prepare(self, *, by: str = "office", **changes: Any) -> str:
        """A plan with one campaign, ready to be frozen."""
        plan = await self.plan(by, PEOPLE[by][1])
        async with self.database.writing() as session:
            wanted = settings(**({"edition_hash": await edition_hash(session)} | changes))
        row = await self.do(actions.create_campaign, plan, wanted, by=by)
        self.campaign = row.id
        return self.campaign

    async def add_reserves(self) -> None:
        """Whatever the draw gives, somebody from each district is left for every seat."""
        async with self.database.writing() as session:
            session.add_all(
                Inspector(
                    code=f"R{code}-{kind[0]}{number}",
                    kind=kind,
                    name=f"{'执法员' if kind == 'officer' else '行业专家'}候补{code}{number}",
                    certificate_no=f"豫R{code}{number:02d}" if kind == "officer" else None,
                    certificate_expires_on=date(2027, 12, 31) if kind == "officer" else None,
                    home_jurisdiction=code,
                    employer="示例单位",
                )
                for code in DISTRICTS
                for kind in ("officer", "expert")
                for number in range(5)
            )

    async def freeze(self, reason: str | None = None, by: str = "office") -> Draw:
        draw: Draw = await self.do(actions.freeze, self.campaign, by=by, history=HISTORY, reason=reason)
        return draw

    async def commit(self, draw: Draw, name: str) -> Draw:
        commitment = commitment_of(draw.pool_digest, label(name), SECRETS[name])
        done: Draw = await self.do(actions.commit, draw.id, commitment, by=name)
        return done

    async def close(self, draw: Draw, by: str = "office") -> Draw:
        done: Draw = await self.do(actions.close_commitments, draw.id, by=by, history=HISTORY)
        return done

    async def value(self, draw: Draw, value: str, names: tuple[str, ...] = ("office", "witness")) -> Draw:
        for name in names:
            draw = await self.do(actions.enter_value, draw.id, "现场掷骰子", value, by=name)
        return draw

    async def reveal(self, draw: Draw, name: str) -> Draw:
        done: Draw = await self.do(actions.reveal, draw.id, SECRETS[name], by=name)
        return done

    async def seal(self, draw: Draw, by: str = "office") -> Draw:
        return await actions.seal(self.database, draw.id, by=caller(by), now=self.now)

    async def until(self, state: str, draw: Draw, value: str = "6 2 5 1") -> Draw:
        """Hold the ceremony up to a state."""
        if state == "frozen":
            return draw
        for name in self.names:
            draw = await self.commit(draw, name)
        draw = await self.close(draw)
        if state == "committed":
            return draw
        draw = await self.value(draw, value)
        if state == "valued":
            return draw
        draw = await self.reveal_all(draw)
        return draw if state == "revealed" else await self.seal(draw)

    async def reveal_all(self, draw: Draw) -> Draw:
        for name in self.names:
            draw = await self.reveal(draw, name)
        return draw

    async def hold(self, value: str = "6 2 5 1", reason: str | None = None) -> Draw:
        """A whole draw."""
        return await self.until("sealed", await self.freeze(reason), value)

    @asynccontextmanager
    async def signed_in(self, name: str) -> AsyncIterator[httpx.AsyncClient]:
        async with self.stranger() as client:
            if name not in self.tokens:
                answer = await client.post("/api/auth/login", json={"username": name, "password": "pass"})
                assert answer.status_code == 200, answer.text
                self.tokens[name] = answer.json()["access_token"]
                client.cookies.clear()
            client.headers["Authorization"] = f"Bearer {self.tokens[name]}"
            yield client

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://suicha.test") as client:
            yield client

    async def ask(self, name: str, method: str, path: str, status: int = 200, **more: Any) -> Any:
        async with self.signed_in(name) as client:
            answer = await client.request(method, path, **more)
        assert answer.status_code == status, f"{answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def tell(database_url: str, story: Callable[[Hall], Awaitable[None]], folder: Path | None = None) -> None:
    """Run a story in the city; with a folder also over HTTP."""

    async def run() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            if folder is None:
                await story(Hall(database))
                return
            async with running(make_settings(folder, database_url=database_url)) as app:
                await story(Hall(database, app))
        finally:
            await database.close()

    asyncio.run(run())
