"""Random pools for the draw, made by a number: the same number makes the same pool for ever."""

from random import Random
from typing import Any

Json = dict[str, Any]
PLACES = ["410102", "410103", "410104", "410105", "410302", "410303", "410304", "419001"]
RISKS = ["A", "B", "C", "D"]


def a_pool(number: int, *, tiny: bool = False) -> Json:
    """A pool to draw from; about one in three is tight or cannot be drawn at all."""
    dice = Random(number)
    sites = dice.randint(1, 6) if tiny else dice.choice([dice.randint(1, 12), dice.randint(10, 60)])
    pool = _frame(dice, number) | {"format": "suicha-pool/1"}
    codes = [one["code"] for one in pool["jurisdictions"]]
    firms = [f"e{n:02}" for n in range(dice.randint(1, max(1, sites)))]
    risks = RISKS[: dice.randint(1, 4)]
    pool["sites"] = [_site(dice, n, codes, firms) | {"risk": dice.choice(risks)} for n in range(sites)]
    limits = dice.choice([[None], [None, 0, 1, 2], [None, 1, 3, 10]])
    pool["enterprises"] = [{"id": one, "name": f"物业企业{one}", "limit": dice.choice(limits)} for one in firms]
    pool["rules"] = _rules(dice, pool["sites"], tiny=tiny)
    pool["inspectors"] = _inspectors(dice, pool["rules"], codes)
    pool["recusals"] = _recusals(dice, pool["inspectors"], pool["sites"], most=4 if tiny else 60)
    pool["excluded"] = {
        "sites": [{"id": "x1", "label": "已查小区", "why": dice.choice(["checked_recently", "enterprise_limit"])}],
        "inspectors": [{"id": "y1", "label": "执法员※", "why": dice.choice(["on_leave", "certificate_expired"])}],
    }
    return pool


def a_replacement_pool(number: int) -> Json:
    """A pool in which the place of one drawn inspector is drawn again."""
    dice = Random(number)
    pool = _frame(dice, number) | {"format": "suicha-replacement-pool/1", "parent": f"{dice.getrandbits(256):064x}"}
    codes = [one["code"] for one in pool["jurisdictions"]]
    firms = [f"e{n:02}" for n in range(8)]
    kind = dice.choice(["officer", "expert"])
    pool["place"] = {"team": dice.randint(1, 9), "kind": kind, "seat": dice.randint(1, 2)}
    pool["leaver"] = {"id": "p99", "label": "执法员〇", "why": "因病\n不能参加"}
    pool["sites"] = [_site(dice, n, codes, firms) for n in range(dice.randint(0, 7))]
    pool["candidates"] = [_person(dice, n, kind, codes) for n in range(dice.randint(0, 14))]
    pool["recusals"] = _recusals(dice, pool["candidates"], pool["sites"], most=12)
    pool["rules"] = {"cross": dice.choice(["off", "district", "city"])}
    return pool


def _frame(dice: Random, number: int) -> Json:
    """Return what both kinds of pool have."""
    codes = sorted(dice.sample(PLACES, dice.choice([1, 3, 5, 8])))
    earlier = {"number": 1, "kind": "draw", "state": "void", "digest": f"{number:064x}", "reason": "“秘密数”未公开"}
    return {
        "campaign": {
            "id": f"c{number}",
            "name": "物业服务\u3000“双随机” 𠮷 \\ \u001f",
            "authority": dice.choice([None, "豫建〔2026〕7号"]),
            "from": "2026-11-23",
            "until": "2026-12-31",
            "edition": dice.choice([None, "0f" * 32]),
            "departments": dice.choice([[], ["住房和城乡建设局", "市场监督管理局"]]),
        },
        "number": 0,
        "earlier": dice.choice([[], [earlier]]),
        "as_of": "2026-11-22",
        "software": "suicha",
        "jurisdictions": [{"code": code, "name": f"辖区{code}"} for code in codes],
    }


def _site(dice: Random, n: int, codes: list[str], firms: list[str]) -> Json:
    where = {"jurisdiction": dice.choice(codes), "enterprise": dice.choice(firms)}
    return {"id": f"s{n:02}", "code": f"XM{n:04}", "name": f"小区{n}", **where}


def _person(dice: Random, n: int, kind: str, codes: list[str]) -> Json:
    label = ("执法员" if kind == "officer" else "行业专家") + str(n)
    return {"id": f"p{n:02}", "kind": kind, "label": label, "home": dice.choice(codes)}


def _rules(dice: Random, sites: list[Json], *, tiny: bool) -> Json:
    strata = sorted({(one["jurisdiction"], one["risk"]) for one in sites})
    shares = dice.choice([[10_000], [0, 10_000], [2_000, 3_333, 5_000], list(range(0, 10_001, 7))])
    return {
        "ratios": [{"jurisdiction": j, "risk": r, "basis_points": dice.choice(shares)} for j, r in strata],
        "cross": dice.choice(
            ["off", "district", "city"] if len({one["jurisdiction"] for one in sites}) > 1 else ["off"]
        ),
        "officers": dice.choice([1, 2] if tiny else [1, 2, 2, 3]),
        "experts": dice.choice([0, 1] if tiny else [0, 1, 1, 2]),
        "teams": dice.randint(1, 4 if tiny else 8),
        "most_visits": dice.choice([None, None, None, dice.randint(1, 20)]),
        "shuffles": dice.choice([1, 3, 10, 25]),
    }


def _inspectors(dice: Random, rules: Json, codes: list[str]) -> list[Json]:
    """Return enough people for the teams, or hardly enough, and seldom too few."""
    spare = dice.choice([-1, 0, 1, 2, 3, 5, 8, 12])
    officers = min(30, max(2, rules["officers"] * rules["teams"] + spare))
    experts = min(12, max(0, rules["experts"] * rules["teams"] + max(spare, 0)))
    kinds = ["officer"] * officers + ["expert"] * experts
    dice.shuffle(kinds)
    return [_person(dice, n, kind, codes) for n, kind in enumerate(kinds)]


def _recusals(dice: Random, people: list[Json], sites: list[Json], *, most: int) -> list[Json]:
    """Return none, some, or so many that few teams may go to a site."""
    found = set()
    for _ in range(dice.choice([0, most // 4, most, most * 3]) if people and sites else 0):
        person, site = dice.choice(people), dice.choice(sites)
        is_whole_firm = dice.random() < 0.2
        found.add((person["id"], site["enterprise"] if is_whole_firm else "", "" if is_whole_firm else site["id"]))
    return [{"inspector": i, "enterprise": e or None, "site": s or None} for i, e, s in sorted(found)]
