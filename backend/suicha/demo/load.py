"""Makes the demo round: rosters, a real draw, dispatch, and visits played through the phones' own door."""

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from suicha.accounts.tables import Account
from suicha.checklists import queries as checklists
from suicha.checklists.loader import read_calendar
from suicha.demo.afterwards import Office
from suicha.demo.assessment import assess
from suicha.demo.data import make_rosters
from suicha.demo.drawing import BEGUN_BEFORE
from suicha.demo.facts import DemoRound
from suicha.demo.play import Player
from suicha.demo.revisits import revisit
from suicha.demo.rounds import CHECKLIST, hold_draw, plan_visits, send_teams
from suicha.demo.rows import add_libraries, add_people, open_desk, open_field_accounts
from suicha.evidence.custody import Custody
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections import access
from suicha.kit.clock import local_date, utc_now
from suicha.kit.workdays import Calendar
from suicha.sync import actions as sync
from suicha.web.serve import prepare
from suicha.worker.run import run_due_now


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
            print(
                "正在生成示范数据（15个区县、519个项目中抽取131个、30个检查组，另有一次规范化管理考核），约需一分钟……",
                flush=True,
            )
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
    today = local_date(now)
    calendar = read_calendar(settings.checklists_dir)
    rosters = make_rosters(today)
    password = f"demo-{secrets.token_hex(4)}"
    blobs = open_blob_store(settings)
    async with database.writing() as session:
        await add_libraries(session, rosters)
        desk = await open_desk(session, password, now=now)
        await add_people(session, rosters)
        draw_id = await hold_draw(session, rosters, today)
    async with database.writing() as session:
        round_ = await plan_visits(session, draw_id, rosters, today, calendar)
        field = await open_field_accounts(session, round_, password, now=now)
        edition = await checklists.latest_edition(session, CHECKLIST)
    await send_teams(database, blobs, draw_id, round_, begins=today - BEGUN_BEFORE)
    await _play(settings, database, blobs, round_, edition.hash, calendar, now=now)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    told = {"url": _url(settings), "accounts": field + desk}
    _write_private(settings.data_dir / "demo.json", json.dumps(told, ensure_ascii=False, indent=1))


async def _play(
    settings: Settings,
    database: Database,
    blobs: BlobStore,
    round_: DemoRound,
    edition_hash: str,
    calendar: Calendar,
    *,
    now: datetime,
) -> None:
    custody = Custody(database, blobs, on_verified=sync.blob_verified, may_read=access.may_read_blob)
    async with database.reading() as session:
        edition = await checklists.edition_facts(session, edition_hash)
    player = Player(database, custody, round_, edition, edition_hash, until=now)
    await player.play_all()
    await assess(database, blobs, player, round_, calendar, today=local_date(now))
    print("正在补齐整改、销号和公示记录……", flush=True)
    await Office(database, blobs, settings, calendar, now).follow_up()
    await revisit(database, player, round_, now=now)
    await run_due_now(database, blobs, settings, now=now, only={"turn_rechecks", "follow_up"})


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
