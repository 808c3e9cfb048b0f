"""A recheck with everything that its team should have at hand: sent today, with photos of then and proof."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from suicha.accounts.rules import Role
from suicha.evidence.actions import keep_upload
from suicha.evidence.jobs import make_derivatives
from suicha.evidence.rules import VerifiedBlob, original_key
from suicha.evidence.tables import Holder
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections import queries as inspections
from suicha.inspections.rules.dispatch import TeamRole
from suicha.kit.clock import local_date, utc_now
from suicha.kit.ids import named_id
from suicha.rectification import queries
from suicha.rectification.actions import proof, rechecks
from suicha.rectification.tables import Problem, Recheck
from suicha.registry.tables import Inspector
from tests.inspections.field import FieldTeam
from tests.inspections.round import PEOPLE, VISIT, account_id, caller, fill
from tests.live import Person
from tests.rectification.office import Office
from tests.rectification.test_portal import a_pdf
from tests.rectification.test_review import a_scene

# Officers who did not inspect; the draw prefers them.
FRESH = ("second", "third")
SAID = "已在服务中心大厅悬挂营业执照正本，附照片"
FOUND = "服务中心未悬挂营业执照，工作人员称正在装裱"


@dataclass(frozen=True)
class SentRecheck:
    """Who goes where, and what they can look at."""

    visit: str
    origin: str
    leader: Person
    officer: Person
    office: Person
    before: str
    proof: str
    receipt: str


async def a_sent_recheck(settings: Settings, *, partner: str | None = None) -> SentRecheck:
    """A01 with a photo, a remark and proof; B02 with nothing but a recheck that failed. Add FRESH to PEOPLE first."""
    database = Database(settings.database_url)
    try:
        await fill(database)
        office = Office(database, open_blob_store(settings), settings)
        before = await _inspected(office)
        await office.issue()
        await office.serve("2026-11-23")
        receipt, proven = await _handed_in(office)
        office.at = utc_now()
        await make_derivatives(database, office.blobs, clock=utc_now)
        visit = await _sent(office, partner)
        async with database.reading() as session:
            grants = await inspections.all_grants(session, f"insp:{visit}")
        names = {account_id(name): name for name in PEOPLE}
        who = {grant.role: names[grant.account_id] for grant in grants}
        return SentRecheck(
            visit,
            VISIT,
            _person(who[TeamRole.LEADER]),
            _person(who[TeamRole.OFFICER]),
            _person("office"),
            before,
            proven,
            receipt,
        )
    finally:
        await database.close()


def _person(name: str) -> Person:
    return Person(name, "pass", f"示例{name}", account_id(name))


async def _inspected(office: Office) -> str:
    """The visit of then, sealed; returns the digest of its photo."""
    data = a_scene(41, size=(1200, 900))
    sha256 = await _stored(office, data, scope=f"insp:{VISIT}", brought_by="officer")
    team = await FieldTeam(office.database, at=office.at).arrive("leader", "officer")
    team.answer_all("officer", A01="fail", B02="fail")
    team.set("officer", "A01", "remark", FOUND)
    photo = {"photo_id": "p1", "sha256": sha256, "size": len(data), "mime": "image/jpeg", "w": 1200, "h": 900,
             "taken": None, "gps": None, "derivs": []}  # fmt: skip
    team.make("officer", "photo.add@1", item="A01", body=photo)
    await team.seal()
    return sha256


async def _stored(office: Office, data: bytes, *, scope: str, brought_by: str) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    await office.blobs.put(original_key(sha256), data)
    async with office.database.writing() as session:
        blob = VerifiedBlob(sha256, len(data), "image/jpeg")
        await keep_upload(session, blob, scope=scope, by="op", now=office.at)
        session.add(Holder(sha256=sha256, account_id=account_id(brought_by), at=office.at))
    return sha256


async def _handed_in(office: Office) -> tuple[str, str]:
    """A photo and a PDF for A01; the receipt and the digest of the photo."""
    order, problem = await office.order(), (await office.problems())["A01"]
    digests = []
    for name, data in (("服务中心大厅.jpg", a_scene(42, size=(1200, 900))), ("整改报告.pdf", a_pdf())):
        digest = hashlib.sha256(data).hexdigest()
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            piece = proof.Piece(problem.id, name, digest, len(data), 0, Path(file.name), len(data))
            await proof.take_piece(office.database, office.blobs, order.id, piece, now=office.at)
        digests.append(digest)
    async with office.database.writing() as session:
        handed = await proof.hand_in(session, order, problem.id, text=SAID, now=office.at)
        return handed.receipt_no, digests[0]


async def _sent(office: Office, partner: str | None) -> str:
    async with office.database.writing() as session:
        _open_roster(session)
        for one in await session.scalars(select(Inspector)):
            one.certificate_expires_on = date(2099, 12, 31)
        await session.flush()
        first = (await session.scalars(select(Recheck).order_by(col(Recheck.scheduled_on)))).first()
        assert first is not None
        for problem in await session.scalars(select(Problem)):
            problem.recheck_id = first.id
            problem.failed_rechecks = int(problem.item == "B02")
        await session.flush()
        row = await queries.recheck(session, first.id, caller("office"), is_locked=True)
        by = account_id("office")
        await rechecks.draw_team(session, row, reason=None, by=by, now=office.at)
        visit = await rechecks.send_team(session, row, on=local_date(utc_now()), partner=partner, by=by, now=office.at)
        return visit.id


def _open_roster(session: object) -> None:
    for name in FRESH:
        session.add(  # type: ignore[attr-defined]
            Inspector(
                id=named_id("test", "inspector", name),
                kind="officer",
                name=f"示例{name}",
                certificate_no=f"示例-{name}",
                home_jurisdiction="410105",
                employer="示例单位",
                account_id=account_id(name),
            )
        )


def with_fresh_officers() -> dict[str, tuple[Role, str]]:
    """What a test puts into PEOPLE before the round is made."""
    return dict.fromkeys(FRESH, (Role.OFFICER, "410105"))


__all__ = ["FOUND", "SAID", "SentRecheck", "a_sent_recheck", "with_fresh_officers"]
