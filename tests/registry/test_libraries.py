"""Lists, single rows, edits, removal, history and files of the libraries, over HTTP on both databases."""

import io
import json
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from suicha.registry.rules.fields import FIELDS, SHEETS, Library
from tests.live import LiveServer
from tests.registry.desk import Office, an_office
from tests.registry.files import a_site, a_uscc, an_enterprise, an_officer, xlsx

CERTIFICATE = "示例证00001"
AN_ENTERPRISE = {"uscc": a_uscc(1), "name": "示例物业", "jurisdiction": "410105", "phone": "0371-12345678"}
AN_OFFICER = {
    "kind": "officer", "name": "执法员001", "certificate_no": CERTIFICATE, "certificate_expires_on": "2099-12-31",
    "home_jurisdiction": "410105", "employer": "示例部门",
}  # fmt: skip


@pytest.fixture
def city(server: LiveServer) -> Office:
    return an_office(server, "4101")


@pytest.fixture
def filled(city: Office) -> Office:
    """Two districts with an enterprise each, three sites, two officers, an expert, a recusal and leave."""
    city.bring(
        xlsx(
            enterprises=[an_enterprise(1), an_enterprise(2, district="410102", name="别家物业")],
            sites=[a_site(1), a_site(2, code="自编001"), a_site(3, enterprise=2, district="410102")],
            inspectors=[
                an_officer(1),
                an_officer(2, district="410102"),
                [None, "行业专家", "行业专家01", None, None, "410105", "示例协会"],
            ],
            recusals=[[CERTIFICATE, a_uscc(1), None, "任职单位", "示例", "2026-01-05", "2026-12-31"]],
            leaves=[[CERTIFICATE, "2026-02-01", "2026-02-10", None]],
        )
    )
    [other] = city.get("/enterprises", q="别家物业")["items"]
    # A name that a spreadsheet would take for a formula.
    assert city.patch(f"/enterprises/{other['id']}", {"revision": 1, "name": "=别家物业"}).status_code == 200
    return city


def _names(answer: dict[str, Any], member: str = "name") -> list[Any]:
    return [row[member] for row in answer["items"]]


def test_a_row_is_added_read_changed_and_remembered(city: Office) -> None:
    made = city.post("/enterprises", AN_ENTERPRISE).json()
    assert (made["name"], made["revision"], made["district"], made["site_count"]) == ("示例物业", 1, "金水区", 0)
    path = f"/enterprises/{made['id']}"
    assert city.get(path)["phone"] == "0371-12345678"
    assert _names(city.get("/enterprises"), "phone") == ["037*-******78"]
    changed = city.patch(path, {"revision": 1, "name": "改名物业", "phone": None, "credit_grade": "A"}).json()
    assert (changed["name"], changed["phone"], changed["credit_grade"], changed["revision"]) == (
        "改名物业",
        None,
        "A",
        2,
    )
    [second, first] = city.get(f"{path}/history")["items"]
    assert (first["verb"], first["by"], first["import_id"]) == ("added", second["by"], None)
    assert [(c["field"], c["title"], c["old"], c["new"]) for c in second["changes"]] == [
        ("name", "企业名称", "示例物业", "改名物业"),
        ("phone", "联系电话", "0371-12345678", None),
        ("credit_grade", "行业信用等级", None, "A"),
    ]


def test_a_change_that_changes_nothing_leaves_no_trace(city: Office) -> None:
    made = city.post("/enterprises", AN_ENTERPRISE).json()
    again = city.patch(f"/enterprises/{made['id']}", {"revision": 1, "name": " 示例物业 "}).json()
    assert again["revision"] == 1
    assert len(city.get(f"/enterprises/{made['id']}/history")["items"]) == 1


def test_who_changes_an_older_revision_is_told(city: Office) -> None:
    made = city.post("/enterprises", AN_ENTERPRISE).json()
    path = f"/enterprises/{made['id']}"
    assert city.patch(path, {"revision": 1, "name": "甲"}).status_code == 200
    for answer in (
        city.patch(path, {"revision": 1, "name": "乙"}),
        city.post(f"{path}/remove", {"revision": 1, "reason": "注销"}),
    ):
        assert (answer.status_code, answer.json()["code"], answer.json()["revision"]) == (409, "roster_row_stale", 2)
    assert city.get(path)["name"] == "甲"


def test_an_edit_is_judged_like_a_row_of_a_file(city: Office) -> None:
    answer = city.post("/enterprises", {"uscc": "123", "jurisdiction": "410199", "phone": "?"})
    assert (answer.status_code, answer.json()["code"]) == (422, "roster_row_refused")
    assert [(p["code"], p["column"]) for p in answer.json()["problems"]] == [
        ("bad_uscc", "统一社会信用代码"),
        ("bad_phone", "联系电话"),
        ("missing", "企业名称"),
    ]
    person = city.post("/inspectors", AN_OFFICER).json()
    assert person["code"] == "P410105-0001"
    refused = city.patch(f"/inspectors/{person['id']}", {"revision": 1, "certificate_expires_on": "2020-01-01"})
    assert [p["code"] for p in refused.json()["problems"]] == ["certificate_expired"]
    twin = city.post("/inspectors", AN_OFFICER)
    assert [p["code"] for p in twin.json()["problems"]] == ["taken"]


def test_strange_members_are_refused_and_nothing_fails(city: Office) -> None:
    cases = [
        ("/enterprises", {"uscc": 5}),
        ("/enterprises", {**AN_ENTERPRISE, "name": "a\u0000b"}),
        ("/enterprises", {**AN_ENTERPRISE, "name": "\ud800"}),
        ("/enterprises", {**AN_ENTERPRISE, "name": "x" * 1001}),
        ("/sites", {"households": 10**30}),
        ("/leaves", {"inspector": CERTIFICATE, "from_on": "2026-13-01"}),
        ("/inspectors", []),
    ]
    for path, body in cases:
        answer = httpx.post(f"{city.url}/api/registry{path}", headers=city.headers, content=json.dumps(body))
        assert answer.status_code in {400, 422}, (path, body, answer.text)


def test_a_removed_row_stays_is_in_no_list_and_can_be_restored(filled: Office) -> None:
    [site] = filled.get("/sites", q="自编001")["items"]
    path = f"/sites/{site['id']}"
    tomorrow = filled.post(f"{path}/remove", {"revision": 1, "reason": "退出", "on": "2099-01-01"})
    assert tomorrow.json()["code"] == "roster_row_refused"
    assert filled.post(f"{path}/remove", {"revision": 1, "reason": "合同终止", "on": "2026-01-02"}).status_code == 204
    assert filled.get("/sites")["total"] == 2
    assert _names(filled.get("/sites", removed="yes"), "code") == ["自编001"]
    assert filled.get("/sites", removed="any")["total"] == 3
    told = filled.get(path)
    assert (told["removed_on"], told["removed_because"], told["revision"]) == ("2026-01-02", "合同终止", 2)
    again = filled.post(f"{path}/remove", {"revision": 2, "reason": "再次"})
    assert (again.status_code, again.json()["code"]) == (409, "already_removed")
    assert filled.patch(path, {"revision": 2, "name": "新名"}).json()["problems"][0]["code"] == "removed"
    assert filled.post(f"{path}/restore", {"revision": 2, "reason": "误操作"}).status_code == 204
    assert filled.get(path)["removed_on"] is None
    history = filled.get(f"{path}/history")["items"]
    assert [(line["verb"], line["reason"]) for line in history] == [
        ("restored", "误操作"),
        ("removed", "合同终止"),
        ("added", None),
    ]


def test_an_enterprise_with_sites_is_not_removed(filled: Office) -> None:
    [enterprise] = filled.get("/enterprises", jurisdiction="410105")["items"]
    refused = filled.post(f"/enterprises/{enterprise['id']}/remove", {"revision": 1, "reason": "注销"})
    assert (refused.status_code, refused.json()["code"], refused.json()["rows"]) == (409, "still_in_use", 2)


def test_lists_are_searched_filtered_sorted_and_paged(filled: Office) -> None:
    assert _names(filled.get("/sites", q="金水"), "code") == ["S410105-000001", "自编001"]
    assert _names(filled.get("/sites", q="示例小区00003 别家"), "code") == ["S410102-000001"]
    assert filled.get("/sites", q="%")["total"] == filled.get("/sites", q="_")["total"] == 0
    assert filled.get("/sites", q="\0示例")["total"] == 3
    assert _names(filled.get("/sites", sort="-code", size=2), "code") == ["自编001", "S410105-000001"]
    assert _names(filled.get("/sites", sort="-code", size=2, page=2), "code") == ["S410102-000001"]
    [own] = filled.get("/enterprises", q=a_uscc(2))["items"]
    assert _names(filled.get("/sites", enterprise=own["id"]), "district") == ["中原区"]
    assert filled.get("/sites", risk_class="A")["total"] == 0
    assert _names(filled.get("/inspectors", kind="expert")) == ["行业专家01"]
    assert _names(filled.get("/inspectors", eligible_on="2026-02-05")) == ["执法员002", "行业专家01"]
    assert filled.get("/inspectors", eligible_on="2026-02-11")["total"] == 3
    assert _names(filled.get("/inspectors", eligible_on="2100-01-01")) == ["行业专家01"]
    assert filled.get("/recusals", eligible_on="2027-01-01")["total"] == 0
    assert _names(filled.get("/recusals"), "enterprise_name") == ["示例物业服务有限公司00001"]
    assert _names(filled.get("/leaves"), "inspector_name") == ["执法员001"]
    assert filled.status("/sites?sort=secret") == (400, "bad_request")
    assert filled.status("/sites?sort=known_id")[0] == 400


@pytest.mark.parametrize("library", ["enterprises", "sites", "inspectors", "recusals", "leaves"])
def test_every_column_sorts_both_ways_and_ties_are_stable(filled: Office, library: str) -> None:
    for spec in FIELDS[Library(library)]:
        up = _names(filled.get(f"/{library}", sort=spec.name), "id")
        pages = [_names(filled.get(f"/{library}", sort=spec.name, size=1, page=n + 1), "id") for n in range(len(up))]
        assert [row for page in pages for row in page] == up
        assert set(_names(filled.get(f"/{library}", sort=f"-{spec.name}"), "id")) == set(up)


@pytest.mark.parametrize("library", ["enterprises", "sites", "inspectors", "recusals", "leaves"])
def test_a_district_never_sees_or_changes_another(filled: Office, server: LiveServer, library: str) -> None:
    neighbour = an_office(server, "410173")
    assert neighbour.get(f"/{library}")["total"] == neighbour.get(f"/{library}", jurisdiction="4101")["total"] == 0
    for row in filled.get(f"/{library}")["items"]:
        path = f"/{library}/{row['id']}"
        assert neighbour.status(path)[0] == neighbour.status(f"{path}/history")[0] == 404
        assert neighbour.patch(path, {"revision": row["revision"]}).status_code == 404
        for act in ("remove", "restore"):
            assert neighbour.post(f"{path}/{act}", {"revision": row["revision"], "reason": "x"}).status_code == 404
        assert filled.get(path) == filled.get(path) | {"revision": row["revision"], "removed_on": None}
    sheet = load_workbook(io.BytesIO(neighbour.download(f"/{library}/export.xlsx")))[SHEETS[Library(library)]]
    assert sheet.max_row == 1


def test_a_district_gives_nothing_away_to_another(filled: Office, server: LiveServer) -> None:
    district = an_office(server, "410105")
    [site] = district.get("/sites", q="自编001")["items"]
    moved = district.patch(f"/sites/{site['id']}", {"revision": 1, "jurisdiction": "410102"})
    assert [p["code"] for p in moved.json()["problems"]] == ["outside_scope"]
    foreign = {"inspector": "示例证00002", "from_on": "2026-03-01", "to_on": "2026-03-02"}
    assert [p["code"] for p in district.post("/leaves", foreign).json()["problems"]] == ["outside_scope"]
    own = {"inspector": CERTIFICATE, "from_on": "2026-03-01", "to_on": "2026-03-02"}
    assert district.post("/leaves", own).json()["inspector"] == "P410105-0001"


@pytest.mark.parametrize("library", ["enterprises", "sites", "inspectors", "recusals", "leaves"])
def test_an_export_comes_back_unchanged(filled: Office, library: str) -> None:
    total = filled.get(f"/{library}")["total"]
    told = filled.dry_run(filled.download(f"/{library}/export.xlsx"))
    assert told["counts"] == {library: {"add": 0, "change": 0, "same": total, "reject": 0}}


def test_an_export_is_exactly_the_filtered_list(filled: Office) -> None:
    data = filled.download("/sites/export.xlsx", jurisdiction="410105", sort="-code")
    rows = list(load_workbook(io.BytesIO(data))["项目"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == ["自编001", "S410105-000001"]


@pytest.mark.parametrize("name", ["all", *Library])
def test_a_template_names_its_columns_and_brings_no_data(city: Office, name: str) -> None:
    data = city.download(f"/templates/{name}.xlsx")
    made = load_workbook(io.BytesIO(data))
    libraries = list(Library) if name == "all" else [Library(name)]
    assert made.sheetnames == [*(SHEETS[library] for library in libraries), "填写说明"]
    for library in libraries:
        page = made[SHEETS[library]]
        assert [cell.value.rstrip("*") for cell in page[1]] == [spec.title for spec in FIELDS[library]]
        assert str(page["A2"].value).startswith("【示例】")
        choices = [spec for spec in FIELDS[library] if spec.choices or spec.form == "yes_no"]
        assert len(page.data_validations.dataValidation) == len(choices)
    told = city.dry_run(data)
    assert (told["state"], told["refused_code"]) == ("refused", "import_empty")


def test_an_unknown_template_is_not_found(city: Office) -> None:
    assert city.status("/templates/secrets.xlsx") == (404, "not_found")
