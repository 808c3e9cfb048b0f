"""Excel files, in and out: the only import of openpyxl.

Writing: plain tables whose text can never turn into a formula. Reading: what strangers send. Bytes are looked at before
openpyxl sees them: what it is, how much it unpacks to, whether a document type hides in it.
Both take processor time: call them in a thread (`asyncio.to_thread`).
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from suicha.kit.errors import RuleViolation, TooLarge, WrongMediaType

Cell = str | int | float | Decimal | date | bool | None
Kind = Literal["text", "number", "date"]

# Excel's own limit of rows, and what a table of 50,000 rows of ours needs at most, several times over.
MOST_ROWS = 1_048_576
MOST_CELLS = 2_000_000
MOST_UNPACKED_BYTES = 80_000_000
MOST_PARTS = 500
MOST_COLUMNS = 60
# Deflate reaches 1000:1 on zeros; sheets full of equal rows stay below 100:1.
MOST_RATIO = 200
_SMALL_PART_BYTES = 1_000_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_ROWS_WITH_CHOICES = 5000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BLOCK_BYTES = 1 << 20
_OVERLAP_BYTES = 200


@dataclass(frozen=True)
class Column:
    """The head of a column. `note` is shown when the head is pointed at; `choices` become a list to choose from."""

    title: str
    width: int = 14
    kind: Kind = "text"
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table: each row has as many cells as there are columns."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx file with these tables; text stays text whatever it begins with."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        if column.choices:
            choice = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{_ROWS_WITH_CHOICES}")
            page.data_validations.append(choice)
    page.append([_head_cell(page, column) for column in sheet.columns])
    for row in sheet.rows:
        page.append([_cell(page, value, column.kind) for value, column in zip(row, sheet.columns, strict=True)])


def _head_cell(page: Any, column: Column) -> Any:
    cell = _cell(page, column.title, "text")
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EDF3")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    if column.note:
        cell.comment = Comment(column.note, "随查", height=120, width=280)
    return cell


def _cell(page: Any, value: Cell, kind: Kind) -> Any:
    if isinstance(value, bool):
        value = "是" if value else "否"
    if not isinstance(value, str):
        cell: Any = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", value))
    # openpyxl takes a leading "=" for a formula and "#N/A" for an error; here it is what somebody wrote.
    cell.data_type = "s"
    if kind == "text":
        cell.number_format = "@"
    if value.startswith(_FORMULA_SIGNS):
        cell.quotePrefix = True
    return cell


class WorkbookNotXlsx(WrongMediaType):
    """Not a zip with a workbook in it, whatever its name says."""

    code, title = "workbook_not_xlsx", "这不是 Excel 文件，请上传 .xlsx 格式的文件"


class WorkbookOldFormat(WrongMediaType):
    """The format of Excel 97 to 2003."""

    code, title = "workbook_old_format", "这是旧版 .xls 文件，请在 Excel 中另存为 .xlsx 后再上传"


class WorkbookEncrypted(WrongMediaType):
    """Needs a password to be opened."""

    code, title = "workbook_encrypted", "文件已加密，请去掉打开密码后再上传"


class WorkbookHasMacros(WrongMediaType):
    """Carries programs."""

    code, title = "workbook_has_macros", "文件含有宏，请另存为不含宏的 .xlsx 后再上传"


class WorkbookUnpacksTooLarge(TooLarge):
    """A zip bomb, or a table far beyond what this program takes; `reason` says which measure it breaks."""

    code, title = "workbook_unpacks_too_large", "文件解压后过大或压缩比异常，已拒绝"


class WorkbookBroken(RuleViolation):
    """A zip that Excel would not open either, or XML that no spreadsheet program writes."""

    code, title = "workbook_broken", "文件已损坏或结构异常，请用 Excel 重新保存后再上传"


@dataclass(frozen=True)
class ReadCell:
    """What stands in a cell. A formula or an error is told as such, never computed."""

    at: str
    column: int
    value: str | int | float | bool | date
    is_formula: bool = False
    is_error: bool = False


@dataclass(frozen=True)
class ReadRow:
    """One row that is not blank, with its number in the sheet and those of its cells that are not blank."""

    number: int
    cells: tuple[ReadCell, ...]


class ReadBook:
    """A workbook that passed the look at its bytes; rows are read as they are asked for."""

    def __init__(self, data: bytes) -> None:
        """Look at the bytes, then open; raises one of the errors above."""
        parts = _inspected(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        except _UNREADABLE as error:
            raise WorkbookBroken from error
        self.titles: tuple[str, ...] = tuple(page.title for page in self._book.worksheets)
        self._seen = {
            page.title: parts.get(str(getattr(page, "_worksheet_path", "")).lstrip("/"), _PartSeen())
            for page in self._book.worksheets
        }

    def merged(self, title: str) -> tuple[str, ...]:
        """The merged ranges of a sheet, like "A3:B5"."""
        return self._seen[title].merged

    def rows(self, title: str) -> Iterator[ReadRow]:
        """The rows of a sheet that are not blank, in order; raises WorkbookBroken where the XML ends badly."""
        page = self._book[title]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # What the file says about its own size is not to be trusted.
                page.reset_dimensions()
                for number, row in enumerate(page.iter_rows(max_col=MOST_COLUMNS), start=1):
                    cells = tuple(
                        _read_cell(number, place, cell) for place, cell in enumerate(row, start=1) if _is_filled(cell)
                    )
                    if cells:
                        yield ReadRow(number, cells)
        except _UNREADABLE as error:
            raise WorkbookBroken(sheet=title) from error

    def row_estimate(self, title: str) -> int:
        """How many rows the sheet has, blank ones too, for a progress bar only."""
        return self._seen[title].rows


@dataclass(frozen=True)
class _PartSeen:
    """What a look at the bytes of a part told."""

    merged: tuple[str, ...] = ()
    rows: int = 0


_UNREADABLE = (
    ParseError,
    DefusedXmlException,
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OverflowError,
    OSError,
    EOFError,
    RuntimeError,
    AssertionError,
    NotImplementedError,
)


def _is_filled(cell: Any) -> bool:
    return cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())


def _read_cell(row: int, place: int, cell: Any) -> ReadCell:
    at = f"{get_column_letter(place)}{row}"
    value = cell.value
    if cell.data_type == "f":
        return ReadCell(at, place, "=", is_formula=True)
    if cell.data_type == "e":
        return ReadCell(at, place, str(value), is_error=True)
    if isinstance(value, datetime):
        # A day typed into Excel is midnight; a time of day would be lost, so it stays visible as text.
        value = value.date() if value.time() == time(0) else value.isoformat(sep=" ")
    elif not isinstance(value, (str, int, float, date)):
        value = str(value)
    return ReadCell(at, place, value)


def rows_of_range(merged: str) -> range:
    """The row numbers that a merged range covers."""
    _, first, _, last = range_boundaries(merged)
    return range(int(first or 1), int(last or first or 1) + 1)


def _inspected(data: bytes) -> dict[str, _PartSeen]:
    """What is in the parts, by their names; raises where the bytes are not a workbook that may be opened."""
    if data.startswith(_OLE):
        raise WorkbookEncrypted if "EncryptedPackage".encode("utf-16-le") in data else WorkbookOldFormat
    if not data.startswith(b"PK\x03\x04"):
        raise WorkbookNotXlsx
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive.infolist())
            return {part.filename: _looked_at(archive, part) for part in archive.infolist() if _is_xml(part)}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise WorkbookBroken from error


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS:
        raise WorkbookUnpacksTooLarge(reason="parts", most=MOST_PARTS)
    # The sizes are what the directory says; zipfile reads no byte more than that of any part.
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise WorkbookUnpacksTooLarge(reason="bytes", most=MOST_UNPACKED_BYTES)
    for part in parts:
        if part.file_size > max(_SMALL_PART_BYTES, part.compress_size * MOST_RATIO):
            raise WorkbookUnpacksTooLarge(reason="ratio", most=MOST_RATIO)
        if part.flag_bits & 0x1:
            raise WorkbookEncrypted
    if any("vbaproject" in name.lower() for name in names):
        raise WorkbookHasMacros
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise WorkbookNotXlsx


_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,60}?ref\s*=\s*[\"']([A-Z0-9:$]{1,40})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


def _looked_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> _PartSeen:
    """Read one part in blocks; a document type or too many cells is refused here."""
    merged: dict[str, None] = {}
    rows = cells = 0
    tail = b""
    with archive.open(part) as source:
        first = source.read(4)
        # Excel writes UTF-8. Another encoding could hide a document type from this look.
        if first[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in first:
            raise WorkbookBroken(part=part.filename[:80])
        block = first + source.read(_BLOCK_BYTES)
        while block:
            seen = tail + block
            if _DOCTYPE.search(seen):
                raise WorkbookBroken(part=part.filename[:80])
            merged.update((found.decode(), None) for found in _MERGE.findall(seen))
            rows += len(_ROW.findall(block))
            cells += len(_CELL.findall(block))
            if rows > MOST_ROWS or cells > MOST_CELLS:
                raise WorkbookUnpacksTooLarge(reason="cells", most=MOST_CELLS)
            tail = seen[-_OVERLAP_BYTES:]
            block = source.read(_BLOCK_BYTES)
    return _PartSeen(tuple(merged), rows)
