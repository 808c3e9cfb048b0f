"""Made-up officers and experts in teams: two officers from different districts and an expert."""

from datetime import date, timedelta

from suicha.demo.dice import pick, roll, shuffled
from suicha.demo.districts import DISTRICTS
from suicha.demo.facts import DemoEnterprise, DemoInspector, DemoRecusal, DemoTeam
from suicha.kit.ids import named_id

TEAM_COUNT = 30
SEED = "随查示范 2026"

_NAMES = {"leader": "执法员甲", "officer": "执法员乙", "expert": "行业专家甲"}
_REASONS = ("曾在该企业任职", "近亲属在该企业任职", "承担过该企业的咨询业务")


def make_teams(today: date) -> tuple[DemoTeam, ...]:
    """30 teams; each of the 15 districts sends two leaders, two officers and two experts."""
    codes = [district.code for district in DISTRICTS] * 2
    leaders = shuffled(codes, SEED, "leader")
    officers = _all_different(shuffled(codes, SEED, "officer"), leaders)
    experts = shuffled(codes, SEED, "expert")
    return tuple(
        DemoTeam(
            number,
            _inspector("leader", number, leaders[number - 1], today),
            _inspector("officer", number, officers[number - 1], today),
            _inspector("expert", number, experts[number - 1], today),
        )
        for number in range(1, TEAM_COUNT + 1)
    )


def _all_different(homes: list[str], others: list[str]) -> list[str]:
    """`homes` with places swapped until none agrees with `others`: a leader and his officer come from two districts."""
    for place, home in enumerate(homes):
        if home == others[place]:
            swap = next(n for n, other in enumerate(homes) if other != others[place] and home != others[n])
            homes[place], homes[swap] = homes[swap], home
    return homes


def _inspector(role: str, number: int, home: str, today: date) -> DemoInspector:
    is_expert = role == "expert"
    district = next(district.name for district in DISTRICTS if district.code == home)
    # Nobody's certificate runs out while the round lasts.
    expires_on = today + timedelta(days=60 + roll(1400, SEED, role, number, "expires"))
    return DemoInspector(
        id=named_id("demo", "inspector", role, str(number)),
        account_id=named_id("demo", "account", role, str(number)),
        username=f"{role}{number:02d}",
        role=role,
        kind="expert" if is_expert else "officer",
        name=f"{_NAMES[role]}{number:02d}",
        certificate_no=None if is_expert else f"示例{home}{'1' if role == 'leader' else '2'}{number:03d}",
        certificate_expires_on=None if is_expert else expires_on,
        home_jurisdiction=home,
        employer="示例物业管理专家库" if is_expert else f"{district}住房保障部门（示例）",
    )


def make_recusals(
    teams: tuple[DemoTeam, ...], enterprises: tuple[DemoEnterprise, ...], today: date
) -> tuple[DemoRecusal, ...]:
    """A declared interest for every third expert and every tenth leader."""
    people = [team.expert for team in teams if team.number % 3 == 0]
    people += [team.leader for team in teams if team.number % 10 == 0]
    return tuple(
        DemoRecusal(
            id=named_id("demo", "recusal", person.id),
            inspector_id=person.id,
            enterprise_id=pick(enterprises, SEED, "recusal", person.id).id,
            reason=pick(_REASONS, SEED, "reason", person.id),
            declared_on=today - timedelta(days=90),
        )
        for person in people
    )
