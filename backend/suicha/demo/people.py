"""Made-up officers and experts: more than the teams need, so that the draw has something to choose."""

from collections.abc import Iterable
from datetime import date, timedelta

from suicha.demo.dice import pick, roll, shuffled
from suicha.demo.districts import DISTRICTS
from suicha.demo.facts import DemoEnterprise, DemoInspector, DemoLeave, DemoRecusal, District
from suicha.kit.ids import named_id

SEED = "随查示范 2026"
OFFICERS_PER_DISTRICT, EXPERTS_PER_DISTRICT = 6, 3

_NAMES = {"officer": "执法员甲", "expert": "行业专家甲"}
_REASONS = (
    ("employer", "曾在该企业任职"),
    ("relative", "近亲属在该企业任职"),
    ("self_declared", "承担过该企业的咨询业务"),
)
_ON_LEAVE, _RECUSED, _EXPIRED_OF = 4, 18, 30


def make_inspectors(today: date) -> tuple[DemoInspector, ...]:
    """Six officers and three experts from each of the 15 districts."""
    counts = {"officer": OFFICERS_PER_DISTRICT, "expert": EXPERTS_PER_DISTRICT}
    return tuple(
        _inspector(kind, number, district, today)
        for kind, count in counts.items()
        for number, district in enumerate((d for _ in range(count) for d in DISTRICTS), start=1)
    )


def _inspector(kind: str, number: int, district: District, today: date) -> DemoInspector:
    is_expert = kind == "expert"
    is_expired = number % _EXPIRED_OF == 0
    # The others' certificates outlast the round.
    lasts = -5 - roll(200, SEED, "expired", number) if is_expired else 60 + roll(1400, SEED, kind, number, "expires")
    return DemoInspector(
        id=named_id("demo", "inspector", kind, str(number)),
        code=f"P{district.code}-{'9' if is_expert else '1'}{number:03d}",
        account_id=named_id("demo", "account", kind, str(number)),
        username=f"reserve-{kind}{number:02d}",
        role=kind,
        kind=kind,
        name=f"{_NAMES[kind]}{number:02d}",
        certificate_no=None if is_expert else f"示例{district.code}{number:04d}",
        certificate_expires_on=None if is_expert else today + timedelta(days=lasts),
        home_jurisdiction=district.code,
        employer="示例物业管理专家库" if is_expert else f"{district.name}住房保障部门（示例）",
    )


def make_recusals(
    people: Iterable[DemoInspector], enterprises: tuple[DemoEnterprise, ...], today: date
) -> tuple[DemoRecusal, ...]:
    """A declared interest for some of them."""
    recusals = []
    for person in shuffled(people, SEED, "recused")[:_RECUSED]:
        kind, reason = pick(_REASONS, SEED, "reason", person.id)
        recusals.append(
            DemoRecusal(
                id=named_id("demo", "recusal", person.id),
                inspector_id=person.id,
                enterprise_id=pick(enterprises, SEED, "recusal", person.id).id,
                kind=kind,
                reason=reason,
                declared_on=today - timedelta(days=90),
            )
        )
    return tuple(recusals)


def make_leaves(people: Iterable[DemoInspector], today: date) -> tuple[DemoLeave, ...]:
    """A few who are away while the round lasts."""
    return tuple(
        DemoLeave(
            id=named_id("demo", "leave", person.id),
            inspector_id=person.id,
            from_on=today - timedelta(days=20),
            to_on=today + timedelta(days=20),
            reason="外派学习",
        )
        for person in shuffled(people, SEED, "leave")[:_ON_LEAVE]
    )
