"""A small installation that has been used: a sealed and signed visit with photos, an order served, proof handed in."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from suicha.archive.rows import all_tables, line_of
from suicha.credit.actions import proposing as credit
from suicha.evidence.custody import Custody
from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections.access import may_read_blob
from suicha.kit.digest import sha256_hex
from suicha.publication import actions as publication
from suicha.publication.tables import Publication
from suicha.rectification.tables import Order, Problem, ProofFile
from suicha.sync import actions as sync
from tests.conftest import make_settings
from tests.inspections.field import FieldTeam
from tests.inspections.round import VISIT, account_id, fill, send
from tests.rectification.office import SEALED_AT, Office
from tests.servers.s3 import S3Server

PHOTOS = [b"\xff\xd8\xff photo %d " % n + bytes(range(256)) * 3 for n in range(3)]
PROOF = b"%PDF-1.4 proof " + b"p" * 700
LATER_VISIT = "01a201c8-2dd3-7e81-abda-b933e7336558"
MADE_ANEW = frozenset({"sync_epoch", "evidence_partial", "evidence_partial_chunk", "rectification_partial"})


def settings_for(folder: Path, url: str | None = None, s3: S3Server | None = None, bucket: str = "") -> Settings:
    """Settings of one installation; each S3 installation has a bucket of its own."""
    settings = make_settings(folder, database_url=url, s3=s3)
    if settings.s3 is not None:
        return replace(settings, s3=replace(settings.s3, bucket=f"archive-{sha256_hex(str(folder))[:12]}-{bucket}"))
    return settings


async def use(settings: Settings) -> None:
    """Fill a migrated installation by the real actions."""
    database, blobs = Database(settings.database_url), open_blob_store(settings)
    try:
        await fill(database)
        async with database.writing() as session:
            later = await send(session, LATER_VISIT, "410105")
            # Points at a row that comes after it in the order of their ids.
            later.origin_id = VISIT
        await _visit(database, blobs)
        office = Office(database, blobs, settings, at=SEALED_AT)
        await office.issue()
        office.later(days=2)
        await office.serve("2026-11-25")
        await office.ask_extension("B02", "2026-12-20")
        await _hand_in(database, blobs, office.at)
        await _published(office)
    finally:
        await database.close()


async def _visit(database: Database, blobs: BlobStore) -> None:
    team = await FieldTeam(database, at=SEALED_AT).arrive("leader", "officer")
    team.answer_all("officer", A01="fail", B02="fail", H01="fixed")
    for n, photo in enumerate(PHOTOS):
        said = {
            "photo_id": f"p{n}",
            "sha256": sha256_hex(photo),
            "size": len(photo),
            "mime": "image/jpeg",
            "w": 4,
            "h": 3,
        }
        team.make("officer", "photo.add@1", item="B02", body=said | {"taken": None, "gps": None, "derivs": []})
    await team.push()
    custody = Custody(database, blobs, on_verified=sync.blob_verified, may_read=may_read_blob)
    for photo in PHOTOS[:2]:
        await custody.take_whole(account_id("officer"), sha256_hex(photo), photo, now=team.at)
    digest = await team.seal()
    await team.sign(digest, refused={"reason": "对期限有异议", "witness": "示例见证人01"})


async def _hand_in(database: Database, blobs: BlobStore, at: datetime) -> None:
    await blobs.put(original_key(sha256_hex(PROOF)), PROOF)
    async with database.writing() as session:
        problem = (await session.scalars(select(Problem).where(col(Problem.item) == "B02"))).one()
        session.add(
            ProofFile(
                order_id=str(problem.order_id),
                problem_id=problem.id,
                name="整改后.pdf",
                sha256=sha256_hex(PROOF),
                size_bytes=len(PROOF),
                content_type="application/pdf",
                received_at=at + timedelta(days=1),
                facts={"lat": "34.75", "zoom": 1.5},
            )
        )


async def _published(office: Office) -> None:
    """The result published and corrected, and a bad record proposed for a problem."""
    async with office.database.writing() as session:
        row = (await session.scalars(select(Publication))).one()
        by, now = account_id("office"), office.at
        await publication.publish(session, row, seen=None, reason=None, by=by, now=now)
        await publication.edit(session, row, categories=None, texts={"B02": "公示栏缺收费标准"}, by=by, now=now)
        await publication.publish(session, row, seen=None, reason="文字不准确", by=by, now=now)
        problem = (await session.scalars(select(Problem).where(col(Problem.item) == "A01"))).one()
        order = await session.get_one(Order, problem.order_id)
        await credit.propose(
            session,
            f"bad_record/{problem.id}",
            kind="bad_record",
            side="bad_record",
            is_good=False,
            period=None,
            enterprise=order.enterprise_id,
            jurisdiction=problem.jurisdiction,
            facts={"problem": problem.code},
            by=None,
            now=now,
        )


async def contents(settings: Settings) -> dict[str, list[str]]:
    """Every row of every table that a restore must give back, as text, sorted."""
    database = Database(settings.database_url)
    found: dict[str, list[str]] = {}
    try:
        async with database.reading() as session:
            for held in all_tables():
                if held.name not in MADE_ANEW:
                    rows = (await session.execute(select(held))).mappings()
                    lines = sorted(line_of(dict(row)) for row in rows)
                    found[held.name] = [line for line in lines if '"restored_backup"' not in line]
    finally:
        await database.close()
    return found


def run(work: Any) -> Any:
    """One story in an event loop of its own."""
    return asyncio.run(work)
