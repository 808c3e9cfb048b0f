"""THE table of columns: what a row of each library consists of, in Excel, in an edit and in the history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Value = str | int | bool | date | None


class Library(StrEnum):
    """One kind of rows, one sheet of a file. In this order a later one may point at an earlier one."""

    JURISDICTIONS = "jurisdictions"
    ENTERPRISES = "enterprises"
    SITES = "sites"
    INSPECTORS = "inspectors"
    RECUSALS = "recusals"
    LEAVES = "leaves"


class Form(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    CODE = "code"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    USCC = "uscc"
    DISTRICT = "district"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"


@dataclass(frozen=True)
class FieldSpec:
    """One column. `choices` maps what people read to the code; `default` stands where a new row says nothing."""

    name: str
    title: str
    form: Form = Form.TEXT
    longest: int = 200
    is_required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    default: Value = None
    example: str = ""
    note: str = ""
    width: int = 16


_GRADES = {letter: letter for letter in "ABCD"}
_DISTRICT_NOTE = (
    "国标 GB/T 2260 六位代码；没有国标代码的功能区填统计用区划代码（6、9 或 12 位）。"
    "代码须已登记；新的代码写在导入文件的“辖区”工作表。"
)
_USCC_NOTE = "18 位，按 GB 32100 核对校验码。"
_INSPECTOR_NOTE = "填人员编号或执法证号。"

SHEETS: Mapping[Library, str] = {
    Library.JURISDICTIONS: "辖区",
    Library.ENTERPRISES: "企业",
    Library.SITES: "项目",
    Library.INSPECTORS: "检查人员",
    Library.RECUSALS: "回避",
    Library.LEAVES: "请假",
}

FIELDS: Mapping[Library, tuple[FieldSpec, ...]] = {
    Library.JURISDICTIONS: (
        FieldSpec("code", "区划代码", Form.CODE, 12, is_required=True, example="410105", note="6、9 或 12 位数字。"),
        FieldSpec("name", "名称", longest=60, is_required=True, example="金水区", width=24),
        FieldSpec(
            "kind", "代码类型", Form.CHOICE, choices={"国标": "gb2260", "统计": "statistical"}, is_required=True,
            example="国标",
        ),
    ),
    Library.ENTERPRISES: (
        FieldSpec("uscc", "统一社会信用代码", Form.USCC, 18, is_required=True, example="91410102000000019H",
                  note=_USCC_NOTE, width=24),
        FieldSpec("name", "企业名称", longest=120, is_required=True, example="某某物业服务有限公司", width=36),
        FieldSpec("jurisdiction", "区划代码", Form.DISTRICT, 12, is_required=True, example="410105",
                  note=_DISTRICT_NOTE),
        FieldSpec("phone", "联系电话", Form.PHONE, 30, example="0371-00000000", width=18),
        FieldSpec("address", "住所", longest=200, example="示例路1号", width=36),
        FieldSpec("credit_grade", "行业信用等级", Form.CHOICE, choices=_GRADES, example="B",
                  note="行业主管部门评定的 A、B、C、D；未评定留空。与项目的风险等级是两回事。"),
    ),
    Library.SITES: (
        FieldSpec("code", "项目编号", Form.CODE, 40, example="", note="留空时由系统编号；再次导入时按编号识别。",
                  width=20),
        FieldSpec("name", "项目名称", longest=120, is_required=True, example="某某小区", width=28),
        FieldSpec("address", "地址", longest=200, is_required=True, example="示例路1号", width=36),
        FieldSpec("jurisdiction", "区划代码", Form.DISTRICT, 12, is_required=True, example="410105",
                  note=_DISTRICT_NOTE),
        FieldSpec("uscc", "企业统一社会信用代码", Form.USCC, 18, is_required=True, example="91410102000000019H",
                  note="服务企业，须在“企业”表或名录库中。", width=24),
        FieldSpec("households", "户数", Form.NUMBER, example="1200", width=10),
        FieldSpec("buildings", "楼栋数", Form.NUMBER, example="12", width=10),
        FieldSpec("lifts", "电梯数", Form.NUMBER, example="24", width=10),
        FieldSpec("is_high_rise", "高层住宅", Form.YES_NO, default=False, example="是",
                  note="建筑高度大于 27 米的住宅填“是”。", width=10),
        FieldSpec("risk_class", "风险等级", Form.CHOICE, choices=_GRADES, default="B", example="B",
                  note="A、B、C、D；新项目留空按 B。", width=10),
        FieldSpec("lat", "纬度", Form.LATITUDE, 20, example="34.750000"),
        FieldSpec("lon", "经度", Form.LONGITUDE, 20, example="113.650000"),
        FieldSpec("contact_name", "项目联系人", longest=60, example="项目负责人01"),
        FieldSpec("contact_phone", "联系人电话", Form.PHONE, 30, example="0371-00000000", width=18),
    ),
    Library.INSPECTORS: (
        FieldSpec("code", "人员编号", Form.CODE, 40, example="", note="留空时由系统编号；再次导入时按编号识别。",
                  width=20),
        FieldSpec("kind", "人员类别", Form.CHOICE, choices={"执法人员": "officer", "行业专家": "expert"},
                  is_required=True, example="执法人员"),
        FieldSpec("name", "姓名", longest=60, is_required=True, example="执法员01"),
        FieldSpec("certificate_no", "执法证号", Form.CODE, 40, example="豫A0000001", note="执法人员必填。", width=20),
        FieldSpec("certificate_expires_on", "执法证有效期至", Form.DATE, example="2030-12-31",
                  note="执法人员必填；已过期的证件不能导入。", width=18),
        FieldSpec("home_jurisdiction", "所属区划代码", Form.DISTRICT, 12, is_required=True, example="410105",
                  note=_DISTRICT_NOTE),
        FieldSpec("employer", "工作单位", longest=120, is_required=True, example="金水区住房管理部门", width=30),
    ),
    Library.RECUSALS: (
        FieldSpec("inspector", "检查人员", Form.CODE, 40, is_required=True, example="豫A0000001",
                  note=_INSPECTOR_NOTE, width=20),
        FieldSpec("uscc", "企业统一社会信用代码", Form.USCC, 18, example="91410102000000019H",
                  note="企业与项目编号填且只填一个。", width=24),
        FieldSpec("site_code", "项目编号", Form.CODE, 40, example="", note="企业与项目编号填且只填一个。", width=20),
        FieldSpec("kind", "回避类型", Form.CHOICE, is_required=True, example="任职单位",
                  choices={"任职单位": "employer", "近亲属": "relative", "本人申报": "self_declared"}),
        FieldSpec("reason", "回避事由", longest=200, is_required=True, example="曾在该企业任职", width=36),
        FieldSpec("declared_on", "申报日期", Form.DATE, is_required=True, example="2026-01-31"),
        FieldSpec("from_on", "生效日期", Form.DATE, example="2026-01-31", note="留空为一直有效。"),
        FieldSpec("to_on", "截止日期", Form.DATE, example="", note="留空为长期有效。"),
    ),
    Library.LEAVES: (
        FieldSpec("inspector", "检查人员", Form.CODE, 40, is_required=True, example="豫A0000001",
                  note=_INSPECTOR_NOTE, width=20),
        FieldSpec("from_on", "开始日期", Form.DATE, is_required=True, example="2026-02-01"),
        FieldSpec("to_on", "结束日期", Form.DATE, is_required=True, example="2026-02-10", note="含当日。"),
        FieldSpec("reason", "事由", longest=200, example="年休假", width=36),
    ),
}  # fmt: skip


def field_named(library: Library, name: str) -> FieldSpec:
    """One column by its name in code."""
    return next(spec for spec in FIELDS[library] if spec.name == name)
