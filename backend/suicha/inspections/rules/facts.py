"""What the rules know of an op, a grant, a conflict and a seal: frozen facts without envelopes."""

from dataclasses import dataclass, replace
from enum import StrEnum

REGISTER_KINDS = frozenset({"reg.set@1", "conflict.resolve@1"})
RECORD_KINDS = REGISTER_KINDS | {
    "note.add@1",
    "note.retract@1",
    "meas.add@1",
    "meas.void@1",
    "photo.add@1",
    "photo.exclude@1",
}
ADMITTED = frozenset({"applied", "conflict"})
# What waits for the leader's decision: it came after the seal, its author was off the team, or its edition is another.
CASE_CODES = frozenset({"late_after_seal", "grant_revoked_unseen", "edition_mismatch"})

Register = tuple[str, str]


class TeamRole(StrEnum):
    """What a person may do in one visit."""

    LEADER = "leader"
    OFFICER = "officer"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class OpFact:
    """One op that used its seq, as merge, manifest and judge see it.

    `value` is the canonical form of a register's value; `ref` is the photo, reading or op that the op is about;
    `first_hash` is the hash of the first envelope where the op was put into a new one (`was`).
    """

    op_id: str
    hash: str
    first_hash: str
    replica: str
    seq: int
    kind: str
    item: str | None
    field: str | None
    actor: str
    sup: tuple[str, ...]
    value: str | None
    ref: str | None
    blob_sha256: str | None
    blob_bytes: int | None
    outcome: str
    code: str | None

    @property
    def register(self) -> Register | None:
        """The register that the op sets, if it sets one."""
        return (self.item, self.field) if self.kind in REGISTER_KINDS and self.item and self.field else None

    @property
    def is_admitted(self) -> bool:
        """True when the op counts in the merge."""
        return self.outcome in ADMITTED

    @property
    def is_record(self) -> bool:
        """True for ops that belong into a manifest; all others are control ops."""
        return self.kind in RECORD_KINDS

    def judged(self, outcome: str, code: str | None) -> "OpFact":
        """The same op after another judgement."""
        return replace(self, outcome=outcome, code=code)


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's part in a visit; positions are those of the visit's feed."""

    id: str
    account_id: str
    role: TeamRole
    revoked_pos: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A disagreement on one register, open from `opened_pos` until a leader settles it."""

    id: str
    item: str
    field: str
    heads: tuple[str, ...]
    opened_pos: int
    closed_pos: int | None = None

    def is_open_at(self, pos: int) -> bool:
        """Was the row open for somebody who had read the feed up to `pos`?"""
        return self.opened_pos <= pos and (self.closed_pos is None or self.closed_pos > pos)


class SealState(StrEnum):
    """How far the server could check a seal, recomputed from the ops that its manifest names."""

    PENDING_OPS = "sealed_pending_ops"
    DISPUTED = "sealed_disputed"
    PENDING_BLOBS = "sealed_pending_blobs"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Seal:
    """A manifest in force."""

    n: int
    manifest_hash: str
    manifest: str
    state: SealState
    op_ids: frozenset[str]
    is_signed: bool = False
    is_handed_over: bool = False


class Decision(StrEnum):
    """What the leader decides about a late record: 纳入更正, 仅作备注, 不予采纳."""

    INCLUDE = "include"
    NOTE_ONLY = "note_only"
    NOT_ADOPTED = "not_adopted"


@dataclass(frozen=True, slots=True)
class Case:
    """A record that waits, or waited, for a decision; `decided_by` is the op that decided, of a seal too."""

    op_id: str
    decision: Decision | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Addendum:
    """更正记录 `n`: open from `opened_pos` on until manifest `n` is in force; one op of one device opened it."""

    n: int
    opened_pos: int
    op_id: str
    replica: str
    seq: int


@dataclass(frozen=True, slots=True)
class SignatureFact:
    """One signature: who, as what, under which manifest, or that it was refused."""

    op_id: str
    role: str
    person: str
    manifest_hash: str
    is_refusal: bool
