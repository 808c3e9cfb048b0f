r"""Visits to test on: from the suite's `fresh_visit` where there is one, else from a running server.

Stand-alone: SUICHA_URL=http://127.0.0.1:8000 SUICHA_DEMO_JSON=storage/demo.json \
    pytest --confcutdir=tests/independent tests/independent
A running demo has few untouched visits; a test that seals takes one for itself and is skipped when none is left.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .canonical import new_uuid
from .client import Device
from .fold import Register


@dataclass
class Person:
    username: str
    password: str


@dataclass
class Team:
    """A visit of its own with the people who may write into it, and one who may not."""

    url: str
    scope: str
    people: dict[str, Person]
    _count: Iterator[int] = field(default_factory=count)

    def device(self, role: str, *, pulled: bool = True) -> Device:
        person = self.people[role]
        made = Device.signed_in(self.url, person.username, person.password)
        if pulled:
            made.pull()
        return made

    def devices(self, *roles: str) -> list[Device]:
        return [self.device(role) for role in roles]

    @property
    def inspection_id(self) -> str:
        return self.scope.removeprefix("insp:")

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        leader = self.device("leader")
        answer = leader.wire.get(f"/api/checklists/editions/{leader.feed(self.scope).dispatched['edition']['hash']}")
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    @property
    def item(self) -> str:
        return str(self.items[0]["code"])

    def register(self) -> Register:
        """Return a text register that no other test of this visit touches."""
        number = next(self._count)
        if number < len(self.items):
            return self.items[number]["code"], "remark"
        return self.item, f"caption:{new_uuid()}"


def _person(told: Any) -> Person:
    if isinstance(told, dict):
        return Person(told["username"], told["password"])
    return Person(told.username, told.password)


def _from_fixture(visit: Any) -> Team:
    people = {role: _person(getattr(visit, role)) for role in ("leader", "officer", "expert", "stranger")}
    scope = visit.scope if visit.scope.startswith("insp:") else f"insp:{visit.scope}"
    return Team(visit.url, scope, people)


class RunningServer:
    """Untouched visits of a demo that runs already: leader, officer and expert of one team share them."""

    def __init__(self, url: str, accounts: list[dict[str, Any]]) -> None:
        self.url = url
        self.untouched: list[Team] = []
        by_role: dict[str, list[dict[str, Any]]] = {}
        for account in accounts:
            for role in account["roles"]:
                by_role.setdefault(role, []).append(account)
        leader = Device.signed_in(url, by_role["leader"][0]["username"], by_role["leader"][0]["password"])
        leader.pull()
        for scope, feed in leader.feeds.items():
            if scope.startswith("insp:") and not feed.of_type("op.judged"):
                people = self._people(by_role, {member["account"] for member in feed.dispatched["team"]})
                if people.keys() >= {"leader", "officer", "expert"}:
                    self.untouched.append(Team(url, scope, people))

    def _people(self, by_role: dict[str, list[dict[str, Any]]], team: set[str]) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for role in ("leader", "officer", "expert"):
            for account in by_role[role]:
                device = Device.signed_in(self.url, account["username"], account["password"])
                found.setdefault(role if device.account in team else "stranger", _person(account))
        return found


_running: dict[str, RunningServer] = {}
_shared: dict[str, Team] = {}


def _take_untouched() -> Team:
    url = os.environ["SUICHA_URL"].rstrip("/")
    if url not in _running:
        told = json.loads(Path(os.environ["SUICHA_DEMO_JSON"]).read_text())
        _running[url] = RunningServer(url, told["accounts"])
    if not _running[url].untouched:
        pytest.skip("the running server has no untouched visit left")
    return _running[url].untouched.pop()


if "SUICHA_URL" in os.environ:

    @pytest.fixture
    def server_url() -> str:
        return os.environ["SUICHA_URL"]

    @pytest.fixture
    def second_scope(team: Team) -> str:
        """Return another visit of the same people: those of a demo have several."""
        feeds = team.device("officer").feeds
        others = [name for name in feeds if name.startswith("insp:") and name != team.scope]
        open_ones = [name for name in others if not feeds[name].of_type("inspection.sealed")]
        return open_ones[0] if open_ones else pytest.skip("the officer has one open visit")

    @pytest.fixture
    def new_team() -> Callable[[], Team]:
        """Return a maker of visits."""
        return _take_untouched

else:

    @pytest.fixture
    def server_url(live_server: Any) -> str:
        return str(live_server.url)

    @pytest.fixture
    def second_scope(team: Team, fresh_visit: Callable[..., Any]) -> str:
        """Return another visit of the same people."""
        return str(fresh_visit(of=team.scope).scope)

    @pytest.fixture
    def new_team(fresh_visit: Callable[[], Any]) -> Callable[[], Team]:
        """Return a maker of visits."""
        return lambda: _from_fixture(fresh_visit())


@pytest.fixture
def own_team(new_team: Callable[[], Team]) -> Team:
    """Return a visit for one test alone, which may seal it."""
    return new_team()


@pytest.fixture
def team(new_team: Callable[[], Team], server_url: str) -> Team:
    """Return one visit shared by the tests that only take registers of their own; never anybody's own one."""
    if server_url not in _shared:
        _shared[server_url] = new_team()
    return _shared[server_url]
