"""The record of a visit as people read it: who answered what, when by which clock, and what became of it.

Pure functions over the ops of a visit, told with their newest judgement (docs/sync-protocol.md, part 2). Nothing is
left out: superseded, disputed, late and refused ops stand in the history beside those that count.
"""

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from suicha.inspections.rules.facts import OpFact, Register
from suicha.inspections.rules.merge import Registers
from suicha.inspections.rules.told import ToldOp, is_skewed, skew_s

VISIT_ITEM = "_"
ITEM_FIELDS = ("result", "score", "remark", "severity", "due_override", "adopted_reading")
VISIT_FIELDS = ("arrival", "site_rep", "outcome", "opening_statement")


@dataclass(frozen=True)
class Person:
    """An account as it stands in the record; `role` is its part in this visit."""

    id: str
    name: str
    role: str | None


@dataclass(frozen=True)
class Stamp:
    """Who and when: the device's clock is testimony, the server's time of arrival stands beside it."""

    op_id: str
    by: Person
    made_at: str
    received_at: str
    skew_s: int | None
    is_skewed: bool


@dataclass(frozen=True)
class Said:
    """One value that stands in a register; `reason` is the leader's where he settled a conflict."""

    value: Any
    stamp: Stamp
    reason: str | None = None


@dataclass(frozen=True)
class RegisterText:
    """All values that stand: several mean a conflict, and then there is no provisional winner."""

    values: tuple[Said, ...] = ()
    is_in_conflict: bool = False


@dataclass(frozen=True)
class Note:
    """A note; a retracted one stays with the reason."""

    text: str
    stamp: Stamp
    retracted_because: str | None = None
    is_retracted: bool = False


@dataclass(frozen=True)
class Reading:
    """A measured value; a voided one stays with the reason."""

    reading_id: str
    value: str
    unit: str
    instrument: str | None
    stamp: Stamp
    is_adopted: bool
    is_void: bool = False
    void_because: str | None = None


@dataclass(frozen=True)
class Photo:
    """A photo; an excluded one stays in evidence with the reason."""

    photo_id: str
    sha256: str
    size: int
    mime: str
    width: int
    height: int
    taken: str | None
    gps: Mapping[str, Any] | None
    stamp: Stamp
    caption: RegisterText
    is_on_server: bool
    is_excluded: bool = False
    excluded_because: str | None = None


@dataclass(frozen=True)
class Line:
    """One op in the history. `stands` is false for what was superseded, parked or refused."""

    kind: str
    item: str | None
    field: str | None
    said: Mapping[str, Any]
    stamp: Stamp
    outcome: str
    code: str | None
    stands: bool
    superseded_by: tuple[str, ...]
    replica: str
    seq: int


@dataclass(frozen=True)
class ItemText:
    """One item of the list, or `_` for the visit as a whole."""

    item: str
    registers: Mapping[str, RegisterText]
    notes: tuple[Note, ...] = ()
    readings: tuple[Reading, ...] = ()
    photos: tuple[Photo, ...] = ()
    history: tuple[Line, ...] = ()

    @property
    def is_in_conflict(self) -> bool:
        """True when people disagree about anything here."""
        return any(register.is_in_conflict for register in self.registers.values())


@dataclass
class Transcript:
    """Writes the record of one visit; `verified` are the digests of the bytes that are on the server."""

    ops: Iterable[ToldOp]
    people: Mapping[str, Person]
    verified: frozenset[str]
    _sorted: list[ToldOp] = field(init=False)
    _by_id: dict[str, ToldOp] = field(init=False)
    _registers: Registers = field(init=False)
    _superseders: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Order the ops as the feed judged them, and merge those that count."""
        self._sorted = sorted(self.ops, key=lambda op: op.pos)
        self._by_id = {op.fact.op_id: op for op in self._sorted}
        self._registers = Registers(op.fact for op in self._sorted)
        self._superseders = {}
        for op in self._admitted():
            for sup in op.fact.sup:
                self._superseders.setdefault(sup, []).append(op.fact.op_id)

    def item(self, code: str) -> ItemText:
        """The record of one item."""
        return ItemText(
            item=code,
            registers={name: self.register((code, name)) for name in ITEM_FIELDS},
            notes=self._notes(code),
            readings=self._readings(code),
            photos=self._photos(code),
            history=self._history(code),
        )

    def visit(self) -> ItemText:
        """What was said about the visit as a whole."""
        return ItemText(
            item=VISIT_ITEM,
            registers={name: self.register((VISIT_ITEM, name)) for name in VISIT_FIELDS},
            notes=self._notes(None),
            photos=self._photos(VISIT_ITEM),
            history=self._history(VISIT_ITEM) + self._history(None),
        )

    def register(self, register: Register) -> RegisterText:
        """What stands in a register; a lone null means that it is unanswered again."""
        heads = self._registers.heads(register)
        is_split = len({head.value for head in heads}) > 1
        standing = [head for head in heads if is_split or head.value not in (None, "null")]
        return RegisterText(tuple(self._said(head) for head in standing), is_split)

    def named(self, op_ids: Container[str]) -> list[ToldOp]:
        """The ops with these ids, in the order of the feed."""
        return [op for op in self._sorted if op.fact.op_id in op_ids]

    def parked(self) -> list[ToldOp]:
        """Everything that does not count yet."""
        return [op for op in self._sorted if op.fact.outcome == "parked"]

    def _admitted(self, kind: str | None = None) -> list[ToldOp]:
        return [op for op in self._sorted if op.fact.is_admitted and kind in (None, op.fact.kind)]

    def _said(self, head: OpFact) -> Said:
        op = self._by_id[head.op_id]
        reason = op.body.get("reason") if head.kind == "conflict.resolve@1" else None
        return Said(json.loads(head.value or "null"), self.stamp(op), reason)

    def stamp(self, op: ToldOp) -> Stamp:
        """Who made an op, and when."""
        by = self.people.get(op.fact.actor) or Person(op.fact.actor, op.fact.actor[:8], None)
        return Stamp(op.fact.op_id, by, op.wall, op.received_at, skew_s(op), is_skewed(op))

    def _taken_back(self, kind: str) -> dict[str | None, str]:
        """The reason for which a note, reading or photo was taken back, by what it names."""
        return {op.fact.ref: str(op.body.get("reason") or "") for op in self._admitted(kind)}

    def _notes(self, item: str | None) -> tuple[Note, ...]:
        retracted = self._taken_back("note.retract@1")
        return tuple(
            Note(op.body["text"], self.stamp(op), retracted.get(op.fact.op_id), op.fact.op_id in retracted)
            for op in self._admitted("note.add@1")
            if op.fact.item == item
        )

    def _readings(self, item: str) -> tuple[Reading, ...]:
        void = self._taken_back("meas.void@1")
        adopted = {said.value for said in self.register((item, "adopted_reading")).values}
        return tuple(
            Reading(
                reading_id=op.body["reading_id"],
                value=op.body["value"],
                unit=op.body["unit"],
                instrument=op.body.get("instrument"),
                stamp=self.stamp(op),
                is_adopted=op.body["reading_id"] in adopted,
                is_void=op.fact.ref in void,
                void_because=void.get(op.fact.ref),
            )
            for op in self._admitted("meas.add@1")
            if op.fact.item == item
        )

    def _photos(self, item: str) -> tuple[Photo, ...]:
        excluded = self._taken_back("photo.exclude@1")
        return tuple(
            Photo(
                photo_id=op.body["photo_id"],
                sha256=op.body["sha256"],
                size=op.body["size"],
                mime=op.body["mime"],
                width=op.body["w"],
                height=op.body["h"],
                taken=op.body.get("taken"),
                gps=op.body.get("gps"),
                stamp=self.stamp(op),
                caption=self.register((item, f"caption:{op.body['photo_id']}")),
                is_on_server=op.body["sha256"] in self.verified,
                is_excluded=op.fact.ref in excluded,
                excluded_because=excluded.get(op.fact.ref),
            )
            for op in self._admitted("photo.add@1")
            if op.fact.item == item
        )

    def _history(self, item: str | None) -> tuple[Line, ...]:
        return tuple(self.line(op) for op in self._sorted if op.fact.item == item)

    def line(self, op: ToldOp) -> Line:
        """One op as a line of the history."""
        superseded_by = tuple(self._superseders.get(op.fact.op_id, ()))
        said = {name: value for name, value in op.body.items() if name != "manifest"}
        return Line(
            kind=op.fact.kind,
            item=op.fact.item,
            field=op.fact.field,
            said=said,
            stamp=self.stamp(op),
            outcome=op.fact.outcome,
            code=op.fact.code,
            stands=op.fact.is_admitted and not superseded_by,
            superseded_by=superseded_by,
            replica=op.fact.replica[-8:],
            seq=op.fact.seq,
        )
