"""What was answered a moment ago is given again, and never after something changed."""

import asyncio

from suicha.publication.memory import MOST_ANSWERS, SECONDS, AnswerMemory, Kept, something_changed


class Desk:
    """Counts how often somebody really had to look."""

    def __init__(self) -> None:
        self.now, self.looked = 100.0, 0
        self.memory = AnswerMemory(clock=lambda: self.now)

    async def _make(self) -> Kept:
        self.looked += 1
        return Kept(f'"{self.looked}"', b"{}")

    def ask(self, address: str = "results?") -> str:
        return asyncio.run(self.memory.answer(address, self._make)).tag


def test_an_answer_is_kept_for_some_seconds_and_no_longer() -> None:
    desk = Desk()
    assert [desk.ask(), desk.ask()] == ['"1"', '"1"']
    desk.now += SECONDS - 0.1
    assert desk.ask() == '"1"'
    desk.now += 0.1
    assert desk.ask() == '"2"'
    assert desk.ask("results?page=2") == '"3"'


def test_whoever_publishes_here_makes_all_of_it_void() -> None:
    desk = Desk()
    desk.ask()
    something_changed()
    assert desk.ask() == '"2"'


def test_what_changed_while_it_was_made_is_made_again() -> None:
    desk = Desk()

    async def make() -> Kept:
        something_changed()
        return Kept('"old"', b"{}")

    assert asyncio.run(desk.memory.answer("results?", make)).tag == '"old"'
    assert desk.ask() == '"1"'


def test_it_does_not_grow_with_what_people_search_for() -> None:
    desk = Desk()
    for n in range(MOST_ANSWERS + 20):
        desk.ask(f"results?q={n}")
    assert len(desk.memory._kept) == MOST_ANSWERS
