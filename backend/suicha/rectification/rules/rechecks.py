"""Who goes to a recheck, drawn so that anybody can draw again; which closed problems are looked at again.

Tickets are those of the draw (docs/draw.md section 1) over a seed that is the digest of the written-down pool with a
number that the server rolled when it was written. It is no ceremony: nobody else puts randomness in. What it shows is
that nobody was picked by name, and every drawing anew stands in the journal with its reason (ADR 0017).
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suicha.draws.rules.tickets import Tickets
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex
from suicha.registry.rules import InspectorKind, PersonFacts, RecusalFacts

FORMAT = "suicha-recheck-draw/1"
LOOKBACK_FORMAT = "suicha-lookback-draw/1"
TEAM_SIZE = 2


@dataclass(frozen=True)
class Candidate:
    """Somebody on the roster, and why he cannot be drawn, if he cannot."""

    id: str
    name: str
    excluded: str | None


def candidates(
    people: Iterable[PersonFacts],
    recusals: Collection[RecusalFacts],
    *,
    site: str,
    enterprise: str,
    district: str,
    inspected_before: Collection[str],
    is_cross_district: bool,
) -> list[Candidate]:
    """Every officer of the roster with the first reason that keeps him out, in the order of the roster.

    Who inspected before does not check his own work while somebody else is there; that is decided by `team_from`.
    """
    recused = {r.inspector_id for r in recusals if r.site_id == site or r.enterprise_id == enterprise}

    def reason(person: PersonFacts) -> str | None:
        reasons = {
            "no_account": person.account_id is None,
            "certificate": not person.has_valid_certificate,
            "on_leave": person.is_on_leave,
            "recused": person.id in recused,
            "home_district": is_cross_district and person.home_jurisdiction == district,
            "inspected_before": person.id in inspected_before,
        }
        return next((name for name, holds in reasons.items() if holds), None)

    return [Candidate(p.id, p.name, reason(p)) for p in people if p.kind is InspectorKind.OFFICER]


def draw_record(recheck: str, on: str, pool: Sequence[Candidate], nonce: str) -> dict[str, Any]:
    """The written-down draw: pool, seed, tickets in their order, and the two who go, the first as leader.

    Where fewer than two are left, those who inspected before come after everybody else. Raises ValueError where even
    then there are fewer than two.
    """
    pool_text = canonical_json(
        {
            "format": FORMAT,
            "recheck": recheck,
            "on": on,
            "pool": [{"id": one.id, "excluded": one.excluded} for one in pool],
        }
    )
    seed = sha256_hex(f"{sha256_hex(pool_text)}\n{nonce}")
    tickets = Tickets(seed)
    fresh = tickets.ordered_ids("recheck/officer", [one.id for one in pool if one.excluded is None])
    again = tickets.ordered_ids("recheck/officer", [one.id for one in pool if one.excluded == "inspected_before"])
    order = [*fresh, *again]
    if len(order) < TEAM_SIZE:
        raise ValueError("fewer than two officers are left")
    return {"pool": pool_text, "nonce": nonce, "seed": seed, "order": order, "team": order[:TEAM_SIZE]}


def is_sound(record: Mapping[str, Any]) -> bool:
    """True when a record draws what it says: anybody can ask this of the published record."""
    pool = [Candidate(one["id"], "", one["excluded"]) for one in pool_of(record)]
    said = {name: record[name] for name in ("pool", "nonce", "seed", "order", "team")}
    told = json.loads(record["pool"])
    return draw_record(told["recheck"], told["on"], pool, record["nonce"]) == said


def pool_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everybody who was looked at: `id`, and `excluded` with the reason that kept him out."""
    pool: list[dict[str, Any]] = json.loads(record["pool"])["pool"]
    return pool


def next_in_order(record: Mapping[str, Any], gone: Collection[str]) -> str | None:
    """Who goes in the place of somebody who cannot: the next ticket; None when nobody is left."""
    return next((one for one in record["order"] if one not in gone), None)


def lookback_record(
    closed: Mapping[str, Sequence[str]], *, percent: int, asked: Mapping[str, str], nonce: str
) -> dict[str, Any]:
    """A sample of closed problems: `closed` holds their ids by district, at least one of each district is taken."""
    pool_text = canonical_json(
        {
            "format": LOOKBACK_FORMAT,
            "asked": dict(asked),
            "percent": percent,
            "closed": {district: sorted(ids) for district, ids in closed.items()},
        }
    )
    seed = sha256_hex(f"{sha256_hex(pool_text)}\n{nonce}")
    tickets = Tickets(seed)
    taken: list[str] = []
    for district in sorted(closed):
        ids = closed[district]
        count = sample_size(len(ids), percent)
        taken += tickets.ordered_ids("lookback", ids, district)[:count]
    return {"pool": pool_text, "nonce": nonce, "seed": seed, "taken": taken}


def sample_size(count: int, percent: int) -> int:
    """So many of a district's closed problems: rounded up, so that each district has one."""
    return min(count, math.ceil(count * percent / 100))
