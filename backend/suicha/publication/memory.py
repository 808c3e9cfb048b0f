"""Answers of the public pages, kept for a few seconds: a day on which a newspaper links to them costs no database.

The answers say themselves that anybody may keep them for a minute. Whoever publishes in this process clears all of them
at once; another process sees it after `SECONDS` at the latest.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

SECONDS = 5.0
MOST_ANSWERS = 500
_changes = 0


@dataclass(frozen=True)
class Kept:
    """One answer: its tag and its bytes."""

    tag: str
    body: bytes


def something_changed() -> None:
    """Called with every revision: nothing that was kept before is given out after it."""
    global _changes  # noqa: PLW0603  one counter for all installations of a process, of which there is one
    _changes += 1


@dataclass
class AnswerMemory:
    """What was answered a moment ago, by address."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[float, int, Kept]] = field(default_factory=OrderedDict)

    async def answer(self, address: str, make: Callable[[], Awaitable[Kept]]) -> Kept:
        """The kept answer, or a new one."""
        now, changes = self.clock(), _changes
        known = self._kept.get(address)
        if known is not None and known[0] > now and known[1] == changes:
            return known[2]
        made = await make()
        # Under the number from before it was made: a change meanwhile makes it void.
        self._kept[address] = (now + SECONDS, changes, made)
        self._kept.move_to_end(address)
        while len(self._kept) > MOST_ANSWERS:
            self._kept.popitem(last=False)
        return made
