"""What the demo teams found: a plausible list of answers for a visit, the same whenever it is asked for.

A little under six problems a visit, as in the round that the demo is shaped after (757 problems in 131 compounds).
"""

from dataclasses import dataclass
from decimal import Decimal

from suicha.checklists.rules import Edition, Item, Result
from suicha.checklists.rules.scoring import Deduction, opens_a_problem, points_text
from suicha.demo.dice import chance, pick, roll
from suicha.demo.facts import DemoSite, DemoVisit, Stage
from suicha.demo.people import SEED
from suicha.demo.pictures import picture_for

_FAIL_PER_MILLE = 225
_FIXED_PER_MILLE = 60
_LIFT_ITEMS = frozenset({"F01", "F02"})
_HIGH_RISE_ITEMS = frozenset({"E02"})
_ON_THE_GROUND = frozenset("EFG")
# By the reading's name: lowest and highest when all is well, the same when it is not, decimals.
_RANGES: dict[str, tuple[tuple[int, int], tuple[int, int], int]] = {
    "距上次公示天数": ((5, 85), (120, 400), 0),
    "实收物业费标准": ((90, 190), (200, 290), 2),
    "在岗值班人数": ((2, 3), (0, 1), 0),
    "室内消火栓静水压力": ((25, 45), (0, 9), 2),
    "过期或失效灭火器": ((0, 0), (1, 12), 0),
    "消防车通道净宽": ((40, 48), (24, 36), 1),
    "楼内停放电动自行车": ((0, 0), (1, 15), 0),
    "超期未检电梯": ((0, 0), (1, 3), 0),
    "紧急报警应答时间": ((5, 28), (60, 180), 0),
    "距上次二次供水水质检测天数": ((10, 80), (200, 420), 0),
}
_NOTES = (
    "建议结合日常巡查建立台账，按月复核。",
    "现场设备铭牌与台账编号不一致，建议核对。",
    "同类问题在本项目其他楼栋可能存在，建议举一反三。",
    "维保记录签字栏空缺较多，建议补齐责任人签字。",
)
_OUTCOMES = {True: ("ordered_to_correct",), False: ("no_problem_found",)}


@dataclass(frozen=True)
class DemoPhoto:
    """A picture (`pictures.picture_bytes(name, mark=mark)`) taken for an item."""

    name: str
    mark: str


@dataclass(frozen=True)
class DemoReading:
    """A measured value, as text."""

    value: str
    unit: str
    instrument: str | None


@dataclass(frozen=True)
class DemoAnswer:
    """One item: `by` is the role that answers it, leader or officer; the expert writes the note."""

    item: str
    by: str
    result: str
    severity: str | None = None
    score: str | None = None
    remark: str | None = None
    photos: tuple[DemoPhoto, ...] = ()
    readings: tuple[DemoReading, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Dispute:
    """An item that the other officer answered otherwise without having seen the first answer."""

    item: str
    by: str
    result: str
    remark: str


@dataclass(frozen=True)
class Refusal:
    """Why the representative did not sign, and who saw it."""

    reason: str
    witness: str


@dataclass(frozen=True)
class DemoScript:
    """Everything that a team did at a site, in order."""

    arrival_lat: str
    arrival_lon: str
    arrival_acc_m: int
    representative: str
    answers: tuple[DemoAnswer, ...]
    outcome: tuple[str, ...]
    dispute: Dispute | None
    refusal: Refusal | None


def script_of(visit: DemoVisit, site: DemoSite, edition: Edition) -> DemoScript:
    """What was done at the visit so far: nothing answered for an untouched one, part of it for one under way."""
    answers = tuple(_answer(item, visit, site) for item in edition.items[: _answered(visit, len(edition.items))])
    has_problem = any(_is_problem(answer, edition) for answer in answers)
    return DemoScript(
        arrival_lat=_shifted(site.lat, visit.id, "lat"),
        arrival_lon=_shifted(site.lon, visit.id, "lon"),
        arrival_acc_m=6 + roll(30, SEED, visit.id, "accuracy"),
        representative=site.contact_name,
        answers=answers,
        outcome=_OUTCOMES[has_problem] if visit.stage is Stage.SEALED else (),
        dispute=_dispute(answers, visit) if visit.stage is Stage.UNDER_WAY else None,
        refusal=_refusal(visit) if visit.stage is Stage.SEALED else None,
    )


def _is_problem(answer: DemoAnswer, edition: Edition) -> bool:
    """Lost points alone are none: only below the score that the edition names."""
    rule = edition.scores.get(answer.item)
    return answer.result == Result.FAIL and (rule is None or opens_a_problem(rule, answer.score))


def _answered(visit: DemoVisit, item_count: int) -> int:
    if visit.stage is Stage.SEALED:
        return item_count
    if visit.stage is Stage.UNTOUCHED:
        return 0
    return item_count // 3 + roll(item_count // 2, SEED, visit.id, "answered")


def _answer(item: Item, visit: DemoVisit, site: DemoSite) -> DemoAnswer:
    words = (SEED, visit.id, item.code)
    result = _result(item, visit, site)
    is_found = result in (Result.FAIL, Result.FIXED)
    lost = pick(item.score.deductions, *words, "deduction") if item.score and is_found else None
    return DemoAnswer(
        item=item.code,
        by="leader" if roll(2, *words, "by") else "officer",
        result=result.value,
        severity=item.severity.value if result is Result.FAIL else None,
        score=_score(item, result, lost),
        remark=lost.text if lost else _remark(item, site, *words) if is_found else None,
        photos=_photos(item, visit, result),
        readings=_readings(item, result, *words),
        note=pick(_NOTES, *words, "note") if is_found and chance(300, *words, "has note") else None,
    )


def _score(item: Item, result: Result, lost: Deduction | None) -> str | None:
    if item.score is None or result is Result.NA:
        return None
    return points_text(item.score.max - (lost.points if lost else 0))


def _result(item: Item, visit: DemoVisit, site: DemoSite) -> Result:
    if item.code in _LIFT_ITEMS and not site.lifts:
        return Result.NA
    if item.code in _HIGH_RISE_ITEMS and not site.is_high_rise:
        return Result.NA
    if item.code == "I01" and not visit.earlier_problems:
        return Result.NA
    lot = roll(1000, SEED, visit.id, item.code, "result")
    if lot < _FAIL_PER_MILLE:
        return Result.FAIL
    return Result.FIXED if lot < _FAIL_PER_MILLE + _FIXED_PER_MILLE else Result.PASS


def _remark(item: Item, site: DemoSite, *words: object) -> str:
    finding = pick(item.quick_findings, *words, "finding")
    if item.group not in _ON_THE_GROUND:
        return f"{finding}，已查阅资料核对。"
    building = 1 + roll(site.buildings, *words, "building")
    return f"{building}号楼附近：{finding}，现场已拍照。"


def _photos(item: Item, visit: DemoVisit, result: Result) -> tuple[DemoPhoto, ...]:
    if result not in (Result.FAIL, Result.FIXED) or not item.is_photo_required_on_fail:
        return ()
    count = 1 + roll(2, SEED, visit.id, item.code, "photos")
    return tuple(DemoPhoto(picture_for(item.code), f"{visit.code}/{item.code}/{n}") for n in range(1, count + 1))


def _readings(item: Item, result: Result, *words: object) -> tuple[DemoReading, ...]:
    if result is Result.NA:
        return ()
    return tuple(
        DemoReading(_value(name, result, *words), unit, None)
        for name, unit in item.readings
        if name in _RANGES and chance(600, *words, name)
    )


def _value(name: str, result: Result, *words: object) -> str:
    well, badly, decimals = _RANGES[name]
    lowest, highest = well if result is Result.PASS else badly
    return str(Decimal(lowest + roll(highest - lowest + 1, *words, name, "value")).scaleb(-decimals))


def _dispute(answers: tuple[DemoAnswer, ...], visit: DemoVisit) -> Dispute | None:
    """At every other visit under way the two officers do not agree on one item."""
    passed = [answer for answer in answers if answer.result == Result.PASS]
    if not passed or visit.team % 2 == 0:
        return None
    answer = pick(passed, SEED, visit.id, "dispute")
    other = "officer" if answer.by == "leader" else "leader"
    return Dispute(answer.item, other, Result.FAIL.value, "现场所见与资料不一致，建议认定为不符合。")


def _refusal(visit: DemoVisit) -> Refusal | None:
    if not chance(90, SEED, visit.id, "refusal"):
        return None
    return Refusal("在场负责人称须请示公司，拒绝签字", "社区工作人员01")


def _shifted(coordinate: str, *words: object) -> str:
    return str(Decimal(coordinate) + Decimal(roll(801, SEED, *words) - 400) / 1_000_000)
