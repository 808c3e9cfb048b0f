"""One machine for every server: five phones, two visits, and all that can go wrong between them.

L and M are two devices of the leader, B is the officer's, E the expert's, C a clone of B's or L's profile. Registers
conflict, pushes are partial, lost, doubled, shuffled, replayed; phones are killed, the server restarts. The leader
decides what came late, opens and seals addenda, or is replaced. Bundles, gaps and restores come with later parts.
"""

import hashlib
import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from .auditor import Auditor
from .device import Device, is_quiet
from .ledger import Register, heads
from .port import ServerPort

ROLES = {"L": "lead", "M": "lead", "B": "officer", "E": "expert"}
ANYBODY = st.sampled_from("LMBEC")
OFFICERS = st.sampled_from("LMBC")
LEADERS = st.sampled_from("LM")
THEN = st.sampled_from(["nothing", "push", "lost push", "pull"])
ORDERS = list(itertools.permutations(range(4)))
ROUNDS = 12
# A seal or a revocation ends most of what can happen; some work is to be on the server before.
FIRST_WORK = 3


def id_maker(story: int) -> Callable[[], str]:
    """Ids that are the same in every run of a story, and in no order: clocks of phones differ."""
    counter = itertools.count(1)

    def new_id() -> str:
        digest = hashlib.sha256(f"{next(counter)}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-7{digest[13:16]}-8{digest[17:20]}-{story:012x}"

    return new_id


class Phones(RuleBasedStateMachine):
    """The rules; `server` is set by `run_schedules`."""

    server: ServerPort
    schedules = 0

    def __init__(self) -> None:
        """A new story: everybody has pulled the dispatched visits."""
        super().__init__()
        type(self).schedules += 1
        self.story = self.server.begin()
        self.audit = Auditor(self.server, self.story)
        new_id = id_maker(self.story.number)
        self.phones = {name: Device(name, role, self.story, self.server, new_id) for name, role in ROLES.items()}
        for phone in self.phones.values():
            phone.pull()
        self.old_batches: list[tuple[str, str, list[dict[str, str]]]] = []
        self.old_pages: list[tuple[str, dict[str, Any]]] = []

    def phone(self, name: str) -> Device:
        return self.phones.get(name) or self.phones["B"]

    def made(self, phone: Device, before: set[str], *, is_bad: bool = False) -> None:
        for op_id in phone.log.keys() - before:
            self.audit.note_made(phone, phone.log[op_id], is_bad=is_bad)

    def register(self, number: int) -> Register:
        a, b = self.story.x.items
        return [(a, "result"), (b, "result"), (a, "remark")][number]

    def then(self, phone: Device, what: str) -> None:
        """What the network does right after somebody did something: most steps would else be about it alone."""
        if what == "pull":
            phone.pull()
        elif what != "nothing" and phone.disk.outbox:
            self.deliver(phone, list(phone.disk.outbox), is_lost=what == "lost push")

    # -- people work -------------------------------------------------------------------------------------------------

    @rule(name=OFFICERS, number=st.integers(0, 2), value=st.sampled_from(["pass", "fail", None]), then=THEN)
    def answer(self, name: str, number: int, value: str | None, then: str) -> None:
        phone = self.phone(name)
        if phone.may_write():
            self.audit.note_made(phone, phone.set(self.register(number), value))
        self.then(phone, then)

    @rule(one=OFFICERS, other=OFFICERS, number=st.integers(0, 2), order=st.booleans(), then=THEN)
    def disagree(self, one: str, other: str, number: int, order: bool, then: str) -> None:  # noqa: FBT001
        """Two phones answer the same question without hearing of each other."""
        for name, value in ((one, "pass"), (other, "fail")):
            phone = self.phone(name)
            if phone.may_write():
                self.audit.note_made(phone, phone.set(self.register(number), value))
        for name in (one, other) if order else (other, one):
            self.then(self.phone(name), then)

    def disputed(self, phone: Device) -> list[Register]:
        return [r for r in map(self.register, range(3)) if phone.may_write() and phone.is_disputed(r)]

    @rule(name=OFFICERS, then=THEN)
    def change_my_mind(self, name: str, then: str) -> None:
        """In a dispute somebody takes over what the others say."""
        phone = self.phone(name)
        for register in self.disputed(phone)[:1]:
            others = [op for op in heads(phone.view(), register) if op.actor != phone.account]
            if others:
                self.audit.note_made(phone, phone.set(register, others[0].body["v"]))
        self.then(phone, then)

    @rule(name=LEADERS, then=THEN)
    def resolve(self, name: str, then: str) -> None:
        phone = self.phone(name)
        for register in self.disputed(phone)[:1]:
            if op := phone.resolve(register):
                self.audit.note_made(phone, op)
        self.then(phone, then)

    @rule(name=ANYBODY, then=THEN)
    def note(self, name: str, then: str) -> None:
        phone = self.phone(name)
        if phone.may_write():
            self.audit.note_made(phone, phone.make("note.add@1", {"text": "现场情况"}))
        self.then(phone, then)

    @rule(name=ANYBODY, then=THEN)
    def photo(self, name: str, then: str) -> None:
        """The bytes may travel before the op does, or after it."""
        phone = self.phone(name)
        if phone.may_write():
            self.audit.note_made(phone, phone.photo(self.story.x.items[0]))
            if then == "pull":
                phone.upload()
        self.then(phone, then)

    @rule(name=OFFICERS)
    def exclude(self, name: str) -> None:
        phone = self.phone(name)
        if phone.may_write() and (shown := phone.photos()):
            body = {"photo_id": shown[0].body["photo_id"], "reason": "模糊"}
            self.audit.note_made(phone, phone.make("photo.exclude@1", body, item=shown[0].item))

    @rule(name=OFFICERS)
    def other_visit(self, name: str) -> None:
        """One log over all visits: the seqs of a visit have holes."""
        phone = self.phone(name)
        op = phone.make("note.add@1", {"text": "另一处"}, scope=self.story.y.scope)
        self.audit.note_made(phone, op)

    @precondition(lambda self: len(self.audit.x.ops) > FIRST_WORK)
    @rule(name=LEADERS, then=THEN)
    def seal(self, name: str, then: str) -> None:
        """The leader settles what he sees in dispute and closes the record, mostly without a network."""
        phone = self.leading(name)
        for register in self.disputed(phone):
            if op := phone.resolve(register):
                self.audit.note_made(phone, op)
        if phone.may_write():
            before = set(phone.log)
            phone.seal()
            self.made(phone, before)
        self.then(phone, then)

    def leading(self, name: str) -> Device:
        """Who leads now: after a replacement the officer's phone."""
        phone = self.phones[name]
        return phone if phone.leads() or not self.phones["B"].leads() else self.phones["B"]

    @precondition(lambda self: bool(self.audit.x.seals))
    @rule(name=LEADERS, then=THEN)
    def open_addendum(self, name: str, then: str) -> None:
        """Something is to be added to what was sealed."""
        phone = self.leading(name)
        if phone.leads() and (op := phone.open_addendum()):
            self.audit.note_made(phone, op)
        self.then(phone, then)

    @precondition(lambda self: None in self.audit.x.cases.values())
    @rule(name=LEADERS, decision=st.sampled_from(["include", "include", "note_only", "not_adopted"]), then=THEN)
    def decide(self, name: str, decision: str, then: str) -> None:
        """The leader decides on the first record that he knows to wait."""
        phone = self.leading(name)
        for op_id in phone.undecided()[:1] if phone.leads() else []:
            for op in phone.decide(op_id, decision):
                self.audit.note_made(phone, op)
        self.then(phone, then)

    @rule(source=st.sampled_from("BEC"), to=LEADERS)
    def hand_over(self, source: str, to: str) -> None:
        """On site the leader's phone takes over what a colleague's has not been able to send; he sends it himself."""
        giver, taker = self.phone(source), self.phone(to)
        if giver is not taker and taker.may_write():
            unsent = [giver.log[item["id"]] for item in giver.disk.outbox]
            taker.bring([op for op in unsent if op.is_record and not self.audit.ghosts[op.id].is_bad])

    @precondition(lambda self: any(phone.manifest_in_force() for phone in self.phones.values()))
    @rule(name=st.sampled_from(["L", "M"]), who=st.sampled_from(["all", "leader", "colleague"]), refused=st.booleans())
    def sign(self, name: str, who: str, refused: bool) -> None:  # noqa: FBT001
        """The manifest is handed over on site: the server need not know it yet."""
        leader, officer = self.phones[name], self.phones["B"]
        manifest_hash = leader.manifest_in_force()
        if manifest_hash is None:
            return
        if who != "colleague":
            self.audit.note_made(leader, leader.sign("leader", leader.account, manifest_hash))
        if who != "leader" and officer.account not in officer.x.revoked:
            self.audit.note_made(officer, officer.sign("officer", officer.account, manifest_hash))
        if who == "all":
            op = leader.sign("representative", "物业负责人", manifest_hash, refused=refused)
            self.audit.note_made(leader, op)

    @rule(what=st.sampled_from(["register", "photo", "grant"]))
    def break_a_rule(self, what: str) -> None:
        """The expert tries registers and other people's photos, or names a grant that is not his."""
        phone = self.phones["E"]
        if not phone.may_write():
            return
        if what == "register":
            op = phone.set(self.register(0), "fail")
        elif what == "photo":
            op = phone.make("photo.exclude@1", {"photo_id": "nobody's", "reason": "x"}, item=self.story.x.items[0])
        else:
            op = phone.make("note.add@1", {"text": "x"}, grant=phone.new_id())
        self.audit.note_made(phone, op, is_bad=True)

    @rule(name=ANYBODY, is_readable=st.booleans())
    def bytes_rot(self, name: str, is_readable: bool) -> None:  # noqa: FBT001
        op_id = self.phone(name).damage_last(is_readable=is_readable)
        if op_id:
            self.audit.voided.add(op_id)
            self.audit.may_fork = True

    @rule(name=ANYBODY)
    def photo_file_is_evicted(self, name: str) -> None:
        blobs = self.phone(name).disk.blobs
        if len(blobs) > 1:
            digest = min(blobs)
            del blobs[digest]
            self.audit.lost_blobs.add(digest)

    # -- the network -------------------------------------------------------------------------------------------------

    def deliver(self, phone: Device, items: list[dict[str, str]], *, is_lost: bool) -> None:
        ours = [dict(item) for item in items]
        replica = phone.disk.replica
        self.old_batches.append((replica, phone.account, ours))
        before = set(phone.log)
        results = phone.send(items, is_lost=is_lost)
        if results is not None:
            self.audit.note_results(ours, results)
        self.made(phone, before)

    @rule(
        name=ANYBODY, cut=st.integers(1, 4), skip=st.integers(0, 1), lost=st.booleans(), order=st.sampled_from(ORDERS)
    )
    def push_some(self, name: str, cut: int, skip: int, lost: bool, order: tuple[int, ...]) -> None:  # noqa: FBT001
        phone = self.phone(name)
        items = phone.disk.outbox[skip : skip + cut]
        if items:
            shuffled = [items[place] for place in order if place < len(items)]
            self.deliver(phone, shuffled, is_lost=lost)

    @rule(name=ANYBODY)
    def push_all_twice(self, name: str) -> None:
        """The same request holds every op twice."""
        phone = self.phone(name)
        if phone.disk.outbox:
            self.deliver(phone, phone.disk.outbox * 2, is_lost=False)

    @rule(which=st.integers(0, 9))
    def an_old_batch_arrives(self, which: int) -> None:
        """A proxy repeats a request from long ago; nobody waits for the answer."""
        if self.old_batches:
            replica, account, items = self.old_batches[which % len(self.old_batches)]
            wires = [{"raw": item["raw"], "hash": item["hash"]} for item in items]
            self.audit.note_results(items, self.server.push(replica, account, wires).results)

    @rule(name=ANYBODY, limit=st.integers(1, 7), fate=st.sampled_from(["comes", "lost", "late"]))
    def pull_some(self, name: str, limit: int, fate: str) -> None:
        phone = self.phone(name)
        pages = phone.ask(limit)
        if fate == "comes":
            phone.take(pages)
        elif fate == "late":
            self.old_pages.append((phone.name, pages))

    @rule()
    def an_old_page_arrives(self) -> None:
        if self.old_pages:
            name, pages = self.old_pages.pop(0)
            self.phones[name].take(pages)

    @rule(name=ANYBODY)
    def synchronise(self, name: str) -> None:
        phone = self.phone(name)
        if phone.disk.outbox:
            self.deliver(phone, list(phone.disk.outbox), is_lost=False)
        phone.pull()
        phone.upload()

    # -- misfortune --------------------------------------------------------------------------------------------------

    @rule(name=ANYBODY)
    def kill(self, name: str) -> None:
        self.phone(name).kill()

    @rule()
    def restart(self) -> None:
        self.server.restart()

    @precondition(lambda self: "C" not in self.phones)
    @rule(whose=st.sampled_from("BL"))
    def clone(self, whose: str) -> None:
        self.phones["C"] = self.phones[whose].clone("C")
        self.audit.may_fork = True

    @precondition(lambda self: not self.audit.x.revoked and len(self.audit.x.ops) > FIRST_WORK)
    @rule(who=st.sampled_from(["officer", "lead"]))
    def revoke(self, who: str = "officer") -> None:
        """Somebody is taken off the team; where it is the leader, the officer leads from then on."""
        old, scope = self.story.accounts[who], self.story.x.scope
        if who == "lead":
            self.server.replace_leader(old, self.story.accounts["officer"], scope)
        else:
            self.server.revoke(old, scope)

    # -- the oracle --------------------------------------------------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        self.audit.look(self.phones.values())

    def teardown(self) -> None:
        """The network heals: everybody sends, receives and uploads until nothing is left, and nothing waits."""
        for number in range(ROUNDS):
            if number > ROUNDS // 3:
                self._decide_what_waits()
            for phone in self.phones.values():
                if phone.disk.outbox:
                    self.deliver(phone, list(phone.disk.outbox), is_lost=False)
                phone.upload()
            for phone in self.phones.values():
                phone.pull()
            self.holds()
            if is_quiet(self.phones.values()) and None not in self.audit.x.cases.values():
                break
        for phone in self.phones.values():
            phone.pull()
        self.audit.look_at_rest(self.phones.values())

    def _decide_what_waits(self) -> None:
        leader = next(phone for phone in self.phones.values() if phone.leads())
        bound = set(self.audit.manifest_in_force()["ops"]) if self.audit.x.seals else set()
        for op_id in leader.undecided():
            for op in leader.decide(op_id, "include" if op_id in bound else "note_only"):
                self.audit.note_made(leader, op)


def run_schedules(server: ServerPort, *, schedules: int, steps: int) -> None:
    """Play that many schedules against one server; a failure prints the steps that lead to it."""

    class Bound(Phones):
        pass

    Bound.server = server
    phases = (Phase.generate, Phase.shrink)
    chosen = settings(
        max_examples=schedules, stateful_step_count=steps, database=None, phases=phases, report_multiple_bugs=False
    )
    run_state_machine_as_test(Bound, settings=chosen)
    assert Bound.schedules >= schedules
