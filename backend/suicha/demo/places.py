"""Made-up enterprises and sites. Names begin with 示例, numbers with zeros: nobody can take them for real ones."""

from decimal import Decimal

from suicha.demo.dice import chance, pick, roll, shuffled
from suicha.demo.districts import DISTRICTS
from suicha.demo.facts import DemoEnterprise, DemoSite, District
from suicha.kit.ids import named_id
from suicha.registry.rules import uscc_check_character

ENTERPRISE_COUNT = 40
# With 10, 20, 40 and 100 % of them drawn, a round has exactly 131 visits.
CLASSES = {"A": 130, "B": 260, "C": 105, "D": 24}

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_COMPOUNDS = (
    "花园", "家园", "新城一期", "新城二期", "公馆", "雅苑", "广场公寓", "人才公寓", "佳苑（安置区）",
    "滨河国际生态城三期东区", "职工家属院", "学府小区", "中央公园城北苑", "老旧小区改造片区",
)  # fmt: skip
_SHORT_NAMES = {"410104": "管城", "410171": "经开", "410172": "高新", "410173": "航空港"}


def fictitious_uscc(number: int, jurisdiction: str) -> str:
    """A well-formed code that was never issued: 91 (a company), the district, and an organisation number 0000nnnn."""
    organisation = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True))
    # GB 11714: the organisation's own check character, inside the credit code.
    check = "0123456789X0"[11 - total % 11]
    first_17 = f"91{jurisdiction}{organisation}{check}"
    return first_17 + uscc_check_character(first_17)


def make_enterprises() -> tuple[DemoEnterprise, ...]:
    """40 enterprises, spread over the districts."""
    return tuple(_enterprise(number) for number in range(1, ENTERPRISE_COUNT + 1))


def _enterprise(number: int) -> DemoEnterprise:
    district = DISTRICTS[(number - 1) % len(DISTRICTS)]
    return DemoEnterprise(
        id=named_id("demo", "enterprise", str(number)),
        uscc=fictitious_uscc(number, district.code),
        name=f"示例物业服务有限公司第{number:02d}号",
        phone=f"0371-0000{number:04d}",
        jurisdiction=district.code,
    )


def make_sites(enterprises: tuple[DemoEnterprise, ...]) -> tuple[DemoSite, ...]:
    """519 sites, each run by one of the enterprises (which may come from another district)."""
    places = [(district, number) for district in DISTRICTS for number in range(1, _size(district) + 1)]
    classes = shuffled([risk for risk, count in CLASSES.items() for _ in range(count)], "site", "risk")
    return tuple(
        _site(district, number, enterprises, risk) for (district, number), risk in zip(places, classes, strict=True)
    )


def _size(district: District) -> int:
    """About four times what a round visits; the five largest have one less, so that the numbers come out even."""
    largest = sorted(DISTRICTS, key=lambda one: (-one.site_count, one.code))[:5]
    return 4 * district.site_count - (district in largest)


def _site(district: District, number: int, enterprises: tuple[DemoEnterprise, ...], risk: str) -> DemoSite:
    words = ("site", district.code, number)
    is_high_rise = chance(700, *words, "high")
    buildings = 2 + roll(22, *words, "buildings")
    return DemoSite(
        id=named_id("demo", "site", district.code, str(number)),
        code=f"S{district.code}-{number:06d}",
        name=f"示例{_SHORT_NAMES.get(district.code, district.name[:2])}{pick(_COMPOUNDS, *words, 'name')}{number:02d}",
        address=f"郑州市{district.name}示例路{number}号",
        jurisdiction=district.code,
        enterprise_id=pick(enterprises, *words, "enterprise").id,
        households=buildings * (40 + roll(120, *words, "households")),
        buildings=buildings,
        lifts=buildings * (2 + roll(3, *words, "lifts")) if is_high_rise else 0,
        is_high_rise=is_high_rise,
        lat=_near(district.lat, *words, "lat"),
        lon=_near(district.lon, *words, "lon"),
        contact_name=f"项目负责人{district.code[-2:]}{number:02d}",
        contact_phone=f"0371-0001{district.code[-2:]}{number:02d}",
        risk_class=risk,
    )


def _near(centre: str, *words: object) -> str:
    return str(Decimal(centre) + Decimal(roll(40_001, *words) - 20_000) / 1_000_000)
