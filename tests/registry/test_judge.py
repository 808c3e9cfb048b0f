"""What becomes of the rows of a file: added, changed, the same, or rejected with the cell and the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from suicha.registry.rules.fields import FIELDS, Library, Value, field_named
from suicha.registry.rules.judge import judge_edit, judge_rows
from suicha.registry.rules.rows import Known, KnownRow, RawRow, RowState, Verdict
from suicha.registry.rules.values import ProblemCode, Unreadable, plain_text, read_value, text_of
from tests.registry.files import a_uscc

TODAY = date(2026, 11, 22)
USCC, OTHER_USCC, NEW_USCC = a_uscc(1), a_uscc(2), a_uscc(3)


def _known_row(library: Library, row_id: str, place: str, **values: Value) -> KnownRow:
    return KnownRow(row_id, {spec.name: values.get(spec.name) for spec in FIELDS[library]}, place)


ENTERPRISE = _known_row(Library.ENTERPRISES, "e1", "410105", uscc=USCC, name="示例物业", jurisdiction="410105")
OTHER = _known_row(Library.ENTERPRISES, "e2", "410102", uscc=OTHER_USCC, name="示例物业二", jurisdiction="410102")
SITE = _known_row(
    Library.SITES, "s1", "410105", code="S410105-000001", name="示例小区", address="示例路1号", jurisdiction="410105",
    uscc=USCC, is_high_rise=False, risk_class="C", households=1000,
)  # fmt: skip
OFFICER = _known_row(
    Library.INSPECTORS, "p1", "410105", code="P410105-0001", kind="officer", name="执法员001", employer="示例部门",
    certificate_no="证001", certificate_expires_on=date(2027, 1, 1), home_jurisdiction="410105",
)  # fmt: skip
KNOWN = Known(
    districts=frozenset({"410102", "410105", "410173"}),
    rows={Library.ENTERPRISES: [ENTERPRISE, OTHER], Library.SITES: [SITE], Library.INSPECTORS: [OFFICER]},
)

A_SITE = {"code": "", "name": "新小区", "address": "示例路9号", "jurisdiction": "410105", "uscc": USCC}
AN_ENTERPRISE = {"uscc": NEW_USCC, "name": "新企业", "jurisdiction": "410105"}
AN_OFFICER = {
    "kind": "执法人员", "name": "执法员002", "certificate_no": "证002", "certificate_expires_on": "2030/1/31",
    "home_jurisdiction": "410105", "employer": "示例部门",
}  # fmt: skip
A_RECUSAL = {"inspector": "证001", "uscc": USCC, "kind": "近亲属", "reason": "示例", "declared_on": "2026年1月5日"}
A_LEAVE = {"inspector": "P410105-0001", "from_on": "2026-02-01", "to_on": "2026-02-10"}


def _raw(library: Library, cells: Mapping[str, str], row_no: int = 2) -> RawRow:
    letters = {spec.name: "ABCDEFGHIJKLMN"[place] for place, spec in enumerate(FIELDS[library])}
    return RawRow(library, row_no, cells, letters)


def _judged(*rows: RawRow, scope: str = "4101", known: Known = KNOWN) -> list[Verdict]:
    return judge_rows(rows, known, scope=scope, today=TODAY)


def _one(library: Library, cells: Mapping[str, str], **more: Any) -> Verdict:
    [verdict] = _judged(_raw(library, cells), **more)
    return verdict


def _codes(verdict: Verdict) -> list[str]:
    return [problem.code.value for problem in verdict.problems]


@pytest.mark.parametrize(
    ("library", "cells"),
    [
        (Library.ENTERPRISES, AN_ENTERPRISE),
        (Library.SITES, A_SITE),
        (Library.INSPECTORS, AN_OFFICER),
        (Library.RECUSALS, A_RECUSAL),
        (Library.LEAVES, A_LEAVE),
        (Library.JURISDICTIONS, {"code": "410104", "name": "管城回族区", "kind": "国标"}),
        (Library.JURISDICTIONS, {"code": "410173001", "name": "某办事处", "kind": "统计"}),
    ],
)
def test_a_good_row_is_added(library: Library, cells: Mapping[str, str]) -> None:
    verdict = _one(library, cells)
    assert (verdict.state, verdict.problems, verdict.target) == (RowState.ADD, (), None)


def test_a_new_site_is_no_high_rise_and_of_class_b_where_nothing_is_said() -> None:
    values = _one(Library.SITES, A_SITE).values
    assert (values["is_high_rise"], values["risk_class"], values["households"]) == (False, "B", None)


BAD: Sequence[tuple[Library, dict[str, str], dict[str, str], str, str]] = [
    (Library.ENTERPRISES, AN_ENTERPRISE, {"uscc": NEW_USCC[:-1] + "Z"}, "bad_uscc", "A2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"uscc": ""}, "missing", "A2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"name": "很" * 121}, "too_long", "B2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"name": "a\x00b"}, "bad_text", "B2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"jurisdiction": "41010"}, "bad_district", "C2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"jurisdiction": "410199"}, "unknown_district", "C2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"jurisdiction": "140105"}, "outside_scope", "C2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"phone": "无"}, "bad_phone", "D2"),
    (Library.ENTERPRISES, AN_ENTERPRISE, {"credit_grade": "E"}, "unknown_choice", "F2"),
    (Library.SITES, A_SITE, {"uscc": a_uscc(77)}, "unknown_enterprise", "E2"),
    (Library.SITES, A_SITE, {"households": "一千"}, "bad_number", "F2"),
    (Library.SITES, A_SITE, {"households": "-5"}, "bad_number", "F2"),
    (Library.SITES, A_SITE, {"households": "100000"}, "bad_number", "F2"),
    (Library.SITES, A_SITE, {"is_high_rise": "大概"}, "bad_yes_no", "I2"),
    (Library.SITES, A_SITE, {"lat": "91", "lon": "113"}, "bad_coordinate", "K2"),
    (Library.SITES, A_SITE, {"lat": "34.75"}, "coordinates_incomplete", "L2"),
    (Library.SITES, A_SITE, {"name": "示例小区", "address": "示例路1号", "code": "X9"}, "taken", "B2"),
    (Library.INSPECTORS, AN_OFFICER, {"certificate_no": ""}, "certificate_missing", "D2"),
    (Library.INSPECTORS, AN_OFFICER, {"certificate_expires_on": ""}, "certificate_missing", "E2"),
    (Library.INSPECTORS, AN_OFFICER, {"certificate_expires_on": "2026-11-21"}, "certificate_expired", "E2"),
    (Library.INSPECTORS, AN_OFFICER, {"certificate_expires_on": "2026-02-30"}, "bad_date", "E2"),
    (Library.INSPECTORS, AN_OFFICER, {"certificate_expires_on": "46053"}, "bad_date", "E2"),
    (Library.INSPECTORS, AN_OFFICER, {"code": "P9", "certificate_no": "证001"}, "taken", "D2"),
    (Library.RECUSALS, A_RECUSAL, {"inspector": "证999"}, "unknown_inspector", "A2"),
    (Library.RECUSALS, A_RECUSAL, {"site_code": "S410105-000001"}, "one_object", "B2"),
    (Library.RECUSALS, A_RECUSAL, {"uscc": ""}, "one_object", "B2"),
    (Library.RECUSALS, A_RECUSAL, {"uscc": "", "site_code": "S9"}, "unknown_site", "C2"),
    (Library.RECUSALS, A_RECUSAL, {"from_on": "2026-03-01", "to_on": "2026-02-01"}, "period_reversed", "H2"),
    (Library.LEAVES, A_LEAVE, {"to_on": "2026-01-31"}, "period_reversed", "C2"),
    (Library.JURISDICTIONS, {"code": "410104001", "name": "某街道", "kind": "国标"}, {}, "bad_district", "A2"),
]


@pytest.mark.parametrize(("library", "cells", "changes", "code", "at"), BAD)
def test_a_bad_cell_is_named_with_its_reason(
    library: Library, cells: dict[str, str], changes: dict[str, str], code: str, at: str
) -> None:
    verdict = _one(library, cells | changes)
    assert (verdict.state, _codes(verdict)) == (RowState.REJECT, [code])
    assert verdict.problems[0].at == at
    assert verdict.problems[0].reason


def test_all_problems_of_a_row_are_told_at_once() -> None:
    bad = {"uscc": "123", "name": "", "jurisdiction": "区", "phone": "?"}
    assert _codes(_one(Library.ENTERPRISES, bad)) == ["bad_uscc", "bad_district", "bad_phone", "missing"]


def test_a_row_that_says_what_stands_there_is_the_same() -> None:
    cells = {spec.name: text_of(spec, SITE.values[spec.name]) for spec in FIELDS[Library.SITES]}
    assert _one(Library.SITES, cells).state is RowState.SAME


def test_a_site_without_its_number_is_found_by_enterprise_district_and_name() -> None:
    verdict = _one(Library.SITES, A_SITE | {"name": "示例小区", "address": "示例路2号"})
    assert (verdict.state, verdict.target) == (RowState.CHANGE, "s1")
    assert [(c.field, c.old, c.new) for c in verdict.changes] == [("address", "示例路1号", "示例路2号")]
    assert verdict.values["code"] == "S410105-000001"


def test_a_blank_cell_takes_a_value_away_and_a_column_that_is_not_there_keeps_it() -> None:
    by_code = {
        "code": "S410105-000001",
        "name": "示例小区",
        "address": "示例路1号",
        "jurisdiction": "410105",
        "uscc": USCC,
    }
    assert _one(Library.SITES, by_code).state is RowState.SAME
    [change] = _one(Library.SITES, by_code | {"households": "", "risk_class": ""}).changes
    assert (change.field, change.old, change.new) == ("households", 1000, None)


def test_two_sites_of_one_name_need_their_numbers() -> None:
    twin = replace(SITE, id="s2", values={**SITE.values, "code": "S410105-000002", "address": "示例路2号"})
    known = replace(KNOWN, rows={**KNOWN.rows, Library.SITES: [SITE, twin]})
    cells = A_SITE | {"name": "示例小区"}
    assert _codes(_one(Library.SITES, cells, known=known)) == ["ambiguous"]
    assert _one(Library.SITES, cells | {"code": "S410105-000002"}, known=known).target == "s2"


def test_a_statistical_code_that_only_adds_zeros_is_the_district() -> None:
    verdict = _one(Library.SITES, A_SITE | {"jurisdiction": "410105000000"})
    assert (verdict.state, verdict.values["jurisdiction"]) == (RowState.ADD, "410105")


def test_a_row_may_point_at_an_earlier_sheet_of_the_same_file_in_any_order() -> None:
    site, enterprise, district = (
        _raw(Library.SITES, A_SITE | {"uscc": NEW_USCC, "jurisdiction": "410104"}),
        _raw(Library.ENTERPRISES, AN_ENTERPRISE),
        _raw(Library.JURISDICTIONS, {"code": "410104", "name": "管城回族区", "kind": "国标"}),
    )
    assert [v.state for v in _judged(site, enterprise, district)] == [RowState.ADD] * 3


def test_a_row_that_points_at_a_rejected_one_says_so() -> None:
    enterprise = _raw(Library.ENTERPRISES, AN_ENTERPRISE | {"name": ""})
    site = _raw(Library.SITES, A_SITE | {"uscc": NEW_USCC}, 3)
    [_, verdict] = _judged(enterprise, site)
    assert _codes(verdict) == ["unknown_enterprise"]
    assert verdict.problems[0].reason == "该企业在本文件中未通过检查"


@pytest.mark.parametrize(
    ("library", "first", "second"),
    [
        (Library.ENTERPRISES, AN_ENTERPRISE, AN_ENTERPRISE | {"name": "另一个名字"}),
        (Library.SITES, A_SITE, A_SITE | {"address": "别处"}),
        (Library.SITES, A_SITE | {"code": "X1"}, A_SITE | {"code": "X1", "name": "别的"}),
        (Library.SITES, A_SITE | {"code": "X1"}, A_SITE | {"code": "X2"}),
        (Library.SITES, A_SITE | {"code": "S410105-000001"}, A_SITE | {"name": "新小区"}),
        (Library.INSPECTORS, AN_OFFICER, AN_OFFICER | {"name": "执法员003"}),
        (Library.INSPECTORS, AN_OFFICER | {"certificate_no": "证001"}, AN_OFFICER | {"code": "P410105-0001"}),
        (Library.RECUSALS, A_RECUSAL, A_RECUSAL | {"inspector": "P410105-0001", "reason": "又一次"}),
        (Library.LEAVES, A_LEAVE, A_LEAVE | {"inspector": "证001", "to_on": "2026-02-20"}),
    ],
)
def test_a_row_about_the_same_thing_as_an_earlier_one_is_a_duplicate(
    library: Library, first: dict[str, str], second: dict[str, str]
) -> None:
    [good, bad] = _judged(_raw(library, first, 5), _raw(library, second, 6))
    assert good.state is not RowState.REJECT
    assert _codes(bad) == ["duplicate"]
    assert "第 5 行" in bad.problems[0].reason


def test_a_person_who_comes_with_the_file_can_be_recused_by_the_certificate() -> None:
    person, recusal, leave = (
        _raw(Library.INSPECTORS, AN_OFFICER),
        _raw(Library.RECUSALS, A_RECUSAL | {"inspector": "证002"}),
        _raw(Library.LEAVES, A_LEAVE | {"inspector": "证002"}),
    )
    assert [v.state for v in _judged(person, recusal, leave)] == [RowState.ADD] * 3


def test_a_district_touches_nothing_of_another() -> None:
    moved = {"uscc": OTHER_USCC, "name": "改名", "jurisdiction": "410105"}
    verdict = _one(Library.ENTERPRISES, moved, scope="410105")
    assert (_codes(verdict), verdict.changes) == (["outside_scope"], ())
    assert _codes(_one(Library.LEAVES, A_LEAVE, scope="410102")) == ["outside_scope"]
    assert _one(Library.SITES, A_SITE | {"uscc": OTHER_USCC}, scope="410105").state is RowState.ADD


def test_what_was_removed_is_not_changed_and_nothing_new_points_at_it() -> None:
    known = replace(KNOWN, rows={**KNOWN.rows, Library.ENTERPRISES: [replace(ENTERPRISE, is_removed=True)]})
    cells = {"uscc": USCC, "name": "示例物业", "jurisdiction": "410105"}
    assert _codes(_one(Library.ENTERPRISES, cells, known=known)) == ["removed"]
    assert _codes(_one(Library.SITES, A_SITE, known=known)) == ["removed"]
    unchanged = {
        "code": "S410105-000001",
        "name": "示例小区",
        "address": "示例路1号",
        "jurisdiction": "410105",
        "uscc": USCC,
    }
    assert _one(Library.SITES, unchanged, known=known).state is RowState.SAME


def test_a_certificate_that_ran_out_in_the_library_can_be_imported_again_but_not_given_anew() -> None:
    expired = replace(OFFICER, values={**OFFICER.values, "certificate_expires_on": date(2026, 1, 1)})
    known = replace(KNOWN, rows={**KNOWN.rows, Library.INSPECTORS: [expired]})
    cells = {spec.name: text_of(spec, expired.values[spec.name]) for spec in FIELDS[Library.INSPECTORS]}
    assert _one(Library.INSPECTORS, cells, known=known).state is RowState.SAME
    again = cells | {"certificate_expires_on": "2026-02-01"}
    assert _codes(_one(Library.INSPECTORS, again, known=known)) == ["certificate_expired"]


def test_an_edit_may_change_what_a_file_finds_rows_by() -> None:
    raw = _raw(Library.ENTERPRISES, {"uscc": NEW_USCC})
    verdict = judge_edit(raw, KNOWN, target=ENTERPRISE, scope="", today=TODAY)
    assert (verdict.state, verdict.target, verdict.values["name"]) == (RowState.CHANGE, "e1", "示例物业")
    taken = judge_edit(_raw(Library.ENTERPRISES, {"uscc": OTHER_USCC}), KNOWN, target=ENTERPRISE, scope="", today=TODAY)
    assert _codes(taken) == ["taken"]


@pytest.mark.parametrize(
    "text",
    ["2026-01-31", "2026/1/31", "2026.01.31", "2026年1月31日", "20260131", "２０２６－０１－３１", " 2026-1-31 "],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_value(field_named(Library.LEAVES, "from_on"), text) == date(2026, 1, 31)


def test_codes_typed_full_width_or_with_blanks_are_read() -> None:
    assert read_value(field_named(Library.ENTERPRISES, "uscc"), f" {USCC[:8]} {USCC[8:].lower()} ") == USCC
    assert read_value(field_named(Library.SITES, "jurisdiction"), "４１０１０５") == "410105"
    assert read_value(field_named(Library.SITES, "households"), "1,200.0") == 1200


def test_numbers_of_cells_become_texts_without_exponents() -> None:
    assert [plain_text(value) for value in (12.0, 34.759073, 1e15, 13800000012, True)] == [
        "12", "34.759073", "1000000000000000", "13800000012", "是",
    ]  # fmt: skip


def test_a_control_character_is_no_text() -> None:
    with pytest.raises(Unreadable) as refused:
        read_value(field_named(Library.SITES, "name"), "小\x07区")
    assert refused.value.code is ProblemCode.BAD_TEXT
