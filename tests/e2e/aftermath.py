"""A town after one visit and one scored round, for the tests of the desk; made by the real actions."""

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col

from suicha.accounts.rules import Role
from suicha.accounts.tables import Account
from suicha.credit import actions as credit
from suicha.credit.gathering import current_rules
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.registry.tables import Inspector
from tests.board.test_ranking import an_assessment, score
from tests.inspections.conftest import Desk
from tests.inspections.field import FieldTeam
from tests.inspections.round import account_id, fill
from tests.rectification.office import Office
from tests.rectification.test_rechecks import with_roster

MARKET = "市场监督管理局"
# Officers who did not inspect; two are drawn and one stands in.
FRESH = ("second", "third", "fourth")
# Who is needed beside the people of the round.
MORE_PEOPLE = {
    "colleague": (Role.OFFICE, "4101"),
    "market": (Role.PARTNER, "4101"),
    **dict.fromkeys(FRESH, (Role.OFFICER, "410105")),
}
REMARK = "消防通道堆放杂物，联系 13800001234"
# Six major problems and two serious ones, five of them overdue by then: 56 points, on the black list.
FAILED = ("E01", "E02", "E03", "E04", "E05", "F01", "F03", "H01")


async def an_aftermath(settings: Settings) -> None:
    """A sealed visit with its order served, a letter to another department, a list computed, sites scored."""
    database = Database(settings.database_url)
    try:
        await fill(database)
        office = Office(database, open_blob_store(settings), settings)
        await _a_department(office)
        await _inspected(office)
        await _computed(office)
        await office.refer("E02", department=MARKET)
        await _with_standing_roster(office)
        await _scored(database)
    finally:
        await database.close()


async def _a_department(office: Office) -> None:
    async with office.database.writing() as session:
        (await session.get_one(Account, account_id("market"))).department = MARKET


async def _inspected(office: Office) -> None:
    team = await FieldTeam(office.database, at=office.at).arrive("leader", "officer")
    team.answer_all("officer", **dict.fromkeys(FAILED, "fail"))
    team.set("officer", "E01", "remark", REMARK)
    await team.seal()
    await office.issue()
    await office.serve("2026-11-23")


async def _computed(office: Office) -> None:
    """November's list, once November is over."""
    now = datetime.fromisoformat("2026-12-02T12:00:00+08:00")
    async with office.database.writing() as session:
        await credit.compute(session, current_rules(), "red_black", "2026-11", by=None, today=now.date(), now=now)


async def _with_standing_roster(office: Office) -> None:
    """The server lives today, whenever that is: no certificate may have run out."""
    await with_roster(office, *FRESH)
    async with office.database.writing() as session:
        for one in await session.scalars(select(Inspector).where(col(Inspector.kind) == "officer")):
            one.certificate_expires_on = date(2099, 12, 31)


async def _scored(database: Database) -> None:
    """A and B of one district; the other district is not even begun."""
    desk = Desk(database, None)
    async with database.writing() as session:
        await an_assessment(session)
    await score(desk, "A", KB03="2.5", KD06="1.5")
    await score(desk, "B", KA01="2", KC01="4.5")
