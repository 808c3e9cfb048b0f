"""Files of the libraries: reading what somebody uploads, writing templates and exports. Call these in a thread."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suicha.infra.workbooks import Column, ReadBook, Sheet, rows_of_range, workbook_bytes
from suicha.registry.errors import ImportEmpty, ImportLayoutWrong, ImportTooLong
from suicha.registry.rules.fields import FIELDS, SHEETS, FieldSpec, Form, Library, Value
from suicha.registry.rules.rows import RawRow
from suicha.registry.rules.sheets import (
    EXAMPLE_MARK,
    NOTES_SHEET,
    REQUIRED_MARK,
    Head,
    library_of,
    read_head,
    read_row,
)
from suicha.registry.rules.values import text_of

MOST_ROWS = 50_000
_TELL_EVERY = 100
# A merged block may reach over thousands of rows; naming it on each of them helps nobody.
_MERGED_ROWS_NAMED = 1000


@dataclass(frozen=True)
class UploadedBook:
    """A workbook whose sheets and columns are those of the libraries."""

    book: ReadBook
    heads: Mapping[str, Head]

    @property
    def row_estimate(self) -> int:
        """How many rows the file says it has, for a progress bar."""
        return min(MOST_ROWS, sum(max(0, self.book.row_estimate(title) - 1) for title in self.heads))


def open_upload(data: bytes) -> UploadedBook:
    """Look at a file before anything of it is taken; raises what is wrong with it as a whole."""
    book = ReadBook(data)
    heads: dict[str, Head] = {}
    wrong: list[str] = []
    for title in book.titles:
        if title.strip() == NOTES_SHEET:
            continue
        first = next(book.rows(title), None)
        if first is None:
            continue
        library = library_of(title)
        if library is None:
            wrong.append(f"工作表“{title[:30]}”不认识，应为：{'、'.join(SHEETS.values())}")
            continue
        heads[title], problems = read_head(library, first.cells)
        wrong += problems
    if wrong:
        raise ImportLayoutWrong("；".join(wrong)[:400], problems=wrong[:50])
    if not heads:
        raise ImportEmpty
    return UploadedBook(book, heads)


def read_upload(upload: UploadedBook, on_progress: Callable[[int], None]) -> list[RawRow]:
    """All rows of a file that are data; raises ImportTooLong or ImportEmpty, WorkbookBroken where a sheet is cut."""
    rows: list[RawRow] = []
    for title, head in upload.heads.items():
        merged = _merged_by_row(upload.book.merged(title))
        lines = upload.book.rows(title)
        next(lines, None)
        for line in lines:
            row = read_row(head, line.number, line.cells, merged.get(line.number, ()))
            if row is None:
                continue
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise ImportTooLong(most=MOST_ROWS)
            if len(rows) % _TELL_EVERY == 0:
                on_progress(len(rows))
    if not rows:
        raise ImportEmpty
    return rows


def _merged_by_row(ranges: Sequence[str]) -> Mapping[int, Sequence[str]]:
    by_row: defaultdict[int, list[str]] = defaultdict(list)
    for area in ranges:
        for row in rows_of_range(area)[:_MERGED_ROWS_NAMED]:
            by_row[row].append(area)
    return by_row


def template(libraries: Sequence[Library]) -> bytes:
    """An empty file to fill in, with an example row that an import leaves out, and notes on every column."""
    sheets = [Sheet(SHEETS[library], _columns(library), [_example(library)]) for library in libraries]
    return workbook_bytes([*sheets, _notes(libraries)])


def export(library: Library, rows: Iterable[Mapping[str, Value]]) -> bytes:
    """Rows in the form that an import reads: taken in again unchanged, all of them are "same"."""
    lines = ([_cell(spec, row.get(spec.name)) for spec in FIELDS[library]] for row in rows)
    return workbook_bytes([Sheet(SHEETS[library], _columns(library), lines)])


def _columns(library: Library) -> list[Column]:
    return [
        Column(
            spec.title + (REQUIRED_MARK if spec.is_required else ""),
            spec.width,
            "date" if spec.form is Form.DATE else "number" if spec.form is Form.NUMBER else "text",
            spec.note,
            tuple(spec.choices) or (("是", "否") if spec.form is Form.YES_NO else ()),
        )
        for spec in FIELDS[library]
    ]


def _cell(spec: FieldSpec, value: Value) -> str | int | date | None:
    if isinstance(value, (int, date)) and not isinstance(value, bool):
        return value
    return text_of(spec, value) or None


def _example(library: Library) -> list[str]:
    first, *others = (spec.example for spec in FIELDS[library])
    return [EXAMPLE_MARK + first, *others]


def _notes(libraries: Sequence[Library]) -> Sheet:
    lines: list[list[str]] = [
        ["", "", "", f"以“{EXAMPLE_MARK}”开头的行是示例，不会导入。带 {REQUIRED_MARK} 的列必填。"],
        ["", "", "", "已在库中的记录按编号（企业按统一社会信用代码）识别：单元格留空会清除原值，整列删去则保持不变。"],
        ["", "", "", "日期写成 2026-01-31、2026/1/31 或 2026年1月31日。不要使用公式和合并单元格。"],
    ]
    for library in libraries:
        for spec in FIELDS[library]:
            note = spec.note or ("可选：" + "、".join(spec.choices) if spec.choices else "")
            lines.append([SHEETS[library], spec.title, "必填" if spec.is_required else "选填", note])
    heads = [Column("工作表", 12), Column("列", 24), Column("必填", 8), Column("说明", 80)]
    return Sheet(NOTES_SHEET, heads, lines)
