"""Why no draw is possible: a smallest set of constraints that cannot hold together, and where.

A constraint is named only if the draw works once it alone is given up (deletion filter, cf. Chinneck, Feasibility and
Infeasibility in Optimization, 2008, chapter 6); a district only if the draw works without its sites.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from suicha.draws.rules.pool import Pool, Site
from suicha.draws.rules.reach import Reach
from suicha.draws.rules.teams import Hat
from suicha.draws.rules.tickets import Tickets

Item = TypeVar("Item")

_TRIES = 60
"""Shuffles per question asked here: many questions are asked, and what works at all works in most shuffles."""


class Constraint(StrEnum):
    """What can be loosened. Two officers per team cannot: 行政处罚法 art. 42."""

    MOST_VISITS = "most_visits"
    EXPERTS = "experts"
    TEAMS = "teams"
    RECUSAL = "recusal"
    CROSS = "cross"


WORDS = {
    Constraint.MOST_VISITS: "每组检查数上限",
    Constraint.EXPERTS: "每组行业专家数",
    Constraint.TEAMS: "检查组数",
    Constraint.RECUSAL: "回避",
    Constraint.CROSS: "异地交叉要求",
}

# These bite in some districts and not in others.
_LOCAL = {Constraint.CROSS, Constraint.RECUSAL, Constraint.MOST_VISITS}


@dataclass(frozen=True)
class Cause:
    """One reason. `constraints` are what to loosen; `jurisdictions` where; have/need count people."""

    code: str
    sentence: str
    constraints: tuple[Constraint, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    sites: int = 0
    officers: int = 0
    officers_needed: int = 0
    experts: int = 0
    experts_needed: int = 0


NO_SITES = Cause("no_sites", "按现有范围、比例和排除条件，抽不到任何项目")

NO_CANDIDATES = Cause("no_candidates", "没有可以接替的人员：候补人员均须回避、不符合异地要求或已在检查组中")
TOO_TIGHT = Cause("too_tight", "条件过紧：多次洗牌均未得到每个项目都有人可去的分组，请增加人员或检查组")


def why_not(pool: Pool, drawn: Sequence[Site], tickets: Tickets) -> Cause | None:
    """Why no teams can visit these sites, or None where they can."""
    if not drawn:
        return NO_SITES
    if _works(pool, drawn, tickets, given_up=()):
        return None
    kept = _smallest(list(Constraint), lambda rest: not _works(pool, drawn, tickets, given_up=_all_but(rest)))
    if not _LOCAL & set(kept):
        return _told(_loosened(pool, _all_but(kept)), drawn, tuple(kept), (), pool)
    where = _smallest(
        sorted({site.jurisdiction for site in drawn}),
        lambda codes: not _works(pool, _inside(drawn, codes), tickets, given_up=_all_but(kept)),
    )
    return _told(_loosened(pool, _all_but(kept)), _inside(drawn, where), tuple(kept), tuple(where), pool)


def headcount(pool: Pool) -> list[Cause]:
    """Kinds of people of whom there are fewer than the teams have seats, wherever they may go."""
    rules, causes = pool.rules, list[Cause]()
    officers, experts = len(pool.people("officer")), len(pool.people("expert"))
    numbers: dict[str, Any] = {
        "officers": officers,
        "officers_needed": rules.teams * rules.officers,
        "experts": experts,
        "experts_needed": rules.teams * rules.experts,
    }
    if officers < rules.teams * rules.officers:
        told = f"{rules.teams} 个检查组需要执法人员 {rules.teams * rules.officers} 名，名单中只有 {officers} 名"
        causes.append(Cause("too_few_officers", told, (Constraint.TEAMS,), **numbers))
    if experts < rules.teams * rules.experts:
        told = f"{rules.teams} 个检查组需要行业专家 {rules.teams * rules.experts} 名，名单中只有 {experts} 名"
        loosen = (Constraint.TEAMS,) if experts >= rules.experts else (Constraint.EXPERTS,)
        causes.append(Cause("too_few_experts", told, loosen, **numbers))
    return causes


def _smallest(items: list[Item], is_bad: Callable[[list[Item]], bool]) -> list[Item]:
    """A subset that is still bad and of which no element can be left out."""
    kept = items
    for item in items:
        without = [other for other in kept if other != item]
        if is_bad(without):
            kept = without
    return kept


def _inside(drawn: Iterable[Site], codes: Iterable[str]) -> list[Site]:
    wanted = set(codes)
    return [site for site in drawn if site.jurisdiction in wanted]


def _all_but(kept: Iterable[Constraint]) -> tuple[Constraint, ...]:
    return tuple(constraint for constraint in Constraint if constraint not in set(kept))


def _works(pool: Pool, drawn: Sequence[Site], tickets: Tickets, *, given_up: Iterable[Constraint]) -> bool:
    """Whether a workable dealing is found; no sites at all always work."""
    if not drawn:
        return True
    given = set(given_up)
    loose = _loosened(pool, given)
    hat = _hat(loose, drawn)
    if Constraint.TEAMS in given:
        rules = loose.rules
        most = len(hat.officers) // rules.officers
        if rules.experts:
            most = min(most, len(hat.experts) // rules.experts)
        teams = max(1, most)
        hat = _hat(loose.model_copy(update={"rules": rules.model_copy(update={"teams": teams})}), drawn)
    return hat.first_workable(tickets) is not None


def _hat(pool: Pool, drawn: Sequence[Site]) -> Hat:
    return Hat(pool, Reach(pool.inspectors, pool.recusals, pool.rules.cross), drawn)


def _loosened(pool: Pool, given_up: Iterable[Constraint]) -> Pool:
    """The pool without some constraints; fewer teams are tried by `_works`."""
    given = set(given_up)
    rules = pool.rules.model_copy(
        update={
            "shuffles": min(pool.rules.shuffles, _TRIES),
            **({"cross": "off"} if Constraint.CROSS in given else {}),
            **({"experts": 0} if Constraint.EXPERTS in given else {}),
            **({"most_visits": None} if Constraint.MOST_VISITS in given else {}),
        }
    )
    return pool.model_copy(update={"rules": rules, **({"recusals": []} if Constraint.RECUSAL in given else {})})


def _told(
    loose: Pool, drawn: Sequence[Site], kept: tuple[Constraint, ...], where: tuple[str, ...], pool: Pool
) -> Cause:
    hat, rules = _hat(loose, drawn), loose.rules
    teams = _teams_needed(loose, drawn, kept)
    officers, experts = _fewest(hat) if where and Constraint.TEAMS not in kept else _all(hat)
    needed, experts_needed = teams * rules.officers, teams * rules.experts
    names = {row.code: row.name for row in pool.jurisdictions}
    place = "、".join(names.get(code, code) for code in where) or "全部区县"
    lacks = [f"执法人员只剩 {officers} 名，需要 {needed} 名"] if officers < needed else []
    lacks += [f"行业专家只剩 {experts} 名，需要 {experts_needed} 名"] if experts < experts_needed else []
    after = "、".join(WORDS[constraint] for constraint in kept)
    return Cause(
        code=_code(kept, officers < needed, experts < experts_needed),
        sentence=f"{place}的 {len(drawn)} 个项目：按{after or '每组两名执法人员'}，"
        + ("，".join(lacks) or "可去的人员组不成足够的检查组"),
        constraints=kept,
        jurisdictions=where,
        sites=len(drawn),
        officers=officers,
        officers_needed=needed,
        experts=experts,
        experts_needed=experts_needed,
    )


def _teams_needed(pool: Pool, drawn: Sequence[Site], kept: Sequence[Constraint]) -> int:
    if Constraint.TEAMS in kept:
        return pool.rules.teams
    return -(-len(drawn) // pool.rules.most_visits) if pool.rules.most_visits is not None else 1


def _fewest(hat: Hat) -> tuple[int, int]:
    """Officers and experts who may go to the site with the fewest of them."""
    counts = [hat.who_may_go(where) for where in hat.classes]
    return min(officers for officers, _ in counts), min(experts for _, experts in counts)


def _all(hat: Hat) -> tuple[int, int]:
    return len(hat.officers), len(hat.experts)


def _code(kept: Sequence[Constraint], lacks_officers: bool, lacks_experts: bool) -> str:  # noqa: FBT001 - two facts
    if lacks_officers:
        return "too_few_officers"
    if lacks_experts:
        return "too_few_experts"
    return "load_limit" if Constraint.MOST_VISITS in kept else "no_workable_teams"
