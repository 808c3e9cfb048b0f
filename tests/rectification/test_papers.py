"""What stands on orders, proofs of service, referrals and the table of a campaign, from real rows."""

import json
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from sqlalchemy import select
from sqlmodel import col

from suicha.checklists import queries as checklists
from suicha.checklists.rules import printable_basis
from suicha.documents import actions as documents
from suicha.documents.tables import Document
from suicha.inspections.tables import Inspection
from tests.inspections.round import VISIT
from tests.rectification.office import Office, at_the_office


async def paper(office: Office, kind: str) -> tuple[Document, str]:
    """The newest paper of a kind, and its words without white space."""
    async with office.database.reading() as session:
        row = (
            await session.scalars(
                select(Document).where(col(Document.kind) == kind).order_by(col(Document.revision).desc()).limit(1)
            )
        ).one()
    pdf = await documents.read_document(office.blobs, row)
    return row, "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_over_all_items_only_verified_lines_of_law_are_printed(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        async with office.database.reading() as session:
            visit = await session.get_one(Inspection, VISIT)
            edition = await checklists.edition_facts(session, visit.edition_hash)
        await office.visit(**{item.code: "fail" for item in edition.items})
        await office.issue()
        row, text = await paper(office, "order")
        assert f"发现存在下列{len(edition.items)}项问题" in text
        lines = {
            "".join(f"{basis.law}{basis.article}".split()): basis
            for item in edition.items
            for basis in item.legal_basis
        }
        verified = {
            "".join(f"{basis.law}{basis.article}".split())
            for item in edition.items
            for is_high_rise in (True, False)
            for basis in printable_basis(item, is_high_rise=is_high_rise)
        }
        assert len(lines) > len(verified), (
            "the edition has lines that nobody verified, so there is something to leave out"
        )
        kept = [line for problem in json.loads(row.facts or "")["problems"] for line in problem["basis"]]
        assert {"".join(line.split()).replace("《", "").replace("》", "") for line in kept} <= {
            line.replace("《", "").replace("》", "") for line in verified
        }
        plain = text.replace("《", "").replace("》", "")
        unverified = {line.replace("《", "").replace("》", "") for line in lines.keys() - verified}
        assert [line for line in unverified if line in plain] == []

    at_the_office(database_url, tmp_path, story)


def test_the_papers_of_an_order_follow_it(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.served(A01="fail", H01="fail")
        order, text = await paper(office, "order")
        assert "自本通知书送达之日起" in text
        assert "/p/" in json.loads(order.facts or "")["qr"]
        service, text = await paper(office, "service")
        for words in ("责令限期改正通知书责改〔2026〕1号", "直接送达", "2026年11月25日", "项目负责人01"):
            assert words in text, words
        await office.refer("H01")
        referral, text = await paper(office, "referral")
        for words in ("市场监督管理局", "属于价格监督检查职责", "移函〔2026〕1号"):
            assert words in text, words
        codes = {order.code, service.code, referral.code}
        assert len(codes) == 3
        assert None not in codes
        assert len({order.facts_sha256, service.facts_sha256, referral.facts_sha256}) == 3

    at_the_office(database_url, tmp_path, story)


def test_the_paper_of_an_order_that_was_taken_back_no_longer_counts(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail")
        await office.issue()
        assert (await paper(office, "order"))[0].withdrawn_at is None
        office.later(hours=1)
        await office.withdraw()
        assert (await paper(office, "order"))[0].withdrawn_at == office.at

    at_the_office(database_url, tmp_path, story)
