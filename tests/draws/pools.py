"""Pools written out by hand: small enough to reason about."""

from typing import Any

Json = dict[str, Any]


def a_pool(
    sites: list[tuple[str, str]],
    people: list[tuple[str, str]],
    *,
    recusals: list[tuple[str, str]] = (),
    teams: int = 2,
    cross: str = "off",
    ratio: int = 10_000,
    limits: dict[str, int] | None = None,
    **rules: Any,
) -> Json:
    """Sites (enterprise, district): s000 …; people (kind, home): o00 …, x00 …; recusals (person, site)."""
    limits = limits or {}
    rows = [
        {
            "id": f"s{n:03}",
            "code": f"{n:02}",
            "name": f"小区{n:02}",
            "jurisdiction": district,
            "enterprise": enterprise,
            "risk": "B",
        }
        for n, (enterprise, district) in enumerate(sites)
    ]
    counts = {"officer": 0, "expert": 0}
    inspectors = []
    for kind, home in people:
        letter = "o" if kind == "officer" else "x"
        inspectors.append({"id": f"{letter}{counts[kind]:02}", "kind": kind, "label": "执**", "home": home})
        counts[kind] += 1
    codes = sorted({district for _, district in sites} | {home for _, home in people})
    return {
        "format": "suicha-pool/1",
        "campaign": {
            "id": "c1",
            "name": "抽查",
            "authority": None,
            "from": "2026-10-01",
            "until": "2026-11-30",
            "edition": None,
            "departments": [],
        },
        "number": 1,
        "earlier": [],
        "as_of": "2026-09-20",
        "software": "suicha",
        "jurisdictions": [{"code": code, "name": f"{code}区"} for code in codes],
        "enterprises": [
            {"id": one, "name": one, "limit": limits.get(one)}
            for one in sorted({enterprise for enterprise, _ in sites})
        ],
        "sites": rows,
        "inspectors": sorted(inspectors, key=lambda row: row["id"]),
        "recusals": [{"inspector": who, "enterprise": None, "site": site} for who, site in sorted(recusals)],
        "excluded": {"sites": [], "inspectors": []},
        "rules": {
            "ratios": [
                {"jurisdiction": code, "risk": "B", "basis_points": ratio}
                for code in sorted({district for _, district in sites})
            ],
            "cross": cross,
            "officers": 2,
            "experts": 1,
            "teams": teams,
            "most_visits": None,
            "shuffles": 200,
            **rules,
        },
    }


def seed(number: int) -> str:
    """A seed for each number."""
    return f"{number:064x}"
