"""Start the HTTP process, and what has to be true before it may start."""

from typing import Any

import uvicorn

from suicha.accounts import administration
from suicha.accounts.passwords import first_password, hash_of
from suicha.checklists import actions as checklists
from suicha.draws import actions as draws
from suicha.infra.db import Database
from suicha.infra.migrations import migrate
from suicha.infra.settings import Settings
from suicha.inspections import queries as inspections
from suicha.inspections.check_history import InspectionHistory
from suicha.kit.clock import local_date, utc_now
from suicha.sync import actions as sync
from suicha.web.app import create_app


async def prepare(settings: Settings) -> None:
    """Tables of the present form, an epoch, and every edition of the checklists folder stored."""
    database = Database(settings.database_url)
    try:
        await migrate(database)
        async with database.writing() as session:
            await sync.ensure_epoch(session)
            await checklists.load_editions(session, settings.checklists_dir, now=utc_now())
        await sync.rejudge_all_mendable(database, now=utc_now())
    finally:
        await database.close()


def serve(settings: Settings) -> int:
    """Serve until interrupted."""
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1


async def export_inspection(settings: Settings, inspection_id: str) -> dict[str, Any]:
    """The export of one visit, straight from the database."""
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            return await inspections.export_of(session, inspection_id)
    finally:
        await database.close()


async def rehearse_draw(settings: Settings, campaign: str, seed: str) -> bytes:
    """The record that a text would give for a campaign as it stands, straight from the database."""
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            return await draws.rehearse(
                session, campaign, seed, history=InspectionHistory(), today=local_date(utc_now())
            )
    finally:
        await database.close()


async def open_admin(settings: Settings, username: str, name: str) -> str:
    """Open an administrator's account straight in the database; returns the first password, which is shown once."""
    await prepare(settings)
    password = first_password()
    database = Database(settings.database_url)
    try:
        async with database.writing() as session:
            await administration.open_admin(
                session, username=username, name=name, password_hash=await hash_of(password), now=utc_now()
            )
    finally:
        await database.close()
    return password
