"""A pool and a seed give a result: the draw itself (docs/draw.md sections 4 to 7 and 9)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from suicha.draws.errors import DrawInfeasible
from suicha.draws.rules.causes import NO_CANDIDATES, NO_SITES, TOO_TIGHT, Cause, why_not
from suicha.draws.rules.pairing import pair
from suicha.draws.rules.pool import Pool, ReplacementPool, read_pool
from suicha.draws.rules.reach import Reach
from suicha.draws.rules.sampling import Sample, sample
from suicha.draws.rules.teams import Hat
from suicha.draws.rules.tickets import Tickets


def run_draw(pool: dict[str, Any], seed: str) -> dict[str, Any]:
    """The result that the pool and the seed give; raises PoolInvalid or DrawInfeasible."""
    read = read_pool(pool)
    tickets = Tickets(seed)
    return _replacement(read, tickets) if isinstance(read, ReplacementPool) else _whole(read, tickets)


def infeasible(causes: Sequence[Cause]) -> DrawInfeasible:
    """The error that names the causes."""
    return DrawInfeasible("；".join(cause.sentence for cause in causes), causes=[asdict(cause) for cause in causes])


def _whole(pool: Pool, tickets: Tickets) -> dict[str, Any]:
    taken = sample(pool, tickets)
    chosen = set(taken.drawn)
    drawn = [site for site in pool.sites if site.id in chosen]
    if not drawn:
        raise infeasible([NO_SITES])
    reach = Reach(pool.inspectors, pool.recusals, pool.rules.cross)
    hat = Hat(pool, reach, drawn)
    dealt = hat.deal(tickets)
    if dealt is None:
        raise infeasible([why_not(pool, drawn, tickets) or TOO_TIGHT])
    visits = pair(drawn, dealt, reach, tickets)
    return {
        **_sample_told(taken, tickets),
        "unusable": hat.unusable,
        "shuffle": dealt.shuffle,
        "teams": [
            {"number": number, "officers": list(team.officers), "experts": list(team.experts)}
            for number, team in enumerate(dealt.teams, start=1)
        ],
        "visits": [{"site": site, "team": team} for site, team in visits],
        "loads": list(dealt.witness.loads),
        "spread": dealt.witness.spread,
    }


def _sample_told(taken: Sample, tickets: Tickets) -> dict[str, Any]:
    return {
        "set_aside": list(taken.set_aside),
        "strata": [
            {
                "jurisdiction": row.stratum[0],
                "risk": row.stratum[1],
                "sites": row.sites,
                "open": row.open,
                "places": row.places,
                "taken": len(row.drawn),
            }
            for row in taken.strata
        ],
        "drawn": [{"site": site, "ticket": tickets.of("site", site)} for site in taken.drawn],
    }


def _replacement(pool: ReplacementPool, tickets: Tickets) -> dict[str, Any]:
    reach = Reach(pool.candidates, pool.recusals, pool.rules.cross)
    classes = {reach.class_of(site) for site in pool.sites}
    able = [person for person in reach.people if all(reach.may_go(person, where) for where in classes)]
    if not able:
        raise infeasible([NO_CANDIDATES])
    ordered = tickets.ordered_ids("replacement", able)
    return {"able": ordered, "chosen": ordered[0]}
