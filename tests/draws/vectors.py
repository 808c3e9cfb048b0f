"""Writes the vectors that Python, the script and the browser share: `python -m tests.draws.vectors`.

The three worked ones stand in docs/draw-vectors/ as files of their own, and are walked through in docs/draw.md.
"""

import json
from pathlib import Path
from typing import Any

from suicha.draws.errors import DrawInfeasible
from suicha.draws.rules.record import commitment_of, make_record, pool_digest, record_bytes
from suicha.draws.rules.tickets import Tickets
from suicha.kit.canonical import canonical_json
from tests.draws import instances
from tests.draws.pools import a_pool

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "tests" / "vectors" / "draws.json"
WORKED = ROOT / "docs" / "draw-vectors"
DOCUMENT = ROOT / "docs" / "draw.md"
HEADING = "## 10. Three worked vectors"
MOST_REFUSED = 8
Json = dict[str, Any]


def ceremony(pool: Json, number: int) -> Json:
    """Two officials, and dice."""
    secrets = {"监督员01": f"{number:032x}", "抽取主持人01": f"{number + 1:032x}"}
    frozen = pool_digest(pool)
    return {
        "method": "ceremony",
        "commitments": [
            {"official": name, "commitment": commitment_of(frozen, name, secret)}
            for name, secret in sorted(secrets.items())
        ],
        "public": {"source": "现场掷骰", "value": "3 5 1 6 2 4"},
        "secrets": [{"official": name, "secret": secret} for name, secret in sorted(secrets.items())],
    }


def worked() -> dict[str, Json]:
    """The three of docs/draw.md section 10."""
    people = [("officer", "410103")] * 4 + [("expert", "410103")] * 2
    plain = a_pool([("e1", "410102"), ("e1", "410102"), ("e2", "410102")], people, teams=2)
    plain["number"] = 0
    homes = ["410102", "410102", "410103", "410103", "410104", "410104"]
    everybody = [("officer", home) for home in homes] + [("expert", home) for home in ("410102", "410103", "410104")]
    sites = [("e1", "410102")] * 3 + [("e2", "410102"), ("e2", "410103"), ("e3", "410103"), ("e3", "410104")]
    full = a_pool(
        [*sites, ("e4", "410104"), ("e4", "410104")],
        everybody,
        teams=2,
        cross="district",
        ratio=5_500,
        limits={"e1": 1},
        recusals=[("o02", "s007"), ("x00", "s004")],
        shuffles=50,
    )
    full["campaign"]["authority"] = "示例文号〔0000〕第0号"
    record = make_record(full, ceremony(full, 7), purpose="official")
    return {
        "1-rehearsal": make_record(plain, {"method": "text", "text": "演练"}, purpose="rehearsal"),
        "2-ceremony": record,
        "3-replacement": _replacement(full, record),
    }


def _replacement(pool: Json, parent: Json) -> Json:
    team = parent["result"]["teams"][0]
    seated = {who for team in parent["result"]["teams"] for who in (*team["officers"], *team["experts"])}
    sites = {visit["site"] for visit in parent["result"]["visits"] if visit["team"] == 1}
    candidates = [row for row in pool["inspectors"] if row["kind"] == "officer" and row["id"] not in seated]
    leaver = team["officers"][0]
    replaced = {
        "format": "suicha-replacement-pool/1",
        **{name: pool[name] for name in ("campaign", "as_of", "software", "jurisdictions")},
        "number": 2,
        "earlier": [
            {"number": 1, "kind": "draw", "state": "sealed", "digest": parent["digest"], "reason": None},
        ],
        "parent": parent["digest"],
        "place": {"team": 1, "kind": "officer", "seat": 1},
        "leaver": {"id": leaver, "label": "执**", "why": "因病不能参加"},
        "sites": [
            {name: row[name] for name in ("id", "code", "name", "jurisdiction", "enterprise")}
            for row in pool["sites"]
            if row["id"] in sites
        ],
        "candidates": candidates,
        "recusals": [],
        "rules": {"cross": "off"},
    }
    return make_record(replaced, ceremony(replaced, 70), purpose="official")


def shared() -> list[Json]:
    """The worked ones, and random ones of which some are infeasible."""
    told = [{"name": name, "record": record_bytes(record).decode()} for name, record in worked().items()]
    refused = 0
    for number in range(72):
        pool = (
            instances.a_replacement_pool(number) if number % 6 == 5 else instances.a_pool(number, tiny=number % 2 == 0)
        )
        pool["number"] = 1 + number
        try:
            record = make_record(pool, ceremony(pool, number), purpose="official")
        except DrawInfeasible:
            refused += 1
            if refused <= MOST_REFUSED:
                told.append({"name": f"random {number}", "pool": pool, "seed": f"{number:064x}", "infeasible": True})
        else:
            told.append({"name": f"random {number}", "record": record_bytes(record).decode()})
    return told


def shared_text() -> str:
    """The bytes of tests/vectors/draws.json."""
    return json.dumps(shared(), ensure_ascii=False, indent=1) + "\n"


def worked_text() -> str:
    """Section 10 of docs/draw.md: the second vector step by step, and what the three give."""
    records = worked()
    record = records["2-ceremony"]
    pool, result = record["pool"], record["result"]
    tickets = Tickets(record["seed"])
    seeded = canonical_json({"pool": record["pool_digest"], "randomness": record["randomness"]})
    lines = [
        HEADING,
        "",
        "The files are in [draw-vectors/](draw-vectors/); the tests write this section with the code that draws.",
        "",
        "| file | `pool_digest` | `seed` | `digest` |",
        "|---|---|---|---|",
        *(f"| `{name}.json` | `{r['pool_digest']}` | `{r['seed']}` | `{r['digest']}` |" for name, r in records.items()),
        "",
        "`2-ceremony.json`, step by step: nine sites in three districts, a limit of one check for e1, 55 % of each",
        "district, two teams, nobody in the own district, o02 recused from s007 and x00 from s004.",
        "",
        f"- *Seed* = sha256 of `{seeded}`.",
        *_told(tickets, "Limit of e1 (1 stays open)", "cap", [("s000",), ("s001",), ("s002",)]),
        "- *Places*: n·b = 4·5500, 2·5500, 3·5500: whole 2, 1, 1; part 2000, 1000, 6500; sum 9500, gap 500.",
        *_told(tickets, "Order of the strata", "stratum", [("410102", "B"), ("410103", "B"), ("410104", "B")]),
        f'- N("start") mod 10000 = {tickets.number("start") % 10_000}; places: '
        + ", ".join(f"{row['jurisdiction']} {row['places']}" for row in result["strata"])
        + ".",
        *_told(
            tickets, "Sites", "site", [(row["id"],) for row in pool["sites"] if row["id"] not in result["set_aside"]]
        ),
        f"- *Shuffle {result['shuffle']}* is the first that works with a spread of at most 1.",
        *_told(tickets, "Its officers", "officer", [(result["shuffle"], f"o{n:02}") for n in range(6)]),
        *_told(tickets, "Its experts", "expert", [(result["shuffle"], f"x{n:02}") for n in range(3)]),
        *_told(tickets, "Order in which the sites draw", "visit", [(row["site"],) for row in result["drawn"]]),
        "- *Teams out of the hat* (N mod n, for k = 0, 1): "
        + "; ".join(
            f"{visit['site']}: {tickets.number('team', visit['site'], 0) % 2}, 0 → team {visit['team']}"
            for visit in result["visits"]
        )
        + ".",
        f"- *Loads* {result['loads']}, spread {result['spread']}.",
        "",
    ]
    return "\n".join(lines)


def _told(tickets: Tickets, what: str, label: str, names: list[tuple[Any, ...]]) -> list[str]:
    ordered = sorted(names, key=lambda name: tickets.of(label, *name))
    shown = ", ".join(f"{' '.join(map(str, name))} `{tickets.of(label, *name)[:16]}…`" for name in ordered)
    return [f'- *{what}*, by H("{label}", …): {shown}.']


def main() -> None:
    """Write both."""
    SHARED.write_text(shared_text(), encoding="utf-8")
    WORKED.mkdir(exist_ok=True)
    for name, record in worked().items():
        (WORKED / f"{name}.json").write_bytes(record_bytes(record))
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(text.split(HEADING, maxsplit=1)[0] + worked_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
