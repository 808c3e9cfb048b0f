"""Even loads: an assignment with the smallest sum of squares, kept up to date while sites draw their teams.

docs/draw.md sections 5 (what "evenest" means) and 6 (the arcs). Cf. Harvey, Ladner, Lovász, Tamir, "Semi-matchings for
bipartite graphs and load balancing" (2006): an assignment is evenest if and only if no path of arcs leads from a team
to one with two visits less.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

Steps = list[tuple[int, int, int]]


class NobodyMayGo(Exception):
    """Some class of sites has no team."""


class Witness:
    """One evenest assignment. Classes and teams are numbers; sets of teams are bit masks.

    `counts[c]` sites of class c may be given to the teams in `masks[c]`.
    """

    def __init__(self, masks: list[int], counts: list[int], teams: int) -> None:
        """Find an evenest assignment; raises NobodyMayGo."""
        if any(count and not mask for mask, count in zip(masks, counts, strict=True)):
            raise NobodyMayGo
        self._masks = masks
        self.loads = [0] * teams
        self._held: list[dict[int, int]] = [{} for _ in masks]  # class -> team -> sites not yet given
        self._holders = [0] * len(masks)  # class -> teams that hold some
        self._busy = 0  # teams that hold some of any class
        # Large classes are held by most teams: searches that begin with them end soon.
        self._widest = sorted(range(len(masks)), key=lambda kind: -counts[kind])
        self._holds: list[dict[int, int]] = [{} for _ in range(teams)]  # team -> class -> sites not yet given
        self._levels: dict[int, int] = defaultdict(int)  # load -> teams with that load
        self._levels[0] = self._anybody = (1 << teams) - 1
        for place in sorted(range(len(masks)), key=lambda c: masks[c].bit_count()):
            self._pour(place, counts[place])
        self._level_out()

    @property
    def spread(self) -> int:
        """Greatest load minus smallest load."""
        return self.greatest - self._least()

    @property
    def greatest(self) -> int:
        """The greatest load."""
        return max(level for level, teams in self._levels.items() if teams)

    def _least(self) -> int:
        return min(level for level, teams in self._levels.items() if teams)

    def give(self, kind: int, team: int) -> bool:
        """Give a site of the class to the team for good, if some evenest assignment allows it; tells whether."""
        if not self._masks[kind] >> team & 1:
            return False
        if not self._held[kind].get(team) and not self._bring(kind, team):
            return False
        self._drop(kind, team)
        return True

    def _bring(self, kind: int, team: int) -> bool:
        """Make the witness hold a site of the class at the team, by moving sites along arcs; tells whether it can."""
        quick = self._levels.get(self.loads[team] + 1, 0) & self._holders[kind]
        if quick:
            self._move([(_lowest(quick), team, kind)])
            return True
        goal = self._holders[kind]
        forward = self._forward(team, goal)
        end = _lowest(goal & forward.reached) if goal & forward.reached else None
        if end is not None:
            self._move([*forward.steps(end), (end, team, kind)])
            return True
        return self._exchange(kind, team, forward)

    def _exchange(self, kind: int, team: int, forward: "_Forward") -> bool:
        taker, least = self._extreme(forward.reached, self._least())
        if self.greatest <= least:
            return False
        # An evenest witness has no path from a load to one that is smaller by two: givers have one visit more.
        givers = self._levels.get(least + 1, 0) & self._busy
        if not givers:
            return False
        backward = self._backward(self._holders[kind], givers)
        giver = backward.reached & givers
        if not giver:
            return False
        # What reaches a holder is not reached from the team, else there were the cycle above: no arc is used twice.
        steps = backward.steps(_lowest(giver))
        holder = steps[-1][1] if steps else _lowest(giver)
        self._move([*steps, (holder, team, kind), *forward.steps(taker)])
        return True

    def _extreme(self, teams: int, level: int) -> tuple[int, int]:
        """A team with the smallest load among some, and that load."""
        while not self._levels.get(level, 0) & teams:
            level += 1
        return _lowest(self._levels[level] & teams), level

    def _pour(self, kind: int, count: int) -> None:
        """Spread the sites of a class over its teams, always to one with the least."""
        level = self._least()
        for _ in range(count):
            team, level = self._extreme(self._masks[kind], level)
            self._hold(kind, team, 1)
            self._set_load(team, level + 1)

    def _level_out(self) -> None:
        """Move sites from teams with more to teams with two less until no path does that."""
        is_even = False
        while not is_even:
            is_even = True
            for load in sorted((level for level, teams in self._levels.items() if teams), reverse=True):
                for team in _bits(self._levels[load]):
                    if self.loads[team] == load and self._relieve(team):
                        is_even = False

    def _relieve(self, team: int) -> bool:
        fewer = 0
        for level, teams in self._levels.items():
            if level <= self.loads[team] - 2:
                fewer |= teams
        if not fewer:
            return False
        forward = self._forward(team, fewer)
        hit = forward.reached & fewer
        if not hit:
            return False
        self._move(forward.steps(self._extreme(hit, self._least())[0]))
        return True

    def _forward(self, team: int, goal: int) -> "_Forward":
        """Teams that `team` reaches; stops early once some team of `goal` is among them, or all are."""
        found = _Forward(team)
        pending, used = found.reached, set[int]()
        while pending and not found.reached & goal and found.reached != self._anybody:
            source = _lowest(pending)
            pending &= pending - 1
            for kind in self._holds[source]:
                new = self._masks[kind] & ~found.reached
                if kind in used or not new:
                    continue
                used.add(kind)
                found.add(new, source, kind)
                pending |= new
                if new & goal:
                    break
        return found

    def _backward(self, goals: int, wanted: int) -> "_Backward":
        """Teams that reach some of `goals`; stops early once some of the `wanted` is among them."""
        found = _Backward(goals)
        unused: Iterable[int] = self._widest
        is_new = True
        while is_new and not found.reached & wanted:
            is_new, left = False, list[int]()
            for kind in unused:
                if not self._holders[kind]:
                    continue
                target, new = self._masks[kind] & found.reached, self._holders[kind] & ~found.reached
                if not target:
                    left.append(kind)
                elif new:
                    is_new = True
                    found.add(new, _lowest(target), kind)
                    if new & wanted:
                        break
            unused = left
        return found

    def _move(self, steps: Steps) -> None:
        for source, target, kind in steps:
            self._hold(kind, source, -1)
            self._hold(kind, target, 1)
        # A path takes a visit from its first team and gives one to its last; a cycle changes no load.
        ends: dict[int, int] = defaultdict(int)
        for source, target, _ in steps:
            ends[source] -= 1
            ends[target] += 1
        for team, change in ends.items():
            if change:
                self._set_load(team, self.loads[team] + change)

    def _drop(self, kind: int, team: int) -> None:
        """The site is given: it stays in the load and can be moved no more."""
        self._hold(kind, team, -1)

    def _hold(self, kind: int, team: int, change: int) -> None:
        held, holds = self._held[kind], self._holds[team]
        count = held.get(team, 0) + change
        if count:
            held[team] = holds[kind] = count
            self._holders[kind] |= 1 << team
            self._busy |= 1 << team
        else:
            del held[team], holds[kind]
            self._holders[kind] &= ~(1 << team)
            if not holds:
                self._busy &= ~(1 << team)

    def _set_load(self, team: int, load: int) -> None:
        self._levels[self.loads[team]] &= ~(1 << team)
        self._levels[load] |= 1 << team
        self.loads[team] = load


class _Forward:
    """A search along the arcs."""

    def __init__(self, start: int) -> None:
        self.reached = self._start = 1 << start
        self._strides: list[tuple[int, int, int]] = []

    def add(self, new: int, source: int, kind: int) -> None:
        """These teams are reached from `source`, which holds a site of the class."""
        self.reached |= new
        self._strides.append((new, source, kind))

    def steps(self, end: int) -> Steps:
        """Moves (from, to, class) from the start to a team that was reached."""
        steps: Steps = []
        while not self._start >> end & 1:
            source, kind = next((source, kind) for new, source, kind in self._strides if new >> end & 1)
            steps.append((source, end, kind))
            end = source
        return steps[::-1]


class _Backward:
    """A search against the arcs."""

    def __init__(self, goals: int) -> None:
        self.reached = self._goals = goals
        self._strides: list[tuple[int, int, int]] = []

    def add(self, new: int, target: int, kind: int) -> None:
        """These teams hold a site of the class, which may go to `target`."""
        self.reached |= new
        self._strides.append((new, target, kind))

    def steps(self, start: int) -> Steps:
        """Moves (from, to, class) from a team that reaches a goal to that goal."""
        steps: Steps = []
        while not self._goals >> start & 1:
            target, kind = next((target, kind) for new, target, kind in self._strides if new >> start & 1)
            steps.append((start, target, kind))
            start = target
        return steps


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
