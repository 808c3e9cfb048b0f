"""Makes the demo round: rows for the registry and the accounts, and visits played through the phones' own door."""

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.rules import Role
from suicha.accounts.tables import Account
from suicha.checklists import queries as checklists
from suicha.checklists.loader import read_calendar
from suicha.demo.data import demo_round
from suicha.demo.facts import DemoInspector, DemoRound, DemoVisit, Stage
from suicha.demo.play import Player
from suicha.evidence.custody import Custody
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections import access
from suicha.inspections import actions as inspections
from suicha.inspections.rules.dispatch import EarlierProblem, Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.kit.clock import SHANGHAI, local_date, utc_now
from suicha.kit.ids import named_id
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Recusal, Site
from suicha.sync import actions as sync
from suicha.web.serve import prepare
from suicha.worker.run import run_due_now

CHECKLIST = "property-service-ref-27"
CITY = "4101"


@dataclass(frozen=True)
class Demo:
    """What `make demo` prints."""

    accounts: list[dict[str, Any]]
    is_new: bool


async def prepare_demo(settings: Settings, *, reset: bool) -> Demo:
    """Bring the data folder to a running demo: keeps what is there, or starts over."""
    if reset:
        await _forget(settings)
    await prepare(settings)
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            has_accounts = bool(await session.scalar(select(func.count()).select_from(Account)))
        if not has_accounts:
            print("正在生成示范数据（15个区县、131个项目、30个检查组），约需半分钟……", flush=True)
            await _load(settings, database)
    finally:
        await database.close()
    return Demo(_read_accounts(settings), is_new=not has_accounts)


async def _forget(settings: Settings) -> None:
    """Start over: all tables, and the folder store. Objects in an S3 bucket stay; their keys name their content."""
    if settings.is_sqlite:
        for name in ("suicha.db", "suicha.db-wal", "suicha.db-shm"):
            (settings.data_dir / name).unlink(missing_ok=True)
    else:
        database = Database(settings.database_url)
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.drop_all)
            await connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
        await database.close()
    shutil.rmtree(settings.data_dir / "evidence", ignore_errors=True)
    (settings.data_dir / "demo.json").unlink(missing_ok=True)


async def _load(settings: Settings, database: Database) -> None:
    now = utc_now()
    calendar = read_calendar(settings.checklists_dir)
    round_ = demo_round(local_date(now), calendar)
    password = f"demo-{secrets.token_hex(4)}"
    async with database.writing() as session:
        await _add_registry(session, round_)
        listed = await _open_accounts(session, round_, password, now=now)
        session.add_all([_inspector_row(inspector) for inspector in round_.inspectors])
        await session.flush()
        session.add_all(
            [
                Recusal(
                    id=r.id,
                    inspector_id=r.inspector_id,
                    enterprise_id=r.enterprise_id,
                    reason=r.reason,
                    declared_on=r.declared_on,
                )
                for r in round_.recusals
            ]
        )
        edition = await checklists.latest_edition(session, CHECKLIST)
    visits = sorted(round_.visits, key=lambda visit: (visit.planned_on, visit.code))
    async with database.writing() as session:
        for visit in visits:
            await _dispatch(session, round_, visit, edition.hash)
    await _play(settings, database, round_, visits, edition.hash, now=now)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    told = {"url": _url(settings), "accounts": listed}
    _write_private(settings.data_dir / "demo.json", json.dumps(told, ensure_ascii=False, indent=1))


async def _play(
    settings: Settings,
    database: Database,
    round_: DemoRound,
    visits: list[DemoVisit],
    edition_hash: str,
    *,
    now: datetime,
) -> None:
    blobs = open_blob_store(settings)
    custody = Custody(database, blobs, on_verified=sync.blob_verified, may_read=access.may_read_blob)
    async with database.reading() as session:
        edition = await checklists.edition_facts(session, edition_hash)
    player = Player(database, custody, round_, edition, edition_hash, until=now)
    for visit in visits:
        if visit.stage is not Stage.UNTOUCHED:
            await player.play(visit)
    await run_due_now(database, blobs, settings, now=now, only={"turn_rechecks"})


async def _add_registry(session: AsyncSession, round_: DemoRound) -> None:
    # Flushed kind by kind: rows without ORM relationships are not put in the order of their foreign keys.
    session.add_all(
        [Jurisdiction(code=d.code, name=d.name, kind=d.kind, is_verified=d.is_verified) for d in round_.districts]
    )
    await session.flush()
    session.add_all(
        [
            Enterprise(**{name: getattr(e, name) for name in ("id", "uscc", "name", "phone", "jurisdiction")})
            for e in round_.enterprises
        ]
    )
    await session.flush()
    site_members = (
        "id",
        "name",
        "address",
        "jurisdiction",
        "enterprise_id",
        "households",
        "buildings",
        "lifts",
        "is_high_rise",
        "lat",
        "lon",
        "contact_name",
        "contact_phone",
    )
    session.add_all([Site(**{name: getattr(s, name) for name in site_members}) for s in round_.sites])
    await session.flush()


async def _open_accounts(
    session: AsyncSession, round_: DemoRound, password: str, *, now: datetime
) -> list[dict[str, Any]]:
    """Everybody gets the same password, made anew for each demo; listed are those that one tries things out with."""
    password_hash = hash_password(password, is_light=True)
    for person in round_.inspectors:
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
    desk = [("office01", "双随机办公室01", Role.OFFICE), ("admin01", "系统管理员01", Role.ADMIN)]
    for username, name, role in desk:
        await accounts.open_account(
            session,
            account_id=named_id("demo", "account", username),
            username=username,
            name=name,
            password_hash=password_hash,
            roles=[role],
            jurisdiction=CITY,
            now=now,
        )
    team = round_.teams[0]
    people = [(p.username, p.name, p.role) for p in (*team.members, round_.teams[1].officer)]
    return [
        {"username": username, "password": password, "name": name, "roles": [str(role)]}
        for username, name, role in [*people, *desk]
    ]


def _inspector_row(person: DemoInspector) -> Inspector:
    return Inspector(
        id=person.id,
        kind=person.kind,
        name=person.name,
        certificate_no=person.certificate_no,
        certificate_expires_on=person.certificate_expires_on,
        home_jurisdiction=person.home_jurisdiction,
        employer=person.employer,
        account_id=person.account_id,
    )


async def _dispatch(session: AsyncSession, round_: DemoRound, visit: DemoVisit, edition_hash: str) -> None:
    team = round_.team(visit.team)
    sent_at = datetime.combine(visit.planned_on - timedelta(days=5), time(9), SHANGHAI)
    await inspections.dispatch(
        session,
        VisitPlan(visit.id, visit.code, round_.campaign.name, visit.site_id, visit.team, visit.planned_on),
        [Posted(member.account_id, TeamRole(member.role)) for member in team.members],
        edition_hash=edition_hash,
        earlier_problems=[
            EarlierProblem(
                code=p.code,
                item=p.item,
                title=p.text,
                severity=None,
                found_on=p.found_on,
                due_on=None,
                state=p.state,
                site=visit.site_id,
            )
            for p in visit.earlier_problems
        ],
        now=min(sent_at, utc_now()),
    )


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _read_accounts(settings: Settings) -> list[dict[str, Any]]:
    path = settings.data_dir / "demo.json"
    if not path.is_file():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    _write_private(path, json.dumps(told | {"url": _url(settings)}, ensure_ascii=False, indent=1))
    return list(told["accounts"])


def _url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 - compared, not bound
    return settings.public_url or f"http://{host}:{settings.port}"


def announce(settings: Settings, demo: Demo) -> None:
    """Print where it runs and who may sign in."""
    url = _url(settings)
    print(f"\n随查 Suicha 示范环境  {url}")
    print(f"  检查人员（手机）  {url}/        办公室看板  {url}/office")
    print(f"  数据目录  {settings.data_dir}   （RESET=1 make demo 可重新开始）\n")
    for account in demo.accounts:
        print(f"  {account['roles'][0]:<8} {account['username']:<12} {account['password']}   {account['name']}")
    if not demo.accounts:
        print("  （此数据库已有账号，未写入示范账号）")
    if settings.host not in ("127.0.0.1", "localhost", "::1"):
        print("\n  注意：手机离线使用要求 HTTPS（浏览器只在 HTTPS 或本机地址上允许离线存储与后台服务）；")
        print("  Phones need HTTPS for offline work: put the TLS proxy of docker-compose.yml in front.")
    print("\n  Ctrl-C 结束\n", flush=True)
