"""Roster files as people make them, and some as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from suicha.registry.rules import uscc_check_character

ENTERPRISES = ("统一社会信用代码", "企业名称", "区划代码", "联系电话", "住所", "行业信用等级")
SITES = ("项目编号", "项目名称", "地址", "区划代码", "企业统一社会信用代码", "户数", "高层住宅", "风险等级")
INSPECTORS = ("人员编号", "人员类别", "姓名", "执法证号", "执法证有效期至", "所属区划代码", "工作单位")
RECUSALS = ("检查人员", "企业统一社会信用代码", "项目编号", "回避类型", "回避事由", "申报日期", "截止日期")
LEAVES = ("检查人员", "开始日期", "结束日期", "事由")

Sheets = Mapping[str, Sequence[Sequence[Any]]]


def a_uscc(number: int) -> str:
    """The credit code of a made-up enterprise."""
    first_17 = f"91410105MA{number:07d}"
    return first_17 + uscc_check_character(first_17)


def an_enterprise(number: int, *, district: str = "410105", name: str | None = None) -> list[Any]:
    """A row of the sheet 企业."""
    return [a_uscc(number), name or f"示例物业服务有限公司{number:05d}", district, "0371-00000000", None, "B"]


def a_site(number: int, *, enterprise: int = 1, district: str = "410105", code: str | None = None) -> list[Any]:
    """A row of the sheet 项目."""
    name, address = f"示例小区{number:05d}", f"示例路{number}号"
    return [code, name, address, district, a_uscc(enterprise), 1000, "是", None]


def an_officer(number: int, *, district: str = "410105", expires_on: Any = date(2099, 12, 31)) -> list[Any]:
    """A row of the sheet 检查人员."""
    return [None, "执法人员", f"执法员{number:03d}", f"示例证{number:05d}", expires_on, district, "示例住房管理部门"]


def book(sheets: Sheets) -> Workbook:
    """A workbook with these rows, heads included."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def xlsx(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A file; sheets are named by library: `enterprises=[row, …]` without heads."""
    titles = {
        "enterprises": ("企业", ENTERPRISES),
        "sites": ("项目", SITES),
        "inspectors": ("检查人员", INSPECTORS),
        "recusals": ("回避", RECUSALS),
        "leaves": ("请假", LEAVES),
        "jurisdictions": ("辖区", ("区划代码", "名称", "代码类型")),
    }
    return saved(book({titles[name][0]: [titles[name][1], *rows] for name, rows in sheets.items()}))


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The file with one part put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """One part of a file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
