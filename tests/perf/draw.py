"""How the draw grows: 1,000, 10,000 and 100,000 sites, with 5,000 inspectors at the end. Part of `make bench`."""

import math
import resource
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from suicha.draws.rules.run import run_draw

SIZES = ((1_000, 60, 15, 20), (10_000, 500, 50, 160), (100_000, 5_000, 180, 1_600))
MEGABYTE = 1024


def big_pool(sites: int, people: int, districts: int, teams: int) -> dict[str, Any]:
    """All sites are drawn; every tenth person is recused from an enterprise, nobody goes to the own district."""
    dice = Random(1)
    codes = [f"41{n:04d}" for n in range(districts)]
    enterprises = [f"e{n:06d}" for n in range(sites // 4)]
    officers = people * 2 // 3
    rows = [
        {
            "id": f"s{n:06d}",
            "code": str(n),
            "name": f"小区{n}",
            "jurisdiction": dice.choice(codes),
            "enterprise": dice.choice(enterprises),
            "risk": dice.choice("ABCD"),
        }
        for n in range(sites)
    ]
    recused = {(f"p{dice.randrange(people):06d}", dice.choice(enterprises)) for _ in range(people // 10)}
    return {
        "format": "suicha-pool/1",
        "campaign": {
            "id": "c",
            "name": "c",
            "authority": None,
            "from": "2026-01-01",
            "until": "2026-02-01",
            "edition": None,
            "departments": [],
        },
        "number": 1,
        "earlier": [],
        "as_of": "2026-01-01",
        "software": "suicha",
        "jurisdictions": [{"code": code, "name": code} for code in codes],
        "enterprises": [{"id": one, "name": one, "limit": None} for one in enterprises],
        "sites": rows,
        "inspectors": [
            {
                "id": f"p{n:06d}",
                "kind": "officer" if n < officers else "expert",
                "label": "执**",
                "home": dice.choice(codes),
            }
            for n in range(people)
        ],
        "recusals": [{"inspector": who, "enterprise": one, "site": None} for who, one in sorted(recused)],
        "excluded": {"sites": [], "inspectors": []},
        "rules": {
            "ratios": [
                {"jurisdiction": code, "risk": risk, "basis_points": 10_000}
                for code, risk in sorted({(row["jurisdiction"], row["risk"]) for row in rows})
            ],
            "cross": "district",
            "officers": 2,
            "experts": 1,
            "teams": teams,
            "most_visits": None,
            "shuffles": 20,
        },
    }


def draw_growth() -> Iterator[tuple[float, str]]:
    """Time for ten times the sites, over what n log n would take; memory at the end in MB."""
    before: tuple[int, float] | None = None
    for sites, people, districts, teams in SIZES:
        pool = big_pool(sites, people, districts, teams)
        began = time.perf_counter()
        run_draw(pool, "0" * 64)
        took = time.perf_counter() - began
        if before:
            due = before[1] * sites * math.log(sites) / (before[0] * math.log(before[0]))
            yield took / due, f"draw of {sites:,} sites : n log n from {before[0]:,} ({took:.1f} s)"
        before = (sites, took)
    yield resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE, "MB at most while drawing"
