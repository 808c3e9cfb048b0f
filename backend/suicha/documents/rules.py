"""Kinds of documents, their numbers, and what each must be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """行政检查审批表, 行政检查通知书, 双随机抽取记录, 抽取结果名单."""

    APPROVAL = "approval"
    NOTICE = "notice"
    DRAW_RECORD = "draw_record"
    DRAW_LIST = "draw_list"


NEEDS: Mapping[Kind, frozenset[str]] = {
    Kind.APPROVAL: frozenset({"number", "campaign", "period", "edition", "visits", "teams", "requested", "approved"}),
    Kind.NOTICE: frozenset({"number", "campaign", "site", "enterprise", "on", "team", "groups", "made_on"}),
    Kind.DRAW_RECORD: frozenset({"number", "campaign", "pool", "randomness", "seed", "digest", "teams", "districts"}),
    Kind.DRAW_LIST: frozenset({"number", "campaign", "digest", "rows"}),
}


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
    """The facts if they are complete; a missing one is a fault of the program, not of a person."""
    missing = NEEDS[kind] - facts.keys()
    if missing:
        raise ValueError(f"{kind} needs {sorted(missing)}")
    return facts


def file_name(number: str, title: str) -> str:
    """What a browser should call the download; brackets and slashes that file systems dislike are left out."""
    return f"{title} {number}.pdf".replace("/", "-").replace("\\", "-")
