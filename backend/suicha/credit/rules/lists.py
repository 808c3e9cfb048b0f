"""Who is proposed for a list, and which streaks follow; equals stand and fall together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from suicha.credit.rules.periods import PeriodKind, before, days_of, months_later
from suicha.credit.rules.policy import ListRules, Side, Streak
from suicha.credit.rules.score import ScoreCard

_PREFIX = {"city": 4, "district": 6}


@dataclass(frozen=True)
class Placed:
    """A card with its place among its peers: the best is first, equals share a place."""

    card: ScoreCard
    place: int
    of: int


def ranked(cards: Iterable[ScoreCard], rules: ListRules) -> list[Placed]:
    """All cards with enough visits, group by group, the best first."""
    found: list[Placed] = []
    for group in _groups(cards, rules):
        for card in group:
            place = 1 + sum(other.tenths > card.tenths for other in group)
            found.append(Placed(card, place, len(group)))
    return found


def _groups(cards: Iterable[ScoreCard], rules: ListRules) -> list[list[ScoreCard]]:
    groups: defaultdict[str, list[ScoreCard]] = defaultdict(list)
    for card in cards:
        if card.visits >= rules.fewest_visits:
            groups[card.jurisdiction[: _PREFIX[rules.within]]].append(card)
    return [sorted(groups[key], key=lambda card: (-card.tenths, card.enterprise)) for key in sorted(groups)]


def proposed(cards: Iterable[ScoreCard], rules: ListRules) -> list[tuple[ScoreCard, Side]]:
    """Who reaches which side. Of grades everybody gets the first that his score reaches."""
    found: list[tuple[ScoreCard, Side]] = []
    for group in _groups(cards, rules):
        taken: set[str] = set()
        for side in rules.sides:
            able = [card for card in group if side.takes(card.tenths) and card.enterprise not in taken]
            chosen = _foremost(able, side, len(group))
            taken |= {card.enterprise for card in chosen}
            found += [(card, side) for card in chosen]
    return found


def _foremost(able: Sequence[ScoreCard], side: Side, size: int) -> list[ScoreCard]:
    if not able:
        return []
    # From the top of the good, from the bottom of the bad; rounded up, so that a small district has at least one.
    most = -(-size * side.most_percent // 100)
    in_order = sorted(able, key=lambda card: -card.tenths if side.is_good else card.tenths)
    if len(in_order) <= most:
        return in_order
    last = in_order[most - 1].tenths
    return [card for card in in_order if (card.tenths >= last if side.is_good else card.tenths <= last)]


def streaks_reached(
    kind: PeriodKind, streaks: Iterable[Streak], side: str, periods: Collection[str], newest: str
) -> list[Streak]:
    """Which streaks the newest period completes; `periods` are all in which the enterprise stood on this side."""
    reached: list[Streak] = []
    for streak in streaks:
        if streak.side != side:
            continue
        if streak.in_a_row:
            wanted = [newest]
            while len(wanted) < streak.times:
                wanted.append(before(kind, wanted[-1]))
            is_reached = set(wanted) <= {*periods}
        else:
            last = days_of(kind, newest)[1]
            since = months_later(last, -12)
            is_reached = sum(since < days_of(kind, one)[1] <= last for one in {*periods}) >= streak.times
        if is_reached:
            reached.append(streak)
    return reached
