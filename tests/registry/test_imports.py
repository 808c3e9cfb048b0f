"""From a file to the libraries: the dry run, the commit, all or nothing, the journal and the history."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.rules import Role
from suicha.journal.queries import entries_about
from suicha.kit.clock import utc_now
from suicha.registry.jobs import forget_dry_runs
from suicha.registry.tables import Change, Enterprise, Import, ImportRow, Inspector, Leave, Recusal, Site
from tests.live import LiveServer
from tests.registry.desk import an_office, on_database
from tests.registry.files import (
    SITES,
    a_site,
    a_uscc,
    an_enterprise,
    an_officer,
    book,
    part_of,
    saved,
    with_part,
    xlsx,
)

CERTIFICATE = "示例证00001"


def everything() -> bytes:
    """A file with all libraries that point at each other."""
    return xlsx(
        jurisdictions=[["410104", "管城回族区", "国标"]],
        enterprises=[an_enterprise(1), an_enterprise(2, district="410104")],
        sites=[a_site(1), a_site(2, district="410104", enterprise=2, code="自编001")],
        inspectors=[an_officer(1), [None, "行业专家", "行业专家01", None, None, "410102", "示例协会"]],
        recusals=[
            [CERTIFICATE, a_uscc(1), None, "任职单位", "示例", "2026-01-05", None],
            [CERTIFICATE, None, "自编001", "本人申报", "示例", "2026-01-05", "2030-01-01"],
        ],
        leaves=[[CERTIFICATE, "2026-02-01", "2026/2/10", "年休假"]],
    )


def count_of(server: LiveServer, *tables: Any) -> list[int]:
    """How many rows the tables have."""

    async def work(session: AsyncSession) -> list[int]:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    return on_database(server.settings.database_url, work)


def test_a_file_is_read_told_written_and_found_again(server: LiveServer) -> None:
    office = an_office(server, "4101")
    told = office.dry_run(everything())
    assert (told["state"], told["done"], told["total"], told["rejected"]) == ("checked", 10, 10, 0)
    assert {library: counts["add"] for library, counts in told["counts"].items()} == {
        "jurisdictions": 1, "enterprises": 2, "sites": 2, "inspectors": 2, "recusals": 2, "leaves": 1,
    }  # fmt: skip
    assert count_of(server, Enterprise, Site, Inspector, Recusal, Leave, Change) == [0] * 6
    assert office.commit(told["id"]).json()["state"] == "committed"
    assert count_of(server, Enterprise, Site, Inspector, Recusal, Leave, Change) == [2, 2, 2, 2, 1, 9]
    assert [site["code"] for site in office.get("/sites")["items"]] == ["S410105-000001", "自编001"]
    assert [person["code"] for person in office.get("/inspectors")["items"]] == ["P410102-0001", "P410105-0001"]
    again = office.dry_run(everything())
    assert {library: counts["same"] for library, counts in again["counts"].items()} == {
        "jurisdictions": 1, "enterprises": 2, "sites": 2, "inspectors": 2, "recusals": 2, "leaves": 1,
    }  # fmt: skip


def test_the_journal_knows_the_hash_and_the_counts_of_a_file(server: LiveServer) -> None:
    office = an_office(server, "4101")
    data = everything()
    told = office.bring(data)
    entries = on_database(server.settings.database_url, lambda s: entries_about(s, f"import:{told['id']}"))
    assert [(entry.verb, entry.by) for entry in entries] == [
        ("uploaded_import", office.id),
        ("committed_import", office.id),
    ]
    facts = json.loads(entries[1].facts)
    assert facts["sha256"] == told["sha256"] == hashlib.sha256(data).hexdigest()
    assert facts["counts"]["sites"] == {"add": 2, "change": 0, "same": 0, "reject": 0}


def test_changes_are_told_old_and_new_and_stand_in_the_history(server: LiveServer) -> None:
    office = an_office(server, "4101")
    first = office.bring(xlsx(enterprises=[an_enterprise(1)], sites=[a_site(1)]))
    row = a_site(1)
    row[2], row[5], row[6] = "搬到示例路2号", None, "否"
    second = office.dry_run(xlsx(sites=[row]))
    [changed] = office.rows(second["id"])
    assert (changed["state"], changed["row_no"], changed["label"]) == ("change", 2, "示例小区00001")
    assert [(c["title"], c["old"], c["new"]) for c in changed["changes"]] == [
        ("地址", "示例路1号", "搬到示例路2号"),
        ("户数", "1000", None),
        ("高层住宅", "是", "否"),
    ]
    assert office.commit(second["id"]).status_code == 200
    [site] = office.get("/sites")["items"]
    assert (site["address"], site["households"], site["is_high_rise"], site["revision"]) == (row[2], None, False, 2)
    lines = office.get(f"/sites/{site['id']}/history")["items"]
    assert [(line["n"], line["verb"], line["import_id"], line["file_name"]) for line in lines] == [
        (2, "changed", second["id"], "名录.xlsx"),
        (1, "added", first["id"], "名录.xlsx"),
    ]


def test_one_bad_row_stops_all_and_is_named(server: LiveServer) -> None:
    office = an_office(server, "4101")
    bad = an_enterprise(2)
    bad[0] = bad[0][:-1] + ("0" if bad[0][-1] != "0" else "1")
    told = office.dry_run(xlsx(enterprises=[an_enterprise(1), bad, an_enterprise(3)]))
    assert (told["rejected"], told["counts"]["enterprises"]["add"]) == (1, 2)
    [reject] = office.rows(told["id"], state="reject")
    assert reject["problems"] == [
        {
            "code": "bad_uscc",
            "reason": "长度、字符或校验码不符合 GB 32100",
            "column": "统一社会信用代码",
            "at": "A3",
            "value": bad[0],
        }
    ]
    refused = office.commit(told["id"])
    assert (refused.status_code, refused.json()["code"], refused.json()["rejected"]) == (409, "import_has_rejects", 1)
    assert count_of(server, Enterprise) == [0]


def test_formulas_and_merged_cells_are_rejected_by_their_places(server: LiveServer) -> None:
    office = an_office(server, "4101")
    made = book({"企业": [("统一社会信用代码", "企业名称", "区划代码"), *(an_enterprise(n)[:3] for n in (1, 2, 3))]})
    page = made["企业"]
    page["B2"] = "=A2"
    page.merge_cells("C3:C4")
    told = office.dry_run(saved(made))
    problems = [(row["row_no"], [(p["code"], p["at"]) for p in row["problems"]]) for row in office.rows(told["id"])]
    assert problems == [
        (2, [("formula", "B2")]),
        (3, [("merged", "C3:C4")]),
        (4, [("merged", "C3:C4"), ("missing", "C4")]),
    ]


def test_the_example_of_a_template_and_blank_rows_are_no_data(server: LiveServer) -> None:
    office = an_office(server, "4101")
    head = ("统一社会信用代码*", "企业名称 *", "区划代码＊")
    rows = [head, ("【示例】91410102000000019H", "某某", "410105"), (), an_enterprise(1)[:3], (None, " ", None)]
    told = office.dry_run(saved(book({"企业": rows, "填写说明": [("随便什么",)], "Sheet2": []})))
    assert told["counts"] == {"enterprises": {"add": 1, "change": 0, "same": 0, "reject": 0}}
    assert office.rows(told["id"])[0]["row_no"] == 4


WRONG_LAYOUTS = [
    ({"Sheet1": [("统一社会信用代码",)]}, ["工作表“Sheet1”不认识"]),
    ({"企业": [("企业名称", "区划代码"), ("a", "b")]}, ["缺少必需的列：统一社会信用代码"]),
    (
        {"项目": [(*SITES, "备注", "户数"), a_site(1)], "备忘": [("x",)]},
        ["I1 的列名“备注”不认识", "J1 的列“户数”重复", "工作表“备忘”不认识"],
    ),
]


@pytest.mark.parametrize(("sheets", "said"), WRONG_LAYOUTS)
def test_wrong_sheets_and_columns_are_named_at_once(
    server: LiveServer, sheets: dict[str, Any], said: list[str]
) -> None:
    office = an_office(server, "4101")
    answer = office.upload(saved(book(sheets)))
    assert (answer.status_code, answer.json()["code"]) == (422, "import_layout_wrong")
    assert all(text in answer.json()["detail"] for text in said), answer.json()
    assert office.get("/imports")["total"] == 0


def test_files_that_are_refused_as_a_whole_leave_nothing(server: LiveServer) -> None:
    office = an_office(server, "4101")
    good = xlsx(enterprises=[an_enterprise(1)])
    cases = [
        (b"", 400, "import_file_missing"),
        (b"hello", 415, "workbook_not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 415, "workbook_old_format"),
        (good[:200], 422, "workbook_broken"),
        (with_part(good, "xl/media/x.bin", b"\0" * 50_000_000), 413, "workbook_unpacks_too_large"),
        (b"PK" + b"x" * 20_100_000, 413, "import_too_big"),
        (saved(book({"企业": []})), 422, "import_empty"),
    ]
    for data, status, code in cases:
        answer = office.upload(data)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["title"]
    only_a_head = office.dry_run(xlsx(enterprises=[]))
    assert (only_a_head["state"], only_a_head["refused_code"]) == ("refused", "import_empty")
    assert office.commit(only_a_head["id"]).json()["state"] == "refused"
    assert count_of(server, Enterprise, Import) == [0, 1]


def test_a_sheet_that_breaks_off_late_is_refused_as_a_whole(server: LiveServer) -> None:
    office = an_office(server, "4101")
    good = xlsx(enterprises=[an_enterprise(n) for n in range(1, 50)])
    name = "xl/worksheets/sheet1.xml"
    cut = part_of(good, name)[:-200]
    told = office.dry_run(with_part(good, name, cut))
    assert (told["state"], told["refused_code"]) == ("refused", "workbook_broken")


def test_what_changed_since_the_dry_run_is_noticed(server: LiveServer) -> None:
    office = an_office(server, "4101")
    stale = office.dry_run(xlsx(enterprises=[an_enterprise(1), an_enterprise(2)]))
    office.bring(xlsx(enterprises=[an_enterprise(2, name="已由他人登记")]))
    refused = office.commit(stale["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "import_outdated")
    assert count_of(server, Enterprise) == [1]
    harmless = office.dry_run(xlsx(enterprises=[an_enterprise(3)]))
    office.bring(xlsx(enterprises=[an_enterprise(4)]))
    assert office.commit(harmless["id"]).status_code == 200


def test_of_two_commits_at_once_one_writes(server: LiveServer) -> None:
    office = an_office(server, "4101")
    rows = [an_enterprise(n) for n in range(1, 60)]
    one, other = (office.dry_run(xlsx(enterprises=rows, sites=[a_site(1)])) for _ in range(2))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(office.commit, [one["id"], other["id"]] * 3))
    assert sorted({(a.status_code, a.json().get("code")) for a in answers}, key=str) == [
        (200, None),
        (409, "import_not_ready"),
        (409, "import_outdated"),
    ]
    assert sum(a.status_code == 200 for a in answers) == 1
    assert count_of(server, Enterprise, Site) == [59, 1]


def test_two_files_that_add_sites_to_one_district_get_different_numbers(server: LiveServer) -> None:
    office = an_office(server, "4101")
    office.bring(xlsx(enterprises=[an_enterprise(1)]))
    runs = [office.dry_run(xlsx(sites=[a_site(n), a_site(n + 1)])) for n in (1, 11, 21)]
    with ThreadPoolExecutor(3) as pool:
        assert [a.status_code for a in pool.map(office.commit, [run["id"] for run in runs])] == [200] * 3
    assert [s["code"] for s in office.get("/sites")["items"]] == [f"S410105-{n:06d}" for n in range(1, 7)]


def test_an_import_whose_reader_died_is_told_to_be_interrupted(server: LiveServer) -> None:
    office = an_office(server, "4101")
    told = office.dry_run(xlsx(enterprises=[an_enterprise(1)]))

    async def kill(session: AsyncSession) -> None:
        row = await session.get(Import, told["id"])
        assert row is not None
        await session.execute(
            update(Import)
            .where(col(Import.id) == told["id"])
            .values(state="reading", beat_at=row.beat_at - timedelta(minutes=2))
        )

    on_database(server.settings.database_url, kill)
    assert office.get(f"/imports/{told['id']}")["state"] == "interrupted"
    refused = office.commit(told["id"])
    assert (refused.json()["code"], refused.json()["state"]) == ("import_not_ready", "interrupted")


def test_what_was_read_is_not_kept_for_ever(server: LiveServer) -> None:
    office = an_office(server, "4101")
    done = office.bring(xlsx(enterprises=[an_enterprise(1)]))
    left = office.dry_run(xlsx(enterprises=[an_enterprise(2)]))

    async def a_month_later(session: AsyncSession) -> list[str]:
        await forget_dry_runs(session, now=utc_now() + timedelta(days=29))
        assert await session.scalar(select(func.count()).select_from(ImportRow)) == 2
        await forget_dry_runs(session, now=utc_now() + timedelta(days=31))
        return list(await session.scalars(select(col(ImportRow.cells))))

    assert on_database(server.settings.database_url, a_month_later) == ["{}"]
    assert office.get(f"/imports/{done['id']}")["state"] == "committed"
    assert len(office.rows(done["id"])) == 1
    assert office.get(f"/imports/{left['id']}")["state"] == "interrupted"
    assert office.commit(left["id"]).json()["code"] == "import_not_ready"


def test_an_import_outlives_the_server_between_dry_run_and_commit(server: LiveServer) -> None:
    office = an_office(server, "4101")
    told = office.dry_run(xlsx(enterprises=[an_enterprise(1)]))
    with LiveServer(server.settings) as later:
        office.url = later.url
        assert office.commit(told["id"]).json()["state"] == "committed"
        assert office.commit(told["id"]).json()["code"] == "import_not_ready"


def test_a_district_imports_only_its_own_and_sees_only_its_own_imports(server: LiveServer) -> None:
    city, district, neighbour = (an_office(server, code) for code in ("4101", "410105", "410102"))
    told = district.dry_run(xlsx(enterprises=[an_enterprise(1), an_enterprise(2, district="410102")]))
    assert [row["problems"][0]["code"] for row in district.rows(told["id"], state="reject")] == ["outside_scope"]
    assert neighbour.status(f"/imports/{told['id']}") == (404, "import_unknown")
    assert neighbour.status(f"/imports/{told['id']}/rows") == (404, "import_unknown")
    assert neighbour.commit(told["id"]).json()["code"] == "import_unknown"
    assert (neighbour.get("/imports")["total"], city.get("/imports")["total"]) == (0, 1)
    from_above = city.bring(xlsx(enterprises=[an_enterprise(2, district="410102")]))
    assert district.status(f"/imports/{from_above['id']}") == (404, "import_unknown")


def test_nobody_without_the_permission_reads_or_writes(server: LiveServer) -> None:
    officer = an_office(server, "410105", Role.OFFICER)
    for path in ("/sites", "/imports", "/templates/all.xlsx", "/inspectors/export.xlsx"):
        assert officer.status(path) == (403, "not_permitted")
    assert officer.upload(xlsx(enterprises=[an_enterprise(1)])).status_code == 403


def test_five_thousand_sites_in_one_file(server: LiveServer) -> None:
    office = an_office(server, "4101")
    enterprises = [an_enterprise(n) for n in range(200)]
    sites = [a_site(n, enterprise=n % 200, district=("410105", "410102")[n % 2]) for n in range(5000)]
    data = xlsx(enterprises=enterprises, sites=sites)
    told = office.bring(data)
    assert told["counts"]["sites"]["add"] == 5000
    assert office.get("/sites", jurisdiction="410105")["total"] == 2500
    assert office.dry_run(data)["counts"]["sites"]["same"] == 5000
