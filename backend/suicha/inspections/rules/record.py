"""The record of a visit as one thing: place, team, answers, conflicts, seals, signatures and devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from suicha.inspections.rules.differences import Difference
from suicha.inspections.rules.told import ToldOp
from suicha.inspections.rules.transcript import ItemText, Line, Person, Stamp


@dataclass(frozen=True)
class Member:
    """Somebody's part in the visit."""

    account: str
    name: str
    role: str
    certificate_no: str | None
    is_revoked: bool


@dataclass(frozen=True)
class ConflictText:
    """A disagreement, open or settled."""

    id: str
    item: str
    field: str
    heads: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True)
class SignatureText:
    """A signature or a refusal, bound to a manifest; a loose one is bound to none that took effect here."""

    role: str
    person: str
    name: str
    manifest_hash: str
    image_sha256: str | None
    refused_because: str | None
    witness: str | None
    is_refusal: bool
    stamp: Stamp


@dataclass(frozen=True)
class SealText:
    """A manifest that took effect."""

    n: int
    manifest_hash: str
    state: str
    sealed_at: datetime
    is_signed: bool
    missing: tuple[Mapping[str, Any], ...]
    signatures: tuple[SignatureText, ...]
    addendum: "AddendumText | None"
    difference: Difference


@dataclass(frozen=True)
class AddendumText:
    """更正记录: who opened the sealed record again, when and why."""

    n: int
    opened_at: datetime
    stamp: Stamp | None
    reason: str


@dataclass(frozen=True)
class LateText:
    """A record that did not count when it came: why, and what the leader decided about it, if he did.

    `is_open` ones wait for him; some (an op whose predecessor is unknown) wait for what is missing instead.
    """

    line: Line
    why: str
    is_open: bool
    decision: str | None
    decided_at: datetime | None
    decided_by: Stamp | None
    reason: str | None


@dataclass(frozen=True)
class Device:
    """A device of the team: when it was last heard of, what it owes, and whether it said that nothing is unsent.

    What lies unsent on a device cannot be known here. It owes what it announced itself: photos whose bytes have not
    come, and records between those that have come (`waiting` ones stand behind `missing` earlier ones).
    """

    replica: str
    account: str
    name: str
    last_seen_at: datetime
    acked_seq: int
    flushed_seq: int | None
    made_with: str = ""
    is_revoked: bool = False
    waiting: int = 0
    missing: int = 0
    photos_owed: int = 0

    @property
    def is_flushed(self) -> bool:
        """True when nothing came after the device said that all was sent (the saying itself is an op)."""
        return self.flushed_seq is not None and self.flushed_seq + 1 >= self.acked_seq


@dataclass(frozen=True)
class VisitFacts:
    """The visit's row, with the names behind its ids."""

    id: str
    code: str
    scope: str
    campaign: str
    kind: str
    state: str
    jurisdiction: str
    district: str | None
    team_no: int
    planned_on: date
    dispatched_at: datetime
    begun_at: datetime | None
    sealed_at: datetime | None
    edition_id: str
    edition_hash: str
    edition_name: str


@dataclass(frozen=True)
class Record:
    """Everything; `items` are in the order of the edition, each with its title and group."""

    facts: VisitFacts
    site: Mapping[str, Any]
    enterprise: Mapping[str, Any]
    team: Sequence[Member]
    items: Sequence[tuple[str, str, ItemText]]
    visit: ItemText
    conflicts: Sequence[ConflictText]
    seals: Sequence[SealText]
    loose_signatures: Sequence[SignatureText]
    late: Sequence[LateText]
    addendum: AddendumText | None = None
    devices: Sequence[Device] = ()

    def with_devices(self, devices: Sequence[Device]) -> "Record":
        """The same record with what is known of the team's devices."""
        return replace(self, devices=devices)

    @property
    def answered(self) -> int:
        """How many items have one result; an item in conflict counts as unanswered."""
        results = [text.registers["result"] for _, _, text in self.items]
        return sum(bool(result.values) and not result.is_in_conflict for result in results)


def one_part_each(members: Iterable[Member]) -> list[Member]:
    """One line per person: a part in force before one that was taken back, the leader's before any other."""
    found: dict[str, Member] = {}
    for member in members:
        known = found.get(member.account)
        is_better = known is not None and (member.is_revoked, member.role != "leader") < (
            known.is_revoked,
            known.role != "leader",
        )
        if known is None or is_better:
            found[member.account] = member
    return list(found.values())


def signature_text(op: ToldOp, stamp: Stamp, people: Mapping[str, Person]) -> SignatureText:
    """A `sig.add` as people read it."""
    body, refused = op.body, op.body.get("refused") or {}
    known = people.get(body["person"])
    return SignatureText(
        role=body["role"],
        person=body["person"],
        name=known.name if known else body["person"],
        manifest_hash=body["manifest_hash"],
        image_sha256=body.get("image_sha256"),
        refused_because=refused.get("reason"),
        witness=refused.get("witness"),
        is_refusal=bool(refused),
        stamp=stamp,
    )


def missing_devices(ops: Iterable[ToldOp], seal_op_id: str) -> tuple[Mapping[str, Any], ...]:
    """Whom the leader sealed without, and why."""
    sealing = next((op for op in ops if op.fact.op_id == seal_op_id), None)
    return tuple(sealing.body["missing"]) if sealing else ()
