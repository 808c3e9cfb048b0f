"""What strangers send as Excel, and what we send."""

import io
import struct
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from suicha.infra.workbooks import (
    Column,
    ReadBook,
    Sheet,
    WorkbookBroken,
    WorkbookEncrypted,
    WorkbookHasMacros,
    WorkbookNotXlsx,
    WorkbookOldFormat,
    WorkbookUnpacksTooLarge,
    rows_of_range,
    workbook_bytes,
)
from tests.registry.files import an_enterprise, part_of, saved, with_part, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def test_text_stays_text_whatever_it_begins_with() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", "00123", "\t=1"]
    data = workbook_bytes([Sheet("表", [Column("列")], [[text] for text in texts])])
    cells = [row[0] for row in load_workbook(io.BytesIO(data))["表"].iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", text) for text in texts]
    assert [cell.quotePrefix for cell in cells] == [True, True, True, True, True, False, False, True]
    assert b"<f>" not in part_of(data, SHEET)


def test_numbers_days_and_booleans_are_what_they_are() -> None:
    columns = [Column("数", kind="number"), Column("日", kind="date"), Column("是否"), Column("空")]
    data = workbook_bytes([Sheet("表", columns, [[3, date(2026, 1, 31), True, None]])])
    [row] = [row for row in ReadBook(data).rows("表") if row.number == 2]
    assert [(cell.at, cell.value) for cell in row.cells] == [("A2", 3), ("B2", date(2026, 1, 31)), ("C2", "是")]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    data = workbook_bytes([Sheet("表", [Column("列")], [["甲\x00\x0b乙"]])])
    assert load_workbook(io.BytesIO(data))["表"]["A2"].value == "甲乙"


def test_a_formula_and_an_error_are_told_as_such() -> None:
    made = Workbook()
    made.active.append(["=A2", "#REF!"])
    [row] = ReadBook(saved(made)).rows("Sheet")
    assert [(cell.is_formula, cell.is_error) for cell in row.cells] == [(True, False), (False, True)]


def test_merged_ranges_are_named_and_know_their_rows() -> None:
    made = Workbook()
    made.active.append(["a"])
    made.active.merge_cells("A3:B5")
    read = ReadBook(saved(made))
    assert (read.merged("Sheet"), read.row_estimate("Sheet")) == (("A3:B5",), 4)
    assert list(rows_of_range("A3:B5")) == [3, 4, 5]


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7", b"\x89PNG\r\n", b"<html>", "编号,名称".encode()])
def test_other_files_are_not_xlsx(data: bytes) -> None:
    with pytest.raises(WorkbookNotXlsx):
        ReadBook(data)


def test_a_zip_that_is_no_workbook_is_not_xlsx() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(WorkbookNotXlsx):
        ReadBook(out.getvalue())


def test_an_old_and_an_encrypted_file_are_told_apart() -> None:
    with pytest.raises(WorkbookOldFormat):
        ReadBook(OLE + b"\0" * 512 + "Workbook".encode("utf-16-le"))
    with pytest.raises(WorkbookEncrypted):
        ReadBook(OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"))


def test_macros_are_refused() -> None:
    with pytest.raises(WorkbookHasMacros):
        ReadBook(with_part(xlsx(enterprises=[an_enterprise(1)]), "xl/vbaProject.bin", b"\0"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(xlsx(enterprises=[an_enterprise(1)]), "xl/media/big.bin", b"\0" * 50_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(WorkbookUnpacksTooLarge) as refused:
        ReadBook(bomb)
    assert refused.value.facts["reason"] == "ratio"


def test_many_parts_and_many_bytes_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(600):
            archive.writestr(f"{number}.xml", "<a/>")
    with pytest.raises(WorkbookUnpacksTooLarge) as refused:
        ReadBook(out.getvalue())
    assert refused.value.facts["reason"] == "parts"
    pieces = io.BytesIO()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(100):
            archive.writestr(f"{number}.xml", b"x" * 999_999)
    with pytest.raises(WorkbookUnpacksTooLarge) as refused:
        ReadBook(pieces.getvalue())
    assert refused.value.facts["reason"] == "bytes"


def test_a_size_that_lies_does_not_help() -> None:
    """The directory says one byte; zipfile then reads one byte, whatever the stream would give."""
    data = bytearray(with_part(xlsx(enterprises=[an_enterprise(1)]), SHEET, b"<a>" + b" " * 90_000_000 + b"</a>"))
    name = data.rindex(SHEET.encode())
    struct.pack_into("<I", data, name - 46 + 24, 1)
    with pytest.raises((WorkbookBroken, WorkbookUnpacksTooLarge)):
        list(ReadBook(bytes(data)).rows("企业"))


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [ENTITY, ENTITY.decode().encode("utf-16"), b"not xml at all", b"<worksheet>"])
def test_entities_and_broken_parts_are_refused(part: str, content: bytes) -> None:
    data = with_part(xlsx(enterprises=[an_enterprise(1)]), part, content)
    with pytest.raises((WorkbookBroken, WorkbookNotXlsx)):
        [list(ReadBook(data).rows(title)) for title in ReadBook(data).titles]


def _as_excel_writes_it(texts: list[str], strings: bytes | None = None) -> bytes:
    """Texts in column A, kept once in a part of their own."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data = xlsx(enterprises=[an_enterprise(1)])
    types = part_of(data, "[Content_Types].xml").decode()
    link = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml" /></Types>'
    data = with_part(data, "[Content_Types].xml", types.replace("</Types>", link).encode())
    rels = part_of(data, "xl/_rels/workbook.xml.rels").decode()
    link = f'<Relationship Id="rId99" Type="{base}/sharedStrings" Target="sharedStrings.xml" /></Relationships>'
    data = with_part(data, "xl/_rels/workbook.xml.rels", rels.replace("</Relationships>", link).encode())
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(len(texts)))
    data = with_part(data, SHEET, f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>".encode())
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return with_part(data, "xl/sharedStrings.xml", strings or f"<sst {space}>{items}</sst>".encode())


def test_texts_that_are_kept_apart_are_read() -> None:
    rows = ReadBook(_as_excel_writes_it(["甲", "乙", "丙"])).rows("企业")
    assert [row.cells[0].value for row in rows] == ["甲", "乙", "丙"]


@pytest.mark.parametrize("strings", [ENTITY, b"not xml at all", b"<sst>", b"<sst></sst>"])
def test_texts_that_are_kept_apart_badly_are_refused(strings: bytes) -> None:
    with pytest.raises(WorkbookBroken):
        list(ReadBook(_as_excel_writes_it(["甲"], strings)).rows("企业"))


def test_a_file_cut_in_the_middle_is_broken() -> None:
    data = xlsx(enterprises=[an_enterprise(number) for number in range(200)])
    for length in (100, len(data) // 2, len(data) - 10):
        with pytest.raises(WorkbookBroken):
            ReadBook(data[:length])


def test_more_cells_than_a_table_of_ours_has_are_refused() -> None:
    rows = b"<row>" + b"<c/>" * 100 + b"</row>"
    sheet = b"<worksheet><sheetData>" + rows * 21_000 + b"</sheetData></worksheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<a/>")
        archive.writestr(SHEET, sheet)
    with pytest.raises(WorkbookUnpacksTooLarge) as refused:
        ReadBook(out.getvalue())
    assert refused.value.facts["reason"] == "cells"
