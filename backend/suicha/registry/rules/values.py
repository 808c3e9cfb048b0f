"""From the text of a cell to a value, or to the reason why not."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite

from suicha.registry.rules.codes import is_coordinate, is_uscc, plain_jurisdiction
from suicha.registry.rules.fields import FieldSpec, Form, Value

_LARGEST_NUMBER = 99_999
_FIRST_YEAR, _LAST_YEAR = 1950, 2200
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?")
_DECIMAL = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")
_PHONE = re.compile(r"[0-9+\-() 转/,;、#*]{3,30}")
_YES = frozenset({"是", "有", "true", "yes", "y", "1", "√"})
_NO = frozenset({"否", "无", "false", "no", "n", "0", "×"})


class ProblemCode(StrEnum):
    """Why a row is refused; listed in docs/errors.md and never renamed."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    BAD_NUMBER = "bad_number"
    BAD_DATE = "bad_date"
    BAD_YES_NO = "bad_yes_no"
    BAD_PHONE = "bad_phone"
    BAD_COORDINATE = "bad_coordinate"
    BAD_USCC = "bad_uscc"
    BAD_DISTRICT = "bad_district"
    UNKNOWN_CHOICE = "unknown_choice"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    MERGED = "merged"
    TOO_MANY_COLUMNS = "too_many_columns"
    DUPLICATE = "duplicate"
    TAKEN = "taken"
    AMBIGUOUS = "ambiguous"
    REMOVED = "removed"
    OUTSIDE_SCOPE = "outside_scope"
    UNKNOWN_DISTRICT = "unknown_district"
    UNKNOWN_ENTERPRISE = "unknown_enterprise"
    UNKNOWN_SITE = "unknown_site"
    UNKNOWN_INSPECTOR = "unknown_inspector"
    ONE_OBJECT = "one_object"
    PERIOD_REVERSED = "period_reversed"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_EXPIRED = "certificate_expired"
    COORDINATES_INCOMPLETE = "coordinates_incomplete"


class Unreadable(Exception):
    """A text that is no value of its column: a code for programs, a reason for people."""

    def __init__(self, code: ProblemCode, reason: str) -> None:
        """Say both."""
        super().__init__(reason)
        self.code, self.reason = code, reason


def read_value(spec: FieldSpec, text: str) -> Value:
    """The value that a text stands for, None for a blank one; raises Unreadable."""
    text = text.strip()
    if not text:
        return None
    if not is_storable(text):
        raise Unreadable(ProblemCode.BAD_TEXT, "含有不可见的控制字符")
    if spec.form is not Form.TEXT:
        # Codes and numbers typed with a Chinese keyboard often come full width.
        text = unicodedata.normalize("NFKC", text).strip()
    return _READERS[spec.form](spec, text)


def is_storable(text: str) -> bool:
    """True for a text without control characters and lone surrogates, which databases and files refuse."""
    return not any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text)


def text_of(spec: FieldSpec, value: Value) -> str:
    """The text that `read_value` reads as this value, as it stands in an export."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    return next((label for label, code in spec.choices.items() if code == value), str(value))


def plain_text(value: str | float | date) -> str:
    """What a cell of a spreadsheet shows, as text: whole numbers without a point, no exponents."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f") if isfinite(value) else str(value)


def _read_text(spec: FieldSpec, text: str) -> str:
    words = " ".join(text.split())
    if len(words) > spec.longest:
        raise Unreadable(ProblemCode.TOO_LONG, f"超过 {spec.longest} 个字")
    return words


def _read_code(spec: FieldSpec, text: str) -> str:
    return _read_text(spec, "".join(text.split()))


def _read_phone(spec: FieldSpec, text: str) -> str:
    phone = _read_text(spec, text)
    if not _PHONE.fullmatch(phone):
        raise Unreadable(ProblemCode.BAD_PHONE, "不是电话号码")
    return phone


def _read_number(_spec: FieldSpec, text: str) -> int:
    found = _NUMBER.fullmatch(text)
    digits = found[1].replace(",", "") if found else ""
    if not digits or len(digits.lstrip("0")) > len(str(_LARGEST_NUMBER)):
        raise Unreadable(ProblemCode.BAD_NUMBER, f"须为 0 至 {_LARGEST_NUMBER} 的整数")
    return int(digits)


def _read_date(_spec: FieldSpec, text: str) -> date:
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Unreadable(ProblemCode.BAD_DATE, "不是日期，请写成 2026-01-31")
    return day


def _read_yes_no(_spec: FieldSpec, text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise Unreadable(ProblemCode.BAD_YES_NO, "请填“是”或“否”")


def _read_choice(spec: FieldSpec, text: str) -> str:
    for label, code in spec.choices.items():
        if text.casefold() in {label.casefold(), code.casefold()}:
            return code
    raise Unreadable(ProblemCode.UNKNOWN_CHOICE, f"只能是：{'、'.join(spec.choices)}")


def _read_uscc(_spec: FieldSpec, text: str) -> str:
    code = "".join(text.split()).upper()
    if not is_uscc(code):
        raise Unreadable(ProblemCode.BAD_USCC, "长度、字符或校验码不符合 GB 32100")
    return code


def _read_district(_spec: FieldSpec, text: str) -> str:
    code = plain_jurisdiction("".join(text.split()))
    if not re.fullmatch(r"[0-9]{6}([0-9]{3}){0,2}", code):
        raise Unreadable(ProblemCode.BAD_DISTRICT, "区划代码须为 6、9 或 12 位数字")
    return code


def _read_coordinate(limit: int) -> Callable[[FieldSpec, str], str]:
    def read(spec: FieldSpec, text: str) -> str:
        if not _DECIMAL.fullmatch(text) or len(text) > spec.longest or not is_coordinate(text, limit=limit):
            raise Unreadable(ProblemCode.BAD_COORDINATE, f"须为 -{limit} 至 {limit} 的小数")
        return text

    return read


_READERS: dict[Form, Callable[[FieldSpec, str], Value]] = {
    Form.TEXT: _read_text,
    Form.CODE: _read_code,
    Form.PHONE: _read_phone,
    Form.NUMBER: _read_number,
    Form.DATE: _read_date,
    Form.YES_NO: _read_yes_no,
    Form.CHOICE: _read_choice,
    Form.USCC: _read_uscc,
    Form.DISTRICT: _read_district,
    Form.LATITUDE: _read_coordinate(90),
    Form.LONGITUDE: _read_coordinate(180),
}
