"""The desk of another department on the wire."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from suicha.rectification.order_schemas import ActOut, ReplyFileOut
from suicha.rectification.portal_schemas import FoundPhotoOut
from suicha.rectification.rules import RecheckKind, RecheckState, ReferralState


class PartnerReplyRequest(BaseModel):
    """What the department answers."""

    reply: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class LetterOut(BaseModel):
    """A letter to the department."""

    id: str
    number: str | None
    state: ReferralState
    visit_code: str
    site: str
    enterprise: str
    jurisdiction: str
    reason: str
    sent_on: date
    reply_due_on: date
    is_reply_due_uncertain: bool
    is_late: bool
    received_at: datetime | None
    replied_on: date | None
    reply: str | None


class LetterListOut(BaseModel):
    """One page of letters."""

    items: list[LetterOut]
    total: int


class LetterProblemOut(BaseModel):
    """A problem that was handed over, with the photos of the finding."""

    code: str
    item: str
    title: str
    severity: str
    remark: str
    found_on: date
    photos: list[FoundPhotoOut]


class LetterDetailOut(LetterOut):
    """A letter with what belongs to it."""

    address: str
    uscc: str
    has_document: bool
    problems: list[LetterProblemOut]
    files: list[ReplyFileOut]
    acts: list[ActOut]


class JointProblemOut(BaseModel):
    """A problem of a joint recheck and what was found; no `result` before that."""

    item: str
    title: str
    severity: str
    remark: str
    result: str | None
    outcome_remark: str


class JointRecheckOut(BaseModel):
    """A recheck that the department joins: when, where, what is looked at, what was found."""

    id: str
    kind: RecheckKind
    state: RecheckState
    visit_code: str
    scheduled_on: date
    is_uncertain: bool
    site: str
    address: str
    enterprise: str
    jurisdiction: str
    problems: list[JointProblemOut]


class JointRecheckListOut(BaseModel):
    """Joint rechecks, the latest day first."""

    items: list[JointRecheckOut]
