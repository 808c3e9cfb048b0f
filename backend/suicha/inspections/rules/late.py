"""What can be decided about a record that came late. Pure; the judge and the verifier ask the same questions."""

from suicha.inspections.rules.facts import Decision, OpFact


def may_include(target: OpFact, decision: Decision) -> bool:
    """Can this be taken in at all? A seal of somebody else's making cannot, what answers another edition neither."""
    if decision is not Decision.INCLUDE:
        return True
    return target.code == "grant_revoked_unseen" or (target.code == "late_after_seal" and target.is_record)
