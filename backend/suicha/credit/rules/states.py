"""The life of an entry. Nothing is in force that no person approved."""

from collections.abc import Mapping
from enum import StrEnum

from suicha.credit.errors import CreditStepIllegal


class EntryState(StrEnum):
    """待批准, 已批准(异议期), 生效, 异议中, 修复中; and how it may end."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    OBJECTED = "objected"
    REPAIRING = "repairing"
    REJECTED = "rejected"
    REVOKED = "revoked"
    REPAIRED = "repaired"
    EXPIRED = "expired"


class Act(StrEnum):
    """What may be done with an entry."""

    APPROVE = "approve"
    REJECT = "reject"
    TAKE_EFFECT = "take_effect"
    OBJECT = "object"
    UPHOLD_ENTRY = "uphold_entry"
    REVOKE = "revoke"
    ASK_REPAIR = "ask_repair"
    REPAIR = "repair"
    REFUSE_REPAIR = "refuse_repair"
    EXPIRE = "expire"


FINAL = frozenset({EntryState.REJECTED, EntryState.REVOKED, EntryState.REPAIRED, EntryState.EXPIRED})
# States in which an entry does what it is there for.
IN_FORCE = frozenset({EntryState.EFFECTIVE, EntryState.REPAIRING})

NEXT: Mapping[tuple[EntryState, Act], EntryState] = {
    (EntryState.PROPOSED, Act.APPROVE): EntryState.APPROVED,
    (EntryState.PROPOSED, Act.REJECT): EntryState.REJECTED,
    (EntryState.APPROVED, Act.TAKE_EFFECT): EntryState.EFFECTIVE,
    (EntryState.APPROVED, Act.OBJECT): EntryState.OBJECTED,
    (EntryState.APPROVED, Act.REVOKE): EntryState.REVOKED,
    (EntryState.OBJECTED, Act.UPHOLD_ENTRY): EntryState.APPROVED,
    (EntryState.OBJECTED, Act.REVOKE): EntryState.REVOKED,
    (EntryState.EFFECTIVE, Act.REVOKE): EntryState.REVOKED,
    (EntryState.EFFECTIVE, Act.ASK_REPAIR): EntryState.REPAIRING,
    (EntryState.EFFECTIVE, Act.EXPIRE): EntryState.EXPIRED,
    (EntryState.REPAIRING, Act.REPAIR): EntryState.REPAIRED,
    (EntryState.REPAIRING, Act.REFUSE_REPAIR): EntryState.EFFECTIVE,
    (EntryState.REPAIRING, Act.EXPIRE): EntryState.EXPIRED,
}


def after(state: str, act: Act) -> EntryState:
    """The state after an act; raises CreditStepIllegal."""
    found = NEXT.get((EntryState(state), act))
    if found is None:
        raise CreditStepIllegal(state=state, act=act.value)
    return found


def acts_in(state: str) -> list[Act]:
    """What may be done now."""
    return [act for (known, act) in NEXT if known == state]
