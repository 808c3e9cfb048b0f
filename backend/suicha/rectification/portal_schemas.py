"""The enterprise's page on the wire: one order, and nothing of anybody else."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from suicha.rectification.rules import OrderState, ProblemState, RequestState, SubmissionState

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class OpenRequest(BaseModel):
    """The last four digits of a registered number."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class FoundPhotoOut(BaseModel):
    """A photo of the inspectors."""

    sha256: str
    caption: str


class FileOut(BaseModel):
    """A file of the enterprise."""

    id: str
    name: str
    content_type: str
    size_bytes: int
    received_at: datetime
    is_handed_in: bool


class HandedInOut(BaseModel):
    """What was handed in, and what became of it."""

    id: str
    n: int
    receipt_no: str
    state: SubmissionState
    text: str
    submitted_at: datetime
    decided_at: datetime | None
    reason: str | None
    files: list[FileOut]


class AskedExtensionOut(BaseModel):
    """A wish for a later day."""

    state: RequestState
    wanted_on: date
    reason: str
    asked_at: datetime
    new_due_on: date | None
    answer: str | None


class AskedObjectionOut(BaseModel):
    """An objection."""

    state: RequestState
    text: str
    asked_at: datetime
    answer: str | None


class OwedOut(BaseModel):
    """A problem as the enterprise sees it: what, until when, how far."""

    id: str
    code: str
    item: str
    title: str
    severity: str
    fact: str
    demand: str
    basis: list[str]
    due_on: date
    is_due_provisional: bool
    is_due_uncertain: bool
    term: str | None
    working_days_left: int
    days_left: int
    state: ProblemState
    photos: list[FoundPhotoOut]
    loose_files: list[FileOut]
    submissions: list[HandedInOut]
    extensions: list[AskedExtensionOut]
    objections: list[AskedObjectionOut]
    may_hand_in: bool
    may_ask: bool


class PageOut(BaseModel):
    """The whole page."""

    number: str | None
    state: OrderState
    agency: str | None
    site: str
    address: str
    enterprise: str
    issued_on: date | None
    served_on: date | None
    today: date
    problems: list[OwedOut]
    most_file_bytes: int
    most_files: int


class ProgressOut(BaseModel):
    """How far a file has come."""

    offset: int
    length: int
    file: FileOut | None = None


class HandInRequest(BaseModel):
    """Words with what was uploaded."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class WishRequest(BaseModel):
    """A later day, and why."""

    wanted_on: date
    reason: Words


class ObjectRequest(BaseModel):
    """What speaks against a problem."""

    text: Words


class ReceiptOut(BaseModel):
    """A receipt to be kept."""

    receipt_no: str
    submitted_at: datetime
    problem_code: str
    problem_title: str
    site: str
    enterprise: str
    files: list[FileOut]
    text: str


class HintOut(BaseModel):
    """Something that a reviewer should know about a picture; never a verdict."""

    code: str
    text: str


class ProofFileOut(FileOut):
    """A file as the reviewer sees it."""

    sha256: str
    facts: dict[str, Any] = Field(default_factory=dict)
    hints: list[HintOut] = Field(default_factory=list)


class SubmissionRowOut(BaseModel):
    """A submission in the queue."""

    id: str
    receipt_no: str
    n: int
    state: SubmissionState
    submitted_at: datetime
    problem: str
    problem_code: str
    problem_title: str
    severity: str
    due_on: date
    is_late: bool
    inspection: str
    site: str
    enterprise: str
    jurisdiction: str
    files: int


class SubmissionListOut(BaseModel):
    """One page of the queue."""

    items: list[SubmissionRowOut]
    total: int


class SubmissionOut(BaseModel):
    """A submission with everything that a reviewer needs beside it."""

    row: SubmissionRowOut
    text: str
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    fact: str
    before: list[FoundPhotoOut]
    after: list[ProofFileOut]
    earlier: list[HandedInOut]
    may_decide: bool


class DecideRequest(BaseModel):
    """Accept, return with a reason, or send somebody to look."""

    decision: Annotated[str, StringConstraints(pattern=r"^(accept|return|recheck)$")]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    recheck_on: date | None = None
