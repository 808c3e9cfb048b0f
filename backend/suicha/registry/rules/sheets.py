"""From the cells of a sheet to rows: which library a sheet is, which column is which, what must not stand in a cell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from suicha.registry.rules.fields import FIELDS, SHEETS, FieldSpec, Library
from suicha.registry.rules.rows import Problem, RawRow
from suicha.registry.rules.values import ProblemCode, plain_text

# A row whose first cell begins so shows how to fill in a template and is no data.
EXAMPLE_MARK = "【示例】"
REQUIRED_MARK = "*"
NOTES_SHEET = "填写说明"


class CellSeen(Protocol):
    """A cell that is not blank, as a reader of spreadsheets tells it."""

    @property
    def at(self) -> str:
        """Like "C5"."""

    @property
    def column(self) -> int:
        """From 1."""

    @property
    def value(self) -> str | float | date:
        """What stands there."""

    @property
    def is_formula(self) -> bool:
        """It is computed; what it gives is not known here."""

    @property
    def is_error(self) -> bool:
        """It shows #N/A, #REF! or the like."""


@dataclass(frozen=True)
class Head:
    """The first row of a sheet, understood."""

    library: Library
    columns: Mapping[int, FieldSpec]
    letters: Mapping[str, str]


def library_of(title: str) -> Library | None:
    """The library whose sheet has this title."""
    return next((library for library, name in SHEETS.items() if name == title.strip()), None)


def read_head(library: Library, cells: Sequence[CellSeen]) -> tuple[Head, list[str]]:
    """The head of a library's sheet, and in words what is wrong with it."""
    by_title = {spec.title: spec for spec in FIELDS[library]}
    columns: dict[int, FieldSpec] = {}
    wrong = []
    for cell in cells:
        title = plain_text(cell.value).strip().rstrip(REQUIRED_MARK + "＊").strip()
        spec = by_title.get(title)
        if spec is None:
            wrong.append(f"{cell.at} 的列名“{title[:30]}”不认识")
        elif spec in columns.values():
            wrong.append(f"{cell.at} 的列“{title}”重复")
        else:
            columns[cell.column] = spec
    missing = [spec.title for spec in FIELDS[library] if spec.is_required and spec not in columns.values()]
    if missing:
        wrong.append(f"缺少必需的列：{'、'.join(missing)}")
    letters = {columns[cell.column].name: cell.at.rstrip("0123456789") for cell in cells if cell.column in columns}
    return Head(library, columns, letters), [f"工作表“{SHEETS[library]}”：{text}" for text in wrong]


def read_row(head: Head, row_no: int, cells: Sequence[CellSeen], merged: Collection[str]) -> RawRow | None:
    """One row below the head; None for the example of a template. `merged`: the merged ranges that touch the row."""
    if plain_text(cells[0].value).startswith(EXAMPLE_MARK):
        return None
    texts = {spec.name: "" for spec in head.columns.values()}
    faults = []
    for cell in cells:
        spec = head.columns.get(cell.column)
        fault = _fault(cell, spec)
        if fault is not None:
            faults.append(fault)
        elif spec is not None:
            texts[spec.name] = plain_text(cell.value)
    faults += [Problem(ProblemCode.MERGED, f"{area} 是合并单元格，请取消合并并逐行填写", at=area) for area in merged]
    return RawRow(head.library, row_no, texts, head.letters, tuple(faults))


def _fault(cell: CellSeen, spec: FieldSpec | None) -> Problem | None:
    title = spec.title if spec else ""
    if cell.is_formula:
        return Problem(ProblemCode.FORMULA, f"{cell.at} 是公式，请粘贴为数值", title, cell.at)
    if cell.is_error:
        return Problem(ProblemCode.CELL_ERROR, f"{cell.at} 是错误值", title, cell.at, plain_text(cell.value)[:60])
    if spec is None:
        return Problem(ProblemCode.TOO_MANY_COLUMNS, f"{cell.at} 有内容但该列没有列名", "", cell.at)
    return None
