"""What becomes of each row of a file, and whether an edit may be made: the same rules for both.

A row is judged against the database and against the rows before it. What an accepted row needs is checked here
completely, so that writing it cannot fail. Rules about the present (a certificate that has run out, an enterprise that
was removed) refuse what a row newly says, never what stood there before: an export can always be imported again.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from suicha.registry.rules.codes import JurisdictionKind, is_jurisdiction_code
from suicha.registry.rules.fields import FIELDS, SHEETS, FieldSpec, Form, Library, Value, field_named
from suicha.registry.rules.people import InspectorKind, is_certified
from suicha.registry.rules.rows import (
    FieldChange,
    Key,
    Known,
    KnownRow,
    Problem,
    RawRow,
    RowState,
    Values,
    Verdict,
    all_keys,
    finding_key,
    label_of,
    unique_keys,
)
from suicha.registry.rules.shelf import Shelf
from suicha.registry.rules.values import ProblemCode, Unreadable, read_value

_UNKNOWN_DISTRICT = "区划代码未登记，请先写入导入文件的“辖区”工作表"


def judge_rows(rows: Sequence[RawRow], known: Known, *, scope: str, today: date) -> list[Verdict]:
    """A verdict for each row, in their order; `scope` is the jurisdiction prefix of whoever imports."""
    desk = _Desk(known, scope=scope, today=today)
    order = {library: place for place, library in enumerate(Library)}
    places = sorted(range(len(rows)), key=lambda n: (order[rows[n].library], n))
    verdicts: dict[int, Verdict] = {n: desk.judge(rows[n]) for n in places}
    return [verdicts[n] for n in range(len(rows))]


def judge_edit(raw: RawRow, known: Known, *, target: KnownRow | None, scope: str, today: date) -> Verdict:
    """A verdict for one row that somebody edits (`target`) or adds by hand (None)."""
    return _Desk(known, scope=scope, today=today).judge(raw, edited=target, is_by_hand=True)


class _Desk:
    """Judges row after row and remembers what it has seen."""

    def __init__(self, known: Known, *, scope: str, today: date) -> None:
        self._shelves = {library: Shelf(library, known.rows.get(library, ())) for library in Library}
        self._districts = set(known.districts)
        self._scope = scope
        self._today = today

    def judge(self, raw: RawRow, *, edited: KnownRow | None = None, is_by_hand: bool = False) -> Verdict:
        """Read the cells, find the row that is meant, and check what would stand there afterwards."""
        values, problems = _read_cells(raw)
        problems += self._resolve_people(raw, values)
        shelf = self._shelves[raw.library]
        found_by = None if is_by_hand else finding_key(raw.library, values)
        target = edited if is_by_hand else self._find(raw, found_by, problems)
        merged = _merged(raw.library, values, target)
        changes = _changes(raw.library, merged, target)
        touched = {change.field for change in changes}
        problems += _missing(raw, merged)
        if not problems:
            problems += self._check(raw, merged, target, touched, found_by)
        label = label_of(raw.library, merged) or label_of(raw.library, values)
        if problems:
            shelf.refuse(all_keys(raw.library, merged))
            return Verdict(raw.library, raw.row_no, RowState.REJECT, label, {}, problems=tuple(problems))
        shelf.put(raw.row_no, merged, target, found_by)
        if raw.library is Library.JURISDICTIONS:
            self._districts.add(str(merged["code"]))
        state = RowState.ADD if target is None else RowState.CHANGE if changes else RowState.SAME
        return Verdict(raw.library, raw.row_no, state, label, merged, target.id if target else None, changes)

    def _find(self, raw: RawRow, key: Key | None, problems: list[Problem]) -> KnownRow | None:
        found = self._shelves[raw.library].known(key) if key else []
        if len(found) > 1:
            column = field_named(raw.library, "code").title
            problems.append(
                Problem(ProblemCode.AMBIGUOUS, f"库中有 {len(found)} 条同名记录，请填写{column}以便识别", column)
            )
        return found[0] if len(found) == 1 else None

    def _resolve_people(self, raw: RawRow, values: Values) -> list[Problem]:
        """Write a person as his number, whichever of number and certificate stands in the cell."""
        said = values.get("inspector")
        if not isinstance(said, str):
            return []
        people = self._shelves[Library.INSPECTORS]
        for key in (("code", said), ("certificate", said)):
            found = people.values_at(key)
            if found is not None:
                # Somebody added by this very file may have no number yet; then the certificate is his name.
                values["inspector"] = found.get("code") or found.get("certificate_no")
                return []
        refused = people.is_refused(("code", said)) or people.is_refused(("certificate", said))
        reason = "该检查人员在本文件中未通过检查" if refused else "名录库中没有该检查人员"
        return [_problem(raw, "inspector", ProblemCode.UNKNOWN_INSPECTOR, reason)]

    def _check(
        self, raw: RawRow, values: Values, target: KnownRow | None, touched: set[str], found_by: Key | None
    ) -> list[Problem]:
        problems = self._check_scope(raw, values, target)
        if not problems:
            problems += self._check_removed(raw, target)
            problems += self._check_references(raw, values, touched)
            problems += self._check_unique(raw, values, target, found_by)
            problems += self._check_sense(raw, values, touched)
        return problems

    def _check_scope(self, raw: RawRow, values: Values, target: KnownRow | None) -> list[Problem]:
        name, place = self._place(raw.library, values)
        if target is not None and not target.place.startswith(self._scope):
            return [_problem(raw, name, ProblemCode.OUTSIDE_SCOPE, "库中该记录属于其他辖区，不在您的管辖范围")]
        if not place.startswith(self._scope):
            return [_problem(raw, name, ProblemCode.OUTSIDE_SCOPE, f"{place} 不在您的管辖范围")]
        return []

    def _place(self, library: Library, values: Mapping[str, Value]) -> tuple[str, str]:
        """Which column says where the row belongs, and where that is."""
        if library is Library.JURISDICTIONS:
            return "code", str(values["code"])
        if library in {Library.RECUSALS, Library.LEAVES}:
            person = self._person(values)
            return "inspector", str(person.get("home_jurisdiction") if person else "")
        name = "home_jurisdiction" if library is Library.INSPECTORS else "jurisdiction"
        return name, str(values[name])

    def _person(self, values: Mapping[str, Value]) -> Mapping[str, Value] | None:
        people = self._shelves[Library.INSPECTORS]
        said = values.get("inspector")
        return people.values_at(("code", said)) or people.values_at(("certificate", said))

    def _check_removed(self, raw: RawRow, target: KnownRow | None) -> list[Problem]:
        if target is None or not target.is_removed:
            return []
        return [_problem(raw, "", ProblemCode.REMOVED, f"该{SHEETS[raw.library]}记录已移出名录，请先恢复")]

    def _check_references(self, raw: RawRow, values: Values, touched: set[str]) -> list[Problem]:
        problems = []
        for spec in FIELDS[raw.library]:
            is_district = spec.form is Form.DISTRICT and values.get(spec.name) is not None
            if is_district and values[spec.name] not in self._districts:
                problems.append(_problem(raw, spec.name, ProblemCode.UNKNOWN_DISTRICT, _UNKNOWN_DISTRICT))
        if raw.library in {Library.SITES, Library.RECUSALS} and "uscc" in touched and values.get("uscc") is not None:
            problems += self._check_link(
                raw, "uscc", Library.ENTERPRISES, ("uscc", values["uscc"]), ProblemCode.UNKNOWN_ENTERPRISE
            )
        if raw.library is Library.RECUSALS and "site_code" in touched and values.get("site_code") is not None:
            problems += self._check_link(
                raw, "site_code", Library.SITES, ("code", values["site_code"]), ProblemCode.UNKNOWN_SITE
            )
        if "inspector" in touched and self._shelves[Library.INSPECTORS].is_removed(("code", values.get("inspector"))):
            problems.append(_problem(raw, "inspector", ProblemCode.REMOVED, "该检查人员已移出名录"))
        return problems

    def _check_link(
        self, raw: RawRow, name: str, to: Library, key: tuple[Value, ...], unknown: ProblemCode
    ) -> list[Problem]:
        shelf = self._shelves[to]
        what = SHEETS[to]
        if shelf.is_removed(key):
            return [_problem(raw, name, ProblemCode.REMOVED, f"该{what}已移出名录")]
        if shelf.values_at(key) is not None:
            return []
        is_refused = shelf.is_refused(key)
        return [
            _problem(raw, name, unknown, f"该{what}在本文件中未通过检查" if is_refused else f"名录库中没有该{what}")
        ]

    def _check_unique(
        self, raw: RawRow, values: Values, target: KnownRow | None, found_by: Key | None
    ) -> list[Problem]:
        shelf = self._shelves[raw.library]
        keys = unique_keys(raw.library, values)
        earlier = shelf.row_with([*keys, *([found_by] if found_by else [])], values, target)
        if earlier is not None:
            return [Problem(ProblemCode.DUPLICATE, f"与本文件第 {earlier} 行重复")]
        for key in keys:
            if any(row.id != (target.id if target else None) for row in shelf.known(key)):
                return [_taken(raw, str(key[0]))]
        return []

    def _check_sense(self, raw: RawRow, values: Values, touched: set[str]) -> list[Problem]:
        match raw.library:
            case Library.JURISDICTIONS:
                return _check_code(raw, values)
            case Library.SITES:
                return _check_position(raw, values)
            case Library.INSPECTORS:
                return _check_certificate(raw, values, touched, today=self._today)
            case Library.RECUSALS:
                return _check_object(raw, values) + _check_period(raw, values)
            case Library.LEAVES:
                return _check_period(raw, values)
            case _:
                return []


def _read_cells(raw: RawRow) -> tuple[Values, list[Problem]]:
    values: Values = {}
    problems = list(raw.faults)
    faulty = {fault.column for fault in raw.faults}
    for spec in FIELDS[raw.library]:
        if spec.name not in raw.cells or spec.title in faulty:
            continue
        try:
            values[spec.name] = read_value(spec, raw.cells[spec.name])
        except Unreadable as error:
            problems.append(_problem(raw, spec.name, error.code, error.reason))
    return values, problems


def _merged(library: Library, values: Values, target: KnownRow | None) -> Values:
    """What would stand there: the file's word, else what stood there, else the default of a new row."""
    merged: Values = {}
    for spec in FIELDS[library]:
        old = target.values.get(spec.name) if target else spec.default
        said = values.get(spec.name)
        # A blank cell takes a value away, but not a number that the system gave, nor what must not be blank.
        keeps = said is None and (spec.name not in values or spec.default is not None or spec.name == "code")
        merged[spec.name] = old if keeps else said
    return merged


def _changes(library: Library, merged: Values, target: KnownRow | None) -> tuple[FieldChange, ...]:
    old = target.values if target else {}
    return tuple(
        FieldChange(spec.name, old.get(spec.name), merged[spec.name])
        for spec in FIELDS[library]
        if old.get(spec.name) != merged[spec.name]
    )


def _missing(raw: RawRow, merged: Values) -> list[Problem]:
    """Required columns that are blank; one that could not be read has its own problem already."""
    unread = {fault.column for fault in raw.faults}
    return [
        _problem(raw, spec.name, ProblemCode.MISSING, "必填")
        for spec in FIELDS[raw.library]
        if spec.is_required and merged[spec.name] is None and spec.title not in unread and _is_blank(raw, spec)
    ]


def _is_blank(raw: RawRow, spec: FieldSpec) -> bool:
    return not raw.cells.get(spec.name, "").strip()


def _taken(raw: RawRow, key: str) -> Problem:
    names = {"certificate": "certificate_no", "place": "name", "recusal": "inspector", "leave": "inspector"}
    reasons = {
        "place": "库中已有同企业、同名、同地址的项目",
        "recusal": "库中已有相同的回避记录",
        "leave": "库中已有该人员同日开始的请假记录",
    }
    return _problem(raw, names.get(key, key), ProblemCode.TAKEN, reasons.get(key, "已被库中另一条记录使用"))


def _check_code(raw: RawRow, values: Values) -> list[Problem]:
    if is_jurisdiction_code(str(values["code"]), JurisdictionKind(str(values["kind"]))):
        return []
    return [
        _problem(
            raw, "code", ProblemCode.BAD_DISTRICT, "国标代码须为 6 位，统计代码须为 6、9 或 12 位，且以省级代码开头"
        )
    ]


def _check_position(raw: RawRow, values: Values) -> list[Problem]:
    if (values["lat"] is None) == (values["lon"] is None):
        return []
    name = "lat" if values["lat"] is None else "lon"
    return [_problem(raw, name, ProblemCode.COORDINATES_INCOMPLETE, "纬度和经度须同时填写")]


def _check_certificate(raw: RawRow, values: Values, touched: set[str], *, today: date) -> list[Problem]:
    """Officers need a certificate that has not run out; certified staff only (河南省行政执法条例 art. 20, 21)."""
    names = ("certificate_no", "certificate_expires_on")
    kind, expires_on = InspectorKind(str(values["kind"])), values["certificate_expires_on"]
    if kind is not InspectorKind.OFFICER or not touched & {*names, "kind"}:
        return []
    missing = [name for name in names if values[name] is None]
    if missing:
        return [_problem(raw, name, ProblemCode.CERTIFICATE_MISSING, "执法人员必填") for name in missing]
    if isinstance(expires_on, date) and is_certified(kind, expires_on, until=today):
        return []
    return [_problem(raw, names[1], ProblemCode.CERTIFICATE_EXPIRED, "执法证已过有效期，不能列入执法人员名录")]


def _check_object(raw: RawRow, values: Values) -> list[Problem]:
    if (values["uscc"] is None) != (values["site_code"] is None):
        return []
    return [_problem(raw, "uscc", ProblemCode.ONE_OBJECT, "企业与项目编号须填且只填一个")]


def _check_period(raw: RawRow, values: Values) -> list[Problem]:
    begins, ends = values["from_on"], values["to_on"]
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        return [_problem(raw, "to_on", ProblemCode.PERIOD_REVERSED, "早于开始日期")]
    return []


def _problem(raw: RawRow, name: str, code: ProblemCode, reason: str) -> Problem:
    if not name:
        return Problem(code, reason)
    letter = raw.letters.get(name)
    at = f"{letter}{raw.row_no}" if letter else ""
    return Problem(code, reason, field_named(raw.library, name).title, at, raw.cells.get(name, "").strip()[:60])
