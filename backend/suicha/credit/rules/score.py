"""The arithmetic of a score, line by line: whoever reads it can add it up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suicha.credit.rules.policy import CreditRules
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex


@dataclass(frozen=True)
class Conduct:
    """What sealed records of a period say of one enterprise; `references` name what was counted, by rule."""

    enterprise: str
    jurisdiction: str
    visits: int
    counts: Mapping[str, int]
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line: so many of something, so many points each."""

    code: str
    label: str
    unit: str
    count: int
    points: int
    total: int
    references: tuple[str, ...]


@dataclass(frozen=True)
class ScoreCard:
    """A score in tenths of a point, and how it comes about."""

    enterprise: str
    jurisdiction: str
    visits: int
    base: int
    lines: tuple[Line, ...]
    sum: int
    tenths: int

    def facts(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "base": self.base,
            "visits": self.visits,
            "lines": [
                {
                    "code": line.code,
                    "label": line.label,
                    "unit": line.unit,
                    "count": line.count,
                    "points": line.points,
                    "total": line.total,
                    "references": list(line.references),
                }
                for line in self.lines
            ],
            "sum": self.sum,
            "tenths": self.tenths,
        }


def score_of(conduct: Conduct, rules: CreditRules) -> ScoreCard:
    """Base plus the sum of all points divided by the visits, to a tenth of a point, halves away from the base."""
    lines = tuple(
        Line(
            rule.code, rule.label, rule.unit, conduct.counts[rule.code], rule.points,
            rule.points * conduct.counts[rule.code], tuple(sorted(conduct.references.get(rule.code, ()))),
        )
        for rule in rules.points
        if conduct.counts.get(rule.code)
    )  # fmt: skip
    total = sum(line.total for line in lines)
    visits = max(conduct.visits, 1)
    away = (2 * abs(total) * 10 + visits) // (2 * visits)
    tenths = rules.base * 10 + (away if total > 0 else -away)
    return ScoreCard(conduct.enterprise, conduct.jurisdiction, conduct.visits, rules.base, lines, total, tenths)


def digest_of(facts: Mapping[str, Any]) -> str:
    """Who approves names the digest of what was looked at."""
    return sha256_hex(canonical_json(dict(facts)))
