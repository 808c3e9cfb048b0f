"""台账报表 over a small town whose numbers were added up by hand, and the workbook that says the same."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from suicha.board.queries import reports
from suicha.board.queries.reports import Period
from suicha.board.reports_sheets import report_sheets
from suicha.infra.exports import workbook
from suicha.kit.ids import named_id
from suicha.rectification import queries
from suicha.rectification.actions import proof, review
from suicha.rectification.tables import Order
from suicha.registry import queries as registry
from tests.inspections.field import FieldTeam
from tests.inspections.round import caller, send
from tests.rectification.office import SEALED_AT, Office, at_the_office

SECOND, THIRD = (named_id("test", "visit", name) for name in ("second", "third"))
TODAY = date(2026, 12, 15)


async def a_small_town(office: Office) -> None:
    """Two visits that took place and one that did not.

    District 410103: four problems, found on 23 November, served on the 25th. A01 closed on 1 December (8 days, in
    time), E03 on 10 December (17 days; it was due on the 2nd), B02 referred, H01 withdrawn.
    District 410105: B02, open, due on 2 December; and a visit that nobody made.
    """
    async with office.database.writing() as session:
        await send(session, SECOND, "410105")
        await send(session, THIRD, "410105", days=1)
    await office.served("2026-11-25", A01="fail", B02="fail", E03="fail", H01="fail")
    for item, day in (("A01", "2026-12-01"), ("E03", "2026-12-10")):
        office.at = datetime.fromisoformat(f"{day}T10:00:00+08:00")
        problem = (await office.problems())[item]
        async with office.database.writing() as session:
            order = await session.get_one(Order, problem.order_id)
            await proof.hand_in(session, order, problem.id, text="已整改", now=office.at)
        async with office.database.writing() as session:
            [handed_in] = await queries.submissions_of(session, [problem.id])
            await review.accept(session, handed_in, reason=None, by=caller("office").id, now=office.at)
    await office.refer("B02")
    await office.object_to("H01", is_upheld=True)
    team = await FieldTeam(office.database, SECOND, at=SEALED_AT).arrive("leader", "officer")
    team.answer_all("officer", B02="fail")
    await team.seal()


def told(line: Any, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in names)


COUNTS = ("visits", "inspected", "problems", "closed", "in_time", "referred", "withdrawn", "open", "overdue")


def test_every_table_adds_up_and_excel_says_the_same(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await a_small_town(office)
        async with office.database.reading() as session:
            found = await reports.report(session, caller("office"), Period(), today=TODAY)
            rows, total = await reports.ledger(session, caller("office"), Period())
            names = await registry.jurisdiction_names(session)
            other = await reports.report(session, caller("district"), Period(), today=TODAY)
            none = await reports.report(session, caller("office"), Period(first=date(2026, 12, 1)), today=TODAY)
        assert told(found.total, *COUNTS) == (3, 2, 5, 2, 1, 1, 1, 1, 1)
        # Two of the four that were not withdrawn; the median of 8 and 17 days; five problems at two visits.
        assert told(found.total, "closed_percent", "median_days", "per_visit") == (50.0, 12.5, 2.5)
        assert [(line.key, *told(line, *COUNTS)) for line in found.districts] == [
            ("410103", 1, 1, 4, 2, 1, 1, 1, 0, 0),
            ("410105", 2, 1, 1, 0, 0, 0, 0, 1, 1),
        ]
        assert {line.key: line.problems for line in found.items if line.problems} == {
            "A01": 1,
            "B02": 2,
            "E03": 1,
            "H01": 1,
        }
        assert len(found.items) == 27
        # A01 is minor, B02 serious, E03 and H01 are major.
        assert {line.key: (line.problems, line.closed) for line in found.severities} == {
            "minor": (1, 1),
            "serious": (2, 0),
            "major": (2, 1),
        }
        assert [(line.name, line.problems) for line in found.enterprises] == [
            ("示例物业410103", 4),
            ("示例物业410105", 1),
        ]
        assert {one.name: (one.role, one.visits, one.inspected, one.rechecks, one.problems, one.days)
                for one in found.people} == {
            "示例leader": ("leader", 3, 2, 0, 5, 1),
            "示例officer": ("officer", 3, 2, 0, 5, 1),
            "示例expert": ("expert", 3, 2, 0, 5, 1),
        }  # fmt: skip
        assert {(span.first, span.last): span.count for span in found.spans if span.count} == {(8, 15): 1, (16, 30): 1}
        assert [(m.month, m.found, m.closed) for m in found.months] == [("2026-11", 5, 0), ("2026-12", 0, 2)]
        # A district sees its own, and a period holds only its visits.
        assert told(other.total, "visits", "problems") == (2, 1)
        assert told(none.total, "visits", "problems") == (0, 0)

        book = load_workbook(io.BytesIO(await workbook(report_sheets(found, rows, names))))
        sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
        assert total == 5
        ledger = [dict(zip(sheets["台账"][0], row, strict=True)) for row in sheets["台账"][1:]]
        assert sorted((row["检查项"], row["状态"], row["用时（天）"]) for row in ledger if row["用时（天）"]) == [
            ("A01", "已销号", 8),
            ("B02", "已移送", 17),
            ("E03", "已销号", 17),
            ("H01", "已撤销", 17),
        ]
        districts = [dict(zip(sheets["按区县"][0], row, strict=True)) for row in sheets["按区县"][1:]]
        assert [(row["区县"], row["抽中项目"], row["发现问题"], row["整改率（%）"]) for row in districts] == [
            ("示例区410103", 1, 4, 66.7),
            ("示例区410105", 2, 1, 0),
            ("合计", 3, 5, 50),
        ]
        assert {row[0] for row in sheets["人员工作量"][1:]} == {"示例leader", "示例officer", "示例expert"}
        assert len(sheets["按检查项"]) == 28

    at_the_office(database_url, tmp_path, story)
