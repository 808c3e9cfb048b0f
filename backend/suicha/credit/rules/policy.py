"""The rules of a bureau as code sees them: points, lists with their sides and streaks, grades."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from suicha.credit.errors import CreditRoundUnknown
from suicha.credit.rules.periods import PeriodKind

GRADE, BAD_RECORD = "grade", "bad_record"
STREAK = "streak"


@dataclass(frozen=True)
class PointRule:
    """So many points for each of something."""

    code: str
    label: str
    unit: str
    points: int


@dataclass(frozen=True)
class Side:
    """Where an enterprise may stand on a list, or a grade that it may get."""

    side: str
    name: str
    is_good: bool
    most_percent: int = 100
    at_least: int | None = None
    below: int | None = None
    risk_steps: int = 0
    risk_class: str | None = None

    def takes(self, tenths: int) -> bool:
        """True where a score, in tenths of a point, reaches the threshold."""
        return (self.at_least is None or tenths >= self.at_least * 10) and (
            self.below is None or tenths < self.below * 10
        )


@dataclass(frozen=True)
class Streak:
    """What is proposed when somebody stood on one side so many times: in a row, or within twelve months."""

    code: str
    name: str
    side: str
    times: int
    in_a_row: bool
    text: str


@dataclass(frozen=True)
class ListRules:
    """A list, or the grades, which are a list on which everybody stands."""

    code: str
    name: str
    period: PeriodKind
    within: str
    fewest_visits: int
    is_public: bool
    sides: tuple[Side, ...]
    streaks: tuple[Streak, ...] = ()


@dataclass(frozen=True)
class CreditRules:
    """Everything of the policy file."""

    base: int
    points: tuple[PointRule, ...]
    lists: tuple[ListRules, ...]
    bad_record: Side
    is_bad_record_public: bool
    bad_record_name: str
    objection_working_days: int
    valid_months: Mapping[bool, int]
    repair_earliest_months: int

    def list_of(self, code: str) -> ListRules:
        """The list of this code; raises CreditRoundUnknown."""
        for one in self.lists:
            if one.code == code:
                return one
        raise CreditRoundUnknown(list=code)

    def side_of(self, kind: str, side: str) -> Side:
        """What an entry of this kind and side means; one that the policy no longer names has no effect."""
        if kind == BAD_RECORD:
            return self.bad_record
        for one in self.lists:
            for streak in one.streaks:
                if kind == STREAK and streak.code == side:
                    is_good = next((known.is_good for known in one.sides if known.side == streak.side), False)
                    return Side(side, streak.name, is_good)
            for known in one.sides:
                if one.code == kind and known.side == side:
                    return known
        return Side(side, side, is_good=False)

    def is_public(self, kind: str) -> bool:
        """True where entries of this kind are shown to everybody."""
        if kind == BAD_RECORD:
            return self.is_bad_record_public
        return any(one.code == kind and one.is_public for one in self.lists)

    def name_of(self, kind: str) -> str:
        """What entries of this kind are called."""
        names = {BAD_RECORD: self.bad_record_name, STREAK: "累计触发"} | {one.code: one.name for one in self.lists}
        return names.get(kind, kind)


def rules_of(source: Mapping[str, Any]) -> CreditRules:
    """The policy file as checked against its schema."""
    grade = source["grade"]
    sides = [
        Side(one["grade"], f"{one['grade']}级", one["grade"] in "AB", at_least=one["at_least"],
             risk_class=one.get("risk_class"))
        for one in sorted(grade["grades"], key=lambda one: -one["at_least"])
    ]  # fmt: skip
    lists = [_list(one) for one in source["lists"]]
    lists.append(
        ListRules(
            GRADE, grade["name"], PeriodKind(grade["period"]), grade["within"], grade["fewest_visits"],
            grade["is_public"], tuple(sides),
        )
    )  # fmt: skip
    bad = source["bad_record"]
    return CreditRules(
        base=source["score"]["base"],
        points=tuple(PointRule(**one) for one in source["score"]["rules"]),
        lists=tuple(lists),
        bad_record=Side(BAD_RECORD, bad["name"], is_good=False, risk_steps=bad.get("effect", {}).get("risk_steps", 0)),
        is_bad_record_public=bad["is_public"],
        bad_record_name=bad["name"],
        objection_working_days=source["objection_working_days"],
        valid_months={True: source["valid_months"]["good"], False: source["valid_months"]["bad"]},
        repair_earliest_months=source["repair_earliest_months"],
    )


def _list(source: Mapping[str, Any]) -> ListRules:
    sides = [
        Side(
            one["side"], one["name"], one["is_good"], one["most_percent"], one.get("at_least"), one.get("below"),
            one.get("effect", {}).get("risk_steps", 0),
        )
        for one in source["sides"]
    ]  # fmt: skip
    streaks = tuple(Streak(**one) for one in source["streaks"])
    return ListRules(
        source["code"], source["name"], PeriodKind(source["period"]), source["within"], source["fewest_visits"],
        source["is_public"], tuple(sides), streaks,
    )  # fmt: skip
