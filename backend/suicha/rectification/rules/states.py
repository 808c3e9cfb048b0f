"""The states of problems, orders, rechecks and of what is asked and sent on the way, with the steps between them.

A problem ends in exactly one of FINAL: put right (销号), handed to another department (移送), recorded as bad credit
(记入不良信息), or withdrawn because it was none (撤销). Only a look-back (回头看) or a recheck whose record was amended
may open a closed one again, and only an addendum (更正记录) one that an earlier addendum withdrew.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from suicha.rectification.errors import IllegalStep


class ProblemState(StrEnum):
    """待整改, 待审核, 退回补正, 复查中, 已销号, 已移送, 已记不良信息, 已撤销."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECHECKING = "rechecking"
    CLOSED = "closed"
    REFERRED = "referred"
    RECORDED = "recorded"
    WITHDRAWN = "withdrawn"


class OrderState(StrEnum):
    """待制发, 已制发, 已送达, 已办结, 已撤销: of a 责令限期改正通知书."""

    DRAFT = "draft"
    ISSUED = "issued"
    SERVED = "served"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RecheckState(StrEnum):
    """已安排, 今日应复查, 逾期未复查, 已派出, 已复查, 无需复查."""

    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    SENT = "sent"
    DONE = "done"
    CANCELLED = "cancelled"


class RecheckKind(StrEnum):
    """复查, 回头看, 联合复查."""

    RECHECK = "recheck"
    LOOKBACK = "lookback"
    JOINT = "joint"


class SubmissionState(StrEnum):
    """待审核, 已认可, 已退回, 转现场复查: of what an enterprise handed in for one problem."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TO_RECHECK = "to_recheck"


class RequestState(StrEnum):
    """待答复, 已同意, 未同意: of an extension (延期) or an objection (异议)."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class ReferralState(StrEnum):
    """待回复, 已回复: of a referral to another department (移送)."""

    SENT = "sent"
    REPLIED = "replied"


class StepState(StrEnum):
    """待处理, 已采取, 不采取: of a rung of the ladder for overdue problems."""

    PROPOSED = "proposed"
    DONE = "done"
    SKIPPED = "skipped"


FINAL: frozenset[ProblemState] = frozenset(
    {ProblemState.CLOSED, ProblemState.REFERRED, ProblemState.RECORDED, ProblemState.WITHDRAWN}
)
NEXT_PROBLEM: Mapping[ProblemState, frozenset[ProblemState]] = {
    ProblemState.OPEN: frozenset({ProblemState.SUBMITTED, ProblemState.RECHECKING}) | FINAL,
    ProblemState.SUBMITTED: frozenset({ProblemState.RETURNED, ProblemState.RECHECKING}) | FINAL,
    ProblemState.RETURNED: frozenset({ProblemState.SUBMITTED, ProblemState.RECHECKING}) | FINAL,
    # What a recheck finds not put right is open again.
    ProblemState.RECHECKING: frozenset({ProblemState.OPEN}) | FINAL,
    # 回头看: what was put right once and is found broken again.
    ProblemState.CLOSED: frozenset({ProblemState.OPEN}),
    ProblemState.REFERRED: frozenset(),
    ProblemState.RECORDED: frozenset(),
    # 更正记录: what one addendum no longer found and a later one finds again.
    ProblemState.WITHDRAWN: frozenset({ProblemState.OPEN}),
}
NEXT_ORDER: Mapping[OrderState, frozenset[OrderState]] = {
    OrderState.DRAFT: frozenset({OrderState.ISSUED, OrderState.WITHDRAWN}),
    OrderState.ISSUED: frozenset({OrderState.SERVED, OrderState.WITHDRAWN}),
    OrderState.SERVED: frozenset({OrderState.CLOSED, OrderState.WITHDRAWN}),
    # A look-back opens a problem of it again.
    OrderState.CLOSED: frozenset({OrderState.SERVED}),
    OrderState.WITHDRAWN: frozenset(),
}
S = TypeVar("S", bound=StrEnum)
_NO_VISIT = frozenset({RecheckState.DONE, RecheckState.CANCELLED})
NEXT_RECHECK: Mapping[RecheckState, frozenset[RecheckState]] = {
    RecheckState.SCHEDULED: frozenset({RecheckState.DUE, RecheckState.SENT}) | _NO_VISIT,
    RecheckState.DUE: frozenset({RecheckState.OVERDUE, RecheckState.SENT}) | _NO_VISIT,
    RecheckState.OVERDUE: frozenset({RecheckState.SENT}) | _NO_VISIT,
    RecheckState.SENT: _NO_VISIT,
    RecheckState.DONE: frozenset(),
    # A day on which nobody had to go any more is needed again after all.
    RecheckState.CANCELLED: frozenset({RecheckState.SCHEDULED}),
}


def stepped(steps: Mapping[S, frozenset[S]], state: str, to: S) -> S:
    """The state after a step; raises IllegalStep where the table does not have it."""
    here = type(to)(state)
    if to not in steps[here]:
        raise IllegalStep(step=f"{state} -> {to}")
    return to


def advanced(state: str, to: RecheckState) -> RecheckState:
    """The state of a recheck after a step; raises IllegalStep."""
    return stepped(NEXT_RECHECK, state, to)
