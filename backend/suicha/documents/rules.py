"""Kinds of documents, their numbers and codes, and what each must be told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from suicha.documents.errors import DocumentFactsMissing


class Kind(StrEnum):
    """What can be made: before the visit, from the draw, and from the visit on."""

    # 行政检查审批表, 行政检查通知书, 双随机抽取记录, 抽取结果名单; 现场检查笔录, 责令限期改正通知书, 送达回证,
    # 复查记录, 移送函, 检查情况汇总表.
    APPROVAL = "approval"
    NOTICE = "notice"
    DRAW_RECORD = "draw_record"
    DRAW_LIST = "draw_list"
    SITE_RECORD = "site_record"
    ORDER = "order"
    SERVICE = "service"
    RECHECK_RECORD = "recheck_record"
    REFERRAL = "referral"
    SUMMARY = "summary"


NEEDS: Mapping[Kind, frozenset[str]] = {
    Kind.APPROVAL: frozenset({"number", "campaign", "period", "edition", "visits", "teams", "requested", "approved"}),
    Kind.NOTICE: frozenset({"number", "campaign", "site", "enterprise", "on", "team", "groups", "made_on"}),
    Kind.DRAW_RECORD: frozenset({"number", "campaign", "pool", "randomness", "seed", "digest", "teams", "districts"}),
    Kind.DRAW_LIST: frozenset({"number", "campaign", "digest", "rows"}),
    Kind.SITE_RECORD: frozenset({"number", "visit", "site", "enterprise", "team", "items", "signatures", "photos"}),
    Kind.ORDER: frozenset({"number", "agency", "visit", "site", "enterprise", "team", "problems", "made_on"}),
    Kind.SERVICE: frozenset({"number", "agency", "order", "enterprise", "service"}),
    Kind.RECHECK_RECORD: frozenset({"number", "agency", "visit", "site", "enterprise", "team", "problems"}),
    Kind.REFERRAL: frozenset({"number", "agency", "department", "site", "enterprise", "problems", "reply_due_on"}),
    Kind.SUMMARY: frozenset({"number", "campaign", "agency", "rows", "totals", "made_on"}),
}

_ENTERPRISE = {"enterprise.name": "企业名称（名录库）", "enterprise.uscc": "统一社会信用代码（名录库）"}
_SITE = {"site.name": "项目名称（名录库）", "site.address": "项目地址（名录库）"}
_AGENCY = {"agency": "机关名称（抽查任务的牵头部门，或服务器设置 SUICHA_AGENCY）"}
# What a person can enter, and where: a document without it is not printed, and no blank is left in its place.
TO_BE_ENTERED: Mapping[Kind, Mapping[str, str]] = {
    Kind.NOTICE: {**_AGENCY, **_ENTERPRISE, **_SITE},
    Kind.SITE_RECORD: {
        **_ENTERPRISE,
        **_SITE,
        "team[].certificate": "执法人员的执法证号（名录库）",
        "visit.sealed_at": "封存时间（检查还没有封存）",
    },
    Kind.ORDER: {
        **_AGENCY,
        **_ENTERPRISE,
        **_SITE,
        "team[].certificate": "执法人员的执法证号（名录库）",
        "problems[].fact": "问题的事实说明（检查记录的情况说明）",
        "problems[].due": "整改期限",
        "report.url": "企业提交整改证明的网址",
    },
    Kind.SERVICE: {**_AGENCY, **_ENTERPRISE, "service.on": "送达日期", "order.number": "通知书文号"},
    Kind.RECHECK_RECORD: {
        **_AGENCY,
        **_ENTERPRISE,
        **_SITE,
        "team[].certificate": "执法人员的执法证号（名录库）",
        "visit.manifest": "复查记录的封存（复查还没有封存）",
        "problems[].result": "每个问题的复查结果",
    },
    Kind.REFERRAL: {**_AGENCY, **_ENTERPRISE, **_SITE, "department": "接收部门", "reason": "移送理由"},
    Kind.SUMMARY: {**_AGENCY, "campaign": "抽查任务名称"},
}
DRAFT_NUMBER = "（草稿，未编号）"
# Crockford's base 32: no letter that is taken for a digit. 20 signs are 100 bits.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH, _GROUP = 20, 4


@dataclass(frozen=True)
class Numbered:
    """A place in the series of one kind and year: 检审〔2026〕12号."""

    kind: Kind
    year: int
    n: int
    prefix: str

    @property
    def text(self) -> str:
        """The number as it stands on paper (years in 六角括号, GB/T 9704)."""
        return f"{self.prefix}〔{self.year}〕{self.n}号"


@dataclass(frozen=True)
class LegalLine:
    """A line that quotes or follows a law; one that nobody compared with the official text is not printed."""

    text: str
    needs_check: bool


def printable(lines: Iterable[LegalLine]) -> list[str]:
    """The lines that may stand on a document that leaves the house."""
    return [line.text for line in lines if not line.needs_check]


def checked_facts(kind: Kind, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts if they are complete; a missing member is a fault of the program, not of a person."""
    missing = NEEDS[kind] - facts.keys()
    if missing:
        raise ValueError(f"{kind} needs {sorted(missing)}")
    return facts


def check_entered(kind: Kind, facts: Mapping[str, Any]) -> None:
    """Raises DocumentFactsMissing with everything that somebody has still to enter, and where."""
    missing = [name for path, name in TO_BE_ENTERED.get(kind, {}).items() if _is_missing(facts, path)]
    if missing:
        raise DocumentFactsMissing(f"还缺少：{'；'.join(missing)}", missing=missing)


def _is_missing(facts: Mapping[str, Any], path: str) -> bool:
    values = list(_values(facts, path.split(".")))
    return not values or any(value is None or value in ("", []) for value in values)


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """Everything that stands at the path; `name[]` is each member of a list."""
    if not path:
        yield value
        return
    name, rest = path[0], path[1:]
    inner = value.get(name.removesuffix("[]")) if isinstance(value, Mapping) else None
    if not name.endswith("[]"):
        yield from _values(inner, rest)
    elif inner:
        for member in inner:
            yield from _values(member, rest)
    else:
        yield None


def code_of(random_bytes: bytes) -> str:
    """A verification code from at least 20 random bytes: 5 bits of each."""
    return "".join(CODE_SIGNS[byte & 31] for byte in random_bytes[:CODE_LENGTH])


def in_groups(code: str) -> str:
    """The code as it stands on paper."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, with what is easily confused put right; None when it cannot be one."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(str.maketrans("OIL", "011"))
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS) else None


def file_name(number: str, title: str) -> str:
    """What a browser should call the download; brackets and slashes that file systems dislike are left out."""
    return f"{title} {number}.pdf".replace("/", "-").replace("\\", "-")
