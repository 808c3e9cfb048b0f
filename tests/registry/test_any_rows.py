"""Whatever rows a file has: what was accepted can be written, and then says only what stands there already."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.registry.actions.imports import judged
from suicha.registry.actions.writing import write
from suicha.registry.rules.fields import FIELDS, FieldSpec, Form, Library
from suicha.registry.rules.rows import RawRow, RowState
from suicha.registry.tables import Jurisdiction
from tests.builders import an_account
from tests.registry.files import a_uscc

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
USCCS = [a_uscc(n) for n in range(3)]
# Few enough that rows meet each other.
SAMPLES = {
    Form.TEXT: ["甲", "乙", " 甲 ", "甲\n乙", "=1+1", "😀", ""],
    Form.CODE: ["S410105-000001", "P410105-0001", "C1", "C2", "410104", "４１０１０４", ""],
    Form.PHONE: ["0371-00000000", "13800000000", "x", ""],
    Form.NUMBER: ["0", "1,200", "007", "x", "99999", ""],
    Form.DATE: ["2026-01-31", "2027/1/1", "2030年12月31日", "2026-02-30", ""],
    Form.YES_NO: ["是", "否", "?", ""],
    Form.USCC: [*USCCS, USCCS[0].lower(), "123", ""],
    Form.DISTRICT: ["410105", "410102", "410105000000", "410104", "140105", ""],
    Form.LATITUDE: ["34.75", "91", ""],
    Form.LONGITUDE: ["113.65", "181", ""],
}


def _texts(spec: FieldSpec) -> st.SearchStrategy[str]:
    samples = [*spec.choices, "?"] if spec.form is Form.CHOICE else SAMPLES[spec.form]
    good = [text for text in samples if text not in {"", "x", "?", "123", "91", "181", "2026-02-30"}]
    # A required cell is mostly filled in well, or hardly any row would be accepted.
    return st.sampled_from(good * 4 + samples if spec.is_required else samples)


def _rows(library: Library) -> st.SearchStrategy[dict[str, str]]:
    specs = FIELDS[library]
    required = {spec.name: _texts(spec) for spec in specs if spec.is_required}
    optional = {spec.name: _texts(spec) for spec in specs if not spec.is_required}
    return st.fixed_dictionaries(required, optional=optional)


FILES = st.lists(
    st.sampled_from(list(Library)).flatmap(lambda library: st.tuples(st.just(library), _rows(library))),
    min_size=1,
    max_size=14,
)
A_SITE = {"name": "甲", "address": "甲", "jurisdiction": "410105", "uscc": USCCS[0]}
AN_ENTERPRISE = {"uscc": USCCS[0], "name": "甲", "jurisdiction": "410105"}
AN_OFFICER = {
    "kind": "执法人员", "name": "甲", "certificate_no": "C1", "certificate_expires_on": "2030-12-31",
    "home_jurisdiction": "410105", "employer": "甲",
}  # fmt: skip
# What stands there before, so that other rows have something to point at.
BEFORE = [
    (Library.ENTERPRISES, AN_ENTERPRISE),
    (Library.SITES, A_SITE),
    (Library.INSPECTORS, AN_OFFICER),
    (
        Library.RECUSALS,
        {"inspector": "C1", "uscc": USCCS[0], "kind": "近亲属", "reason": "甲", "declared_on": "2026-01-31"},
    ),
    (Library.LEAVES, {"inspector": "C1", "from_on": "2026-01-31", "to_on": "2026-01-31"}),
]


@settings(max_examples=60)
@given(st.lists(FILES, min_size=1, max_size=3))
@example(
    [
        [
            (Library.SITES, A_SITE | {"code": "C1", "address": "乙"}),
            (Library.SITES, A_SITE | {"code": "S410105-000002"}),
        ],
    ]
)
def test_what_was_accepted_can_be_written_and_is_then_the_same(sqlite_template: Any, files: list[Any]) -> None:
    async def run() -> None:
        database = Database(f"sqlite+aiosqlite:///{sqlite_template}")
        try:
            async with database.writing() as session:
                await _take_in(session, files)
                await session.rollback()
        finally:
            await database.close()

    asyncio.run(run())


async def _take_in(session: AsyncSession, files: Iterable[Iterable[tuple[Library, dict[str, str]]]]) -> None:
    session.add_all(
        Jurisdiction(code=code, name=code, kind="gb2260", is_verified=True) for code in ("410102", "410105")
    )
    await session.flush()
    office = await an_account(session, Role.OFFICE, jurisdiction="4101")
    for file in [BEFORE, *files]:
        rows = [RawRow(library, number, cells) for number, (library, cells) in enumerate(file, start=2)]
        while True:
            verdicts = await judged(session, rows, scope="4101", today=TODAY)
            good = [row for row, v in zip(rows, verdicts, strict=True) if v.state is not RowState.REJECT]
            if len(good) == len(rows):
                break
            rows = good
        await write(session, verdicts, by=office.id, now=NOW)
        again = await judged(session, rows, scope="4101", today=TODAY)
        assert [v.state for v in again] == [RowState.SAME] * len(rows), [v for v in again if v.state != "same"]
