"""Short stories that show one rule each, played by hand on the machine and judged by its oracle."""

import contextlib
from collections.abc import Callable
from typing import Any

from suicha.sync.rules.judge import Judge
from suicha.sync.rules.scope import ScopeState

from .ledger import Op
from .machine import Phones
from .port import ServerPort
from .pure import Crash, PureServer

Trace = Callable[["Stage"], None]


class Stage(Phones):
    """The machine with hands: short words for what a trace does."""

    def answers(self, name: str, value: str | None, number: int = 0) -> Op:
        self.answer(name=name, number=number, value=value, then="nothing")
        return list(self.phone(name).log.values())[-1]

    def notes(self, name: str) -> Op:
        self.note(name=name, then="nothing")
        return list(self.phone(name).log.values())[-1]

    def pushes(self, name: str, *, skip: int = 0, cut: int | None = None, lost: bool = False) -> None:
        phone = self.phone(name)
        self.deliver(phone, phone.disk.outbox[skip:cut], is_lost=lost)
        self.holds()

    def pulls(self, name: str) -> None:
        self.phone(name).pull()

    def seals(self, name: str = "L") -> None:
        self.seal(name=name, then="nothing")

    def brings(self, op: Op) -> None:
        self.phones["L"].bring([op])

    def outcome(self, op: Op) -> tuple[str, str | None] | None:
        judged = self.audit.judged(op.id)
        return (judged.outcome, judged.code) if judged else None


def play(trace: Trace, server: ServerPort | None = None) -> None:
    """A trace, then peace: all is sent and received, and the oracle looks."""

    class Bound(Stage):
        pass

    Bound.server = server or PureServer()
    stage = Bound()
    trace(stage)
    stage.holds()
    stage.teardown()


def a_newer_answer_reaches_the_phone_before_the_push(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("B", "fail")
    s.pushes("L")
    s.pulls("B")
    s.pushes("B")


def an_officer_changes_his_mind_in_a_dispute(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.answers("B", "fail")
    s.pushes("B")
    s.pulls("B")
    s.answers("B", "pass")
    s.pushes("B")
    s.pulls("B")
    s.answers("B", None)
    s.pushes("B")


def the_process_ends_before_it_commits(s: Stage) -> None:
    def crash() -> None:
        raise Crash

    server = s.server
    assert isinstance(server, PureServer)
    s.answers("B", "pass")
    server.before_commit = crash
    with contextlib.suppress(Crash):
        s.phones["B"].send_all()
    server.before_commit = None
    s.holds()


def the_second_op_arrives_first(s: Stage) -> None:
    s.notes("B")
    second = s.notes("B")
    s.pushes("B", skip=1)
    assert s.outcome(second) is None
    s.pushes("B", cut=1)
    assert s.outcome(second) == ("applied", None), "what waited was not judged when its predecessor came"


def a_record_arrives_after_the_seal(s: Stage) -> None:
    s.seals()
    s.notes("B")
    s.pushes("L")
    s.pushes("B")


def a_page_has_a_hole(s: Stage) -> None:
    """A reader that asks for numbers above the last one seen, while a smaller number is not committed yet."""
    for _ in range(3):
        s.notes("L")
    s.pushes("L")
    pages = s.phones["B"].ask()
    del pages[s.story.x.scope]["entries"][1]
    s.phones["B"].take(pages)
    s.pulls("B")


def a_phone_dies_while_it_stores_a_page(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.phones["B"].take(s.phones["B"].ask(), dies=True)


def a_reply_is_lost_and_the_phone_dies(s: Stage) -> None:
    s.notes("B")
    s.pushes("B", lost=True)
    s.kill(name="B")
    s.notes("B")
    s.pushes("B")


def a_seal_and_a_signature(s: Stage) -> None:
    s.seals()
    s.pushes("L")
    s.sign(name="L", who="all", refused=False)
    s.pushes("L")


def an_admitted_op_is_not_in_the_manifest(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.pulls("B")
    s.answers("B", "fail")
    s.pushes("B")
    s.seals()
    s.pushes("L")


def the_second_note_of_two_is_handed_over(s: Stage) -> None:
    s.notes("B")
    s.brings(s.notes("B"))
    s.seals()
    s.pushes("L")
    s.pushes("B")


def a_named_op_arrives_after_the_seal(s: Stage) -> None:
    s.brings(s.notes("B"))
    s.seals()
    s.pushes("L")
    s.pushes("B")


def two_devices_of_the_leader_seal(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("M", "pass", 1)
    s.seals("L")
    s.seals("M")
    s.pushes("L")
    s.pushes("M")


def a_signature_travels_faster_than_its_seal(s: Stage) -> None:
    s.seals()
    s.sign(name="L", who="colleague", refused=False)
    s.pushes("B")
    s.pushes("L")


def a_member_is_revoked_while_offline(s: Stage) -> None:
    for _ in range(2):
        s.notes("L")
    s.pushes("L")
    s.pulls("B")
    op = s.answers("B", "pass")
    s.revoke()
    s.pushes("B")
    assert s.outcome(op) == ("parked", "grant_revoked_unseen")


def a_colleagues_answer_is_built_upon_by_file(s: Stage) -> None:
    s.brings(s.answers("B", "pass"))
    s.answers("L", "fail")
    s.pushes("B")
    s.pushes("L")


def two_branches_of_one_profile(s: Stage) -> None:
    s.notes("B")
    s.clone(whose="B")
    s.notes("B")
    s.notes("C")
    s.notes("C")
    s.pushes("B")
    # The clone's branch stands where the other's does.
    s.pushes("C", skip=2)
    s.pushes("C", skip=1)
    s.pushes("C")


def a_named_op_comes_in_another_envelope(s: Stage) -> None:
    s.clone(whose="B")
    s.brings(s.notes("B"))
    s.seals()
    s.notes("C")
    s.pushes("C")
    s.pushes("B")
    s.pushes("L")


def a_refused_op_and_a_good_one_after_it(s: Stage) -> None:
    s.break_a_rule(what="register")
    s.pushes("E")
    s.notes("E")
    s.pushes("E")


def bytes_rot_before_they_are_sent(s: Stage) -> None:
    s.notes("B")
    s.notes("B")
    s.bytes_rot(name="B", is_readable=True)
    s.notes("B")
    s.pushes("B")
    s.pushes("B")
    assert not s.phones["B"].disk.outbox


def an_answer_is_judged_again_after_its_receipt(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("B", "fail", 1)
    s.pushes("B")
    s.seals()
    s.pushes("L")
    s.pulls("B")


def a_late_note_is_taken_in(s: Stage) -> None:
    note = _late_note(s)
    _decides(s, "L", note, "include")
    assert s.outcome(note) == ("applied", None)
    s.seals()
    s.pushes("L")
    s.sign(name="L", who="all", refused=False)
    s.pushes("L")
    assert [seal["n"] for seal in s.audit.x.seals] == [1, 2]


def two_devices_of_the_leader_decide(s: Stage) -> None:
    note = _late_note(s)
    s.pulls("M")
    for name, decision in (("L", "note_only"), ("M", "include")):
        s.phones[name].decide(note.id, decision)
        s.made(s.phones[name], set())
    s.pushes("L")
    s.pushes("M")
    assert s.outcome(note) == ("parked", "late_after_seal")
    assert s.audit.x.cases[note.id] == "note_only"


def an_old_answer_arrives_in_an_addendum(s: Stage) -> None:
    """It was made without knowing of the addendum; nobody asked for it."""
    s.seals()
    s.pushes("L")
    old = s.notes("B")
    s.open_addendum(name="L", then="nothing")
    s.pushes("L")
    s.pushes("B")
    assert s.outcome(old) == ("parked", "late_after_seal")
    s.pulls("B")
    fresh = s.notes("B")
    s.pushes("B")
    assert s.outcome(fresh) == ("applied", None)


def a_further_manifest_names_a_late_note(s: Stage) -> None:
    """The leader's phone took the note over by file before it arrived late."""
    s.seals()
    s.pushes("L")
    note = s.notes("B")
    s.open_addendum(name="L", then="push")
    s.brings(note)
    s.pushes("B")
    assert s.outcome(note) == ("parked", "late_after_seal")
    s.seals()
    s.pushes("L")
    assert s.outcome(note) == ("applied", None)


def a_note_that_was_taken_in_is_left_out_by_the_other_device(s: Stage) -> None:
    note = _late_note(s)
    s.open_addendum(name="L", then="push")
    s.pulls("M")
    _decides(s, "M", note, "include")
    assert s.outcome(note) == ("applied", None)
    s.seals("L")
    s.pushes("L")
    assert s.outcome(note) == ("parked", "late_after_seal")
    assert s.audit.x.cases[note.id] is None


def the_leader_is_replaced_while_offline(s: Stage) -> None:
    """What the old leader made in good faith waits for the new one, who seals."""
    s.answers("L", "pass")
    s.pushes("L")
    note = s.notes("L")
    s.revoke(who="lead")
    s.pushes("L")
    assert s.outcome(note) == ("parked", "grant_revoked_unseen")
    s.pulls("B")
    _decides(s, "B", note, "include")
    assert s.outcome(note) == ("applied", None)
    s.pulls("L")
    s.seals()
    s.pushes("B")
    assert len(s.audit.x.seals) == 1


def _late_note(s: Stage) -> Op:
    s.seals()
    note = s.notes("B")
    s.pushes("L")
    s.pushes("B")
    s.pulls("L")
    return note


def _decides(s: Stage, name: str, op: Op, decision: str) -> None:
    before = set(s.phones[name].log)
    s.phones[name].decide(op.id, decision)
    s.made(s.phones[name], before)
    s.pushes(name)
    s.pulls(name)


def a_photo_follows_its_bytes(s: Stage) -> None:
    s.photo(name="B", then="pull")
    s.pushes("B")


def one_op_is_poisoned(s: Stage) -> None:
    before, poisoned, after = (s.notes("B") for _ in range(3))
    outcome = Judge._outcome

    def failing(self: Judge, op: Any, visit: ScopeState) -> Any:
        if op.hash == poisoned.hash and op.hash not in self.w.poisoned:
            raise RuntimeError("a fault of ours")
        return outcome(self, op, visit)

    Judge._outcome = failing  # type: ignore[method-assign]
    try:
        s.deliver(s.phones["B"], list(s.phones["B"].disk.outbox), is_lost=False)
    finally:
        Judge._outcome = outcome  # type: ignore[method-assign]
    feed = {entry.op.id: entry for entry in _judged(s)}
    assert [feed[op.id].outcome for op in (before, poisoned, after)] == ["applied", "parked", "applied"]
    assert feed[poisoned.id].code == "internal_error"
    assert not s.phones["B"].disk.outbox


def _judged(s: Stage) -> Any:
    phone = s.phones["L"]
    phone.pull()
    return phone.x.ops.values()
