"""`suicha render`: a paper once more from its kept facts, or as it would be, marked as a draft."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.documents import actions as documents
from suicha.documents.errors import DocumentNotMade
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.documents.texts import title_of
from suicha.draws.tables import Campaign
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections.site_record import pictures_named, site_record_facts
from suicha.inspections.tables import Inspection
from suicha.kit.digest import sha256_hex
from suicha.rectification import papers, summary
from suicha.rectification.tables import Order, Recheck, Referral

Facts = tuple[dict[str, Any], dict[str, bytes]]
_SYSTEM = Caller("", "", "", (Role.OFFICE.value,), "")


async def render_paper(settings: Settings, kind: Kind, row_id: str, *, now: datetime) -> tuple[bytes, str]:
    """The PDF and a sentence that says what it is. `row_id` is the paper's own id, or that of what it is about.

    Raises DocumentNotMade, FactsNotKept or DocumentFactsMissing.
    """
    database = Database(settings.database_url)
    blobs = open_blob_store(settings)
    try:
        async with database.reading() as session:
            made = await _made(session, kind, row_id)
            if made is not None:
                pdf = await again(blobs, made)
                return pdf, f"{made.title} {made.number}，第 {made.revision} 版，{_compared(made, pdf)}"
            facts, pictures = await _draft(session, blobs, kind, row_id, now=now)
        pdf = await documents.preview(kind, facts, now=now, pictures=pictures)
        return pdf, f"{title_of(kind)}：草稿，没有编号，不作为正式文书"
    finally:
        await database.close()


async def again(blobs: BlobStore, row: Document) -> bytes:
    """A made paper once more from the facts and pictures that were kept with it."""
    pictures = await pictures_named(blobs, documents.pictures_of(row))
    return await documents.render_again(row, pictures=pictures)


def _compared(row: Document, pdf: bytes) -> str:
    same = sha256_hex(pdf) == row.sha256
    return "与原文件逐字节相同" if same else "内容相同，但模板、字体或图片已有变化，文件与原来不同"


async def _made(session: AsyncSession, kind: Kind, row_id: str) -> Document | None:
    """The paper itself, or the newest one about the thing."""
    found: Document | None = await session.scalar(
        select(Document)
        .where(
            col(Document.kind) == kind.value,
            (col(Document.id) == row_id) | col(Document.about).endswith(f":{row_id}", autoescape=True),
        )
        .order_by(col(Document.made_at).desc(), col(Document.revision).desc())
        .limit(1)
    )
    return found


async def _draft(session: AsyncSession, blobs: BlobStore, kind: Kind, row_id: str, *, now: datetime) -> Facts:
    build = _DRAFTS.get(kind)
    if build is None:
        raise DocumentNotMade(f"{title_of(kind)}在抽取和派发时制作，这里没有可以预览的内容")
    found = await build(session, blobs, row_id, now)
    if found is None:
        raise DocumentNotMade(f"没有编号为 {row_id} 的对象可以制作{title_of(kind)}")
    return found


async def _site_record(session: AsyncSession, blobs: BlobStore, row_id: str, _now: datetime) -> Facts | None:
    if await session.get(Inspection, row_id) is None:
        return None
    return await site_record_facts(session, blobs, row_id, _SYSTEM)


async def _order(session: AsyncSession, _blobs: BlobStore, row_id: str, now: datetime) -> Facts | None:
    row = await session.get(Order, row_id)
    draft_link = "（制发时生成）"
    return (await papers.order_facts(session, row, link_url=draft_link, now=now), {}) if row else None


async def _service(session: AsyncSession, _blobs: BlobStore, row_id: str, _now: datetime) -> Facts | None:
    row = await session.get(Order, row_id)
    return (await papers.service_facts(session, row, by=row.issued_by or ""), {}) if row else None


async def _recheck(session: AsyncSession, _blobs: BlobStore, row_id: str, _now: datetime) -> Facts | None:
    row = await session.get(Recheck, row_id)
    return (await papers.recheck_facts(session, row), {}) if row else None


async def _referral(session: AsyncSession, _blobs: BlobStore, row_id: str, _now: datetime) -> Facts | None:
    row = await session.get(Referral, row_id)
    return (await papers.referral_facts(session, row), {}) if row else None


async def _summary(session: AsyncSession, _blobs: BlobStore, row_id: str, now: datetime) -> Facts | None:
    row = await session.get(Campaign, row_id)
    return (await summary.summary_facts(session, row, now=now), {}) if row else None


_DRAFTS: Mapping[Kind, Callable[[AsyncSession, BlobStore, str, datetime], Awaitable[Facts | None]]] = {
    Kind.SITE_RECORD: _site_record,
    Kind.ORDER: _order,
    Kind.SERVICE: _service,
    Kind.RECHECK_RECORD: _recheck,
    Kind.REFERRAL: _referral,
    Kind.SUMMARY: _summary,
}
