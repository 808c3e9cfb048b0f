"""The points of an edition as an author writes them: what cannot be right, and their form on the wire. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from suicha.checklists.rules.scoring import points_text

FINEST = Decimal("0.01")


def written(value: float) -> Decimal:
    """A number of the file, as it was typed: `0.5` is a half and no binary fraction."""
    return Decimal(str(value))


def wrong_with_points(source: Mapping[str, Any]) -> str | None:
    """What is wrong with the points of an edition, in one sentence; None when they add up, or when there are none."""
    scoring, items = source.get("scoring"), source["items"]
    scored = [item for item in items if "score" in item]
    if scoring is None:
        return f"item {scored[0]['code']} has points, but the edition has no scoring" if scored else None
    return next(
        (
            wrong
            for wrong in (
                *(None if "score" in item else f"item {item['code']} has no score" for item in items),
                *(_wrong_item(item["code"], item["score"]) for item in scored),
                _wrong_dimensions(scoring, source["groups"], scored),
                _wrong_grades(scoring),
            )
            if wrong
        ),
        None,
    )


def _wrong_item(code: str, score: Mapping[str, Any]) -> str | None:
    most, step = written(score["max"]), written(score["step"])
    costs = [written(one["points"]) for one in score["deductions"]]
    texts = [one["text"] for one in score["deductions"]]
    below = [written(score["opens_problem_below"])] if "opens_problem_below" in score else []
    if any(value % FINEST for value in (most, step, *costs, *below)):
        return f"item {code}: points have at most two decimals"
    if most % step:
        return f"item {code}: the maximum {points_text(most)} is no multiple of the step {points_text(step)}"
    for value in (*costs, *below):
        if value > most or value % step:
            return f"item {code}: {points_text(value)} is not between 0 and the maximum on the step"
    if any(one in other for n, one in enumerate(texts) for m, other in enumerate(texts) if n != m):
        # The phone tells by its words in the remark whether a finding was tapped.
        return f"item {code}: the text of one deduction stands in another's"
    return None


def _wrong_dimensions(
    scoring: Mapping[str, Any], groups: Iterable[Mapping[str, str]], items: Iterable[Mapping[str, Any]]
) -> str | None:
    most = {one["group"]: written(one["max"]) for one in scoring["dimensions"]}
    codes = [group["code"] for group in groups]
    if [one["group"] for one in scoring["dimensions"]] != codes:
        return "the dimensions must be the groups, each once and in their order"
    sums, fixed = dict.fromkeys(codes, Decimal(0)), dict.fromkeys(codes, 0)
    for item in items:
        sums[item["group"]] += written(item["score"]["max"])
        fixed[item["group"]] += not item["na_allowed"]
    for code in codes:
        if sums[code] != most[code]:
            return f"dimension {code} is worth {points_text(most[code])}, its items add up to {points_text(sums[code])}"
        if not fixed[code]:
            return f"dimension {code}: at least one item must always apply, or nothing could be scaled"
    full, total = written(scoring["full"]), sum(most.values(), Decimal(0))
    if total != full:
        return f"the full score is {points_text(full)}, the dimensions add up to {points_text(total)}"
    return None


def _wrong_grades(scoring: Mapping[str, Any]) -> str | None:
    limits = [written(grade["at_least"]) for grade in scoring["grades"]]
    if limits != sorted(set(limits), reverse=True) or limits[-1] != 0 or limits[0] > written(scoring["full"]):
        return "grades go down from at most the full score to one that begins at 0"
    return None


def wire_scoring(scoring: Mapping[str, Any]) -> dict[str, Any]:
    """The edition's `scoring` on the wire: numbers as texts in normal form, for canonical JSON has no fractions."""
    return {
        **scoring,
        "full": points_text(written(scoring["full"])),
        "dimensions": [{**one, "max": points_text(written(one["max"]))} for one in scoring["dimensions"]],
        "grades": [{**one, "at_least": points_text(written(one["at_least"]))} for one in scoring["grades"]],
    }


def wire_score(score: Mapping[str, Any]) -> dict[str, Any]:
    """An item's `score` on the wire."""
    below = score.get("opens_problem_below")
    return {
        "max": points_text(written(score["max"])),
        "step": points_text(written(score["step"])),
        "deductions": [
            {"text": one["text"], "points": points_text(written(one["points"]))} for one in score["deductions"]
        ],
        "opens_problem_below": points_text(written(below)) if below is not None else None,
    }
