"""What must come out of a database as it went in: receipts, the inbox, poisoned ops, a feed that a revocation cut."""

from collections.abc import Iterator
from typing import Any

import pytest

from suicha.kit.ids import new_id
from suicha.sync.rules.judge import Judge
from suicha.sync.rules.scope import ScopeState

from .desk import Desk, bent, wire
from .ledger import Ledger, Op
from .stored import StoredServer

APPLIED = ("applied", None)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    server = StoredServer(database_url)
    yield Desk(server)
    server.close()


def poison(monkeypatch: pytest.MonkeyPatch, op: Op) -> None:
    """Judging this op fails by a fault of ours."""
    outcome = Judge._outcome

    def failing(self: Judge, other: Any, visit: ScopeState) -> Any:
        if other.hash == op.hash and op.hash not in self.w.poisoned:
            raise RuntimeError("a fault of ours")
        return outcome(self, other, visit)

    monkeypatch.setattr(Judge, "_outcome", failing)


def test_a_poisoned_op_is_parked_and_all_others_are_judged(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, poisoned, last = desk.set("officer", "pass"), desk.note("officer"), desk.set("officer", "fail", item=1)
    poison(monkeypatch, poisoned)
    results = desk.send("officer")
    assert results == [APPLIED, ("parked", "internal_error"), APPLIED]
    assert desk.acked["officer"] == 3
    assert [desk.outcome(op) for op in (first, poisoned, last)] == results
    receipt = desk.results[1]
    assert desk.push("officer", [wire(poisoned)]) == [("duplicate", None)]
    assert desk.results[0]["original"] == receipt
    desk.note("officer")
    assert desk.send("officer") == [APPLIED]


def test_a_poisoned_op_that_waited_does_not_take_its_predecessor_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, poisoned, last = (desk.note("officer") for _ in range(3))
    assert desk.push("officer", [wire(poisoned), wire(last)]) == [("deferred", None)] * 2
    poison(monkeypatch, poisoned)
    desk.push("officer", [wire(first)])
    again = desk.push("officer", [wire(op) for op in (first, poisoned, last)])
    assert again[0][0] in ("applied", "duplicate")
    assert desk.outcome(first) == APPLIED
    assert desk.outcome(poisoned) == ("parked", "internal_error")
    assert desk.outcome(last) == APPLIED


def test_an_op_that_waited_in_the_inbox_is_superseded_by_what_it_says(desk: Desk) -> None:
    """The officer's own waiting answer and the leader's equal one are one value, whenever they arrived."""
    start = desk.note("officer")
    mine = desk.set("officer", "pass")
    theirs = desk.set("lead", "pass")
    assert desk.send("lead") == [APPLIED]
    later = desk.set("officer", "fail", mine, theirs)
    assert desk.push("officer", [wire(mine), wire(later)]) == [("deferred", None)] * 2
    assert desk.push("officer", [wire(start)]) == [APPLIED]
    assert desk.outcome(later) == APPLIED
    assert [op.id for op in desk.heads()] == [later.id]


def test_receipts_are_the_same_after_a_restart(desk: Desk) -> None:
    desk.set("officer", "pass")
    desk.set("lead", "fail")
    items = list(desk.phones["lead"].outbox)
    desk.send("officer")
    desk.send("lead")
    [said] = desk.results
    assert said["outcome"] == "conflict"
    desk.server.restart()
    assert desk.push("lead", items) == [("duplicate", None)]
    assert desk.results[0]["original"] == said


def test_the_original_of_a_reused_op_id_is_still_known_by_its_content(desk: Desk) -> None:
    """Somebody else's use of the id, on another device with a smaller seq, does not shadow it."""
    desk.note("officer")
    op = desk.note("officer")
    desk.send("officer")
    desk.make("lead", "note.add@1", {"text": "别的"}, op_id=op.id)
    assert desk.send("lead") == [("rejected", "op_id_reused")]
    officer = desk.phones["officer"]
    officer.replica, officer.seq, officer.last_hash = new_id(), 0, "0" * 64
    again = bent(op, replica=officer.replica, seq=1, prev="0" * 64)
    assert desk.push("officer", [again]) == [("duplicate", None)]
    assert desk.results[0]["original"]["outcome"] == "applied"


def test_a_feed_that_a_revocation_cut_has_the_state_root_of_its_end(desk: Desk) -> None:
    desk.set("lead", "pass")
    desk.send("lead")
    root = desk.root()
    officer = desk.story.accounts["officer"]
    desk.server.revoke(officer, desk.scope)
    desk.set("lead", "fail", *desk.heads())
    desk.send("lead")
    assert desk.root() != root
    pages, revoked = desk.server.pull(officer, {}, 500)
    page = pages[desk.scope]
    assert revoked == [desk.scope]
    assert (page["state_root"], page["more"]) == (root, False)
    assert Ledger(desk.scope).take(page)
