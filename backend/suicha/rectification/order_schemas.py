"""Orders, requests, steps and referrals on the wire."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from suicha.documents.schemas import DocumentOut
from suicha.rectification.queries import OrderRow, Waiting
from suicha.rectification.rules import (
    OrderState,
    ProblemState,
    ReferralState,
    RequestState,
    StepState,
    SubmissionState,
)
from suicha.rectification.rules.deadlines import ServiceWay
from suicha.rectification.rules.policy import RectificationPolicy
from suicha.rectification.tables import Order, Problem, ReplyFile

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class _FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ServeRequest(BaseModel):
    """How and when an order reached the enterprise; a correction says why."""

    served_on: date
    how: ServiceWay
    recipient: Short | None = None
    witness: Short | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)] | None = None
    reason: Words | None = None


class ReasonRequest(BaseModel):
    """Why."""

    reason: Words


class ExtensionRequest(BaseModel):
    """A later day, and why it is needed."""

    wanted_on: date
    reason: Words


class ExtensionDecision(BaseModel):
    """The day that is granted, or none."""

    new_due_on: date | None = None
    answer: Words


class ObjectionRequest(BaseModel):
    """What the enterprise says."""

    text: Words


class ObjectionDecision(BaseModel):
    """Upheld or not, and why."""

    is_upheld: bool
    answer: Words


class StepDecision(BaseModel):
    """Taken or not, and how or why not."""

    is_taken: bool
    note: Words


class ReferRequest(BaseModel):
    """Which problems of one visit go to which department, and why."""

    problems: Annotated[list[Annotated[str, StringConstraints(max_length=36)]], Field(min_length=1, max_length=100)]
    department: Short
    reason: Words


class ReplyRequest(BaseModel):
    """What the department answered, and when."""

    replied_on: date
    reply: Words


class OrderRowOut(BaseModel):
    """An order in the list."""

    id: str
    n: int
    number: str | None
    state: OrderState
    inspection: str
    visit_code: str
    campaign: str
    site: str
    enterprise: str
    jurisdiction: str
    problems: int
    open_problems: int
    first_due_on: date | None
    drafted_at: datetime
    issued_at: datetime | None
    served_on: date | None

    @classmethod
    def of(cls, found: OrderRow) -> Self:
        """Show an order."""
        row = found.row
        return cls(
            id=row.id,
            n=row.n,
            number=row.number,
            state=OrderState(row.state),
            inspection=row.inspection_id,
            visit_code=found.visit_code,
            campaign=found.campaign,
            site=found.site,
            enterprise=found.enterprise,
            jurisdiction=row.jurisdiction,
            problems=found.problems,
            open_problems=found.open_problems,
            first_due_on=found.first_due_on,
            drafted_at=row.drafted_at,
            issued_at=row.issued_at,
            served_on=row.served_on,
        )


class OrderListOut(BaseModel):
    """One page of orders."""

    items: list[OrderRowOut]
    total: int


class OrderProblemOut(_FromRow):
    """A problem as it stands on its order."""

    id: str
    code: str
    item: str
    title: str
    severity: str
    remark: str
    term_value: int | None
    term_unit: str | None
    due_on: date
    is_due_provisional: bool
    is_due_uncertain: bool
    state: ProblemState
    ended_because: str | None


class LinkOut(BaseModel):
    """The enterprise's page of an order."""

    url: str
    is_locked: bool
    open_count: int
    opened_at: datetime | None


class OrderOut(_FromRow):
    """An order with its problems, papers and page."""

    id: str
    n: int
    number: str | None
    state: OrderState
    jurisdiction: str
    inspection: str
    visit_code: str
    site: str
    enterprise: str
    uscc: str
    drafted_at: datetime
    issued_at: datetime | None
    issued_by: str | None
    served_on: date | None
    served_how: ServiceWay | None
    recipient: str | None
    witness: str | None
    service_note: str | None
    served_by: str | None
    closed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_because: str | None
    may_decide: bool
    problems: list[OrderProblemOut]
    documents: list[DocumentOut]
    link: LinkOut | None

    @classmethod
    def of(cls, row: Order, problems: list[Problem], **more: Any) -> Self:
        """Show an order."""
        names = {name for name in cls.model_fields if hasattr(row, name)} - more.keys()
        return cls(
            **{name: getattr(row, name) for name in names},
            inspection=row.inspection_id,
            problems=[OrderProblemOut.model_validate(problem) for problem in problems],
            **more,
        )


class AboutOut(BaseModel):
    """The problem and place that a request or step is about."""

    problem: str | None
    problem_code: str | None
    problem_title: str | None
    problem_state: ProblemState | None
    inspection: str
    visit_code: str
    site: str
    enterprise: str

    @classmethod
    def facts(cls, found: Waiting) -> dict[str, Any]:
        """The members as they are told."""
        problem = found.problem
        return {
            "problem": problem.id if problem else None,
            "problem_code": problem.code if problem else None,
            "problem_title": problem.title if problem else None,
            "problem_state": problem.state if problem else None,
            "inspection": found.visit,
            "visit_code": found.visit_code,
            "site": found.site,
            "enterprise": found.enterprise,
        }


class ExtensionOut(AboutOut):
    """延期."""

    id: str
    state: RequestState
    asked_at: datetime
    is_from_enterprise: bool
    reason: str
    wanted_on: date
    old_due_on: date
    new_due_on: date | None
    decided_at: datetime | None
    answer: str | None

    @classmethod
    def of(cls, found: Waiting) -> Self:
        """Show an extension."""
        row = found.row
        names = ("id", "state", "asked_at", "reason", "wanted_on", "old_due_on", "new_due_on", "decided_at", "answer")
        facts = {name: getattr(row, name) for name in names}
        return cls(**facts, is_from_enterprise=row.asked_by is None, **cls.facts(found))


class ExtensionListOut(BaseModel):
    """One page of extensions."""

    items: list[ExtensionOut]
    total: int


class ObjectionOut(AboutOut):
    """异议."""

    id: str
    state: RequestState
    asked_at: datetime
    text: str
    decided_at: datetime | None
    answer: str | None

    @classmethod
    def of(cls, found: Waiting) -> Self:
        """Show an objection."""
        names = ("id", "state", "asked_at", "text", "decided_at", "answer")
        return cls(**{name: getattr(found.row, name) for name in names}, **cls.facts(found))


class ObjectionListOut(BaseModel):
    """One page of objections."""

    items: list[ObjectionOut]
    total: int


class StepOut(AboutOut):
    """逾期处理."""

    id: str
    rung: str
    name: str
    state: StepState
    due_on: date
    reached_on: date
    decided_at: datetime | None
    note: str | None

    @classmethod
    def of(cls, found: Waiting, policy: RectificationPolicy) -> Self:
        """Show a step; a rung that the policy has no more keeps its code."""
        names = ("id", "rung", "state", "due_on", "reached_on", "decided_at", "note")
        rung = policy.rung(found.row.rung)
        facts = {name: getattr(found.row, name) for name in names}
        return cls(**facts, name=rung.name if rung else found.row.rung, **cls.facts(found))


class StepListOut(BaseModel):
    """One page of steps."""

    items: list[StepOut]
    total: int


class ReplyFileOut(_FromRow):
    """A file of a department's reply."""

    id: str
    name: str
    size_bytes: int
    content_type: str
    received_at: datetime


class ReferralOut(AboutOut):
    """移送."""

    id: str
    number: str | None
    document: str | None
    department: str
    reason: str
    state: ReferralState
    sent_on: date
    reply_due_on: date
    is_reply_due_uncertain: bool
    is_late: bool
    replied_on: date | None
    reply: str | None
    received_at: datetime | None
    files: list[ReplyFileOut]

    @classmethod
    def of(cls, found: Waiting, *, today: date, files: Iterable[ReplyFile] = ()) -> Self:
        """Show a referral with those of the files that are its own."""
        row = found.row
        names = (
            "id",
            "number",
            "department",
            "reason",
            "state",
            "sent_on",
            "reply_due_on",
            "is_reply_due_uncertain",
            "replied_on",
            "reply",
            "received_at",
        )
        own = [ReplyFileOut.model_validate(file) for file in files if file.referral_id == row.id]
        is_late = row.state == ReferralState.SENT and row.reply_due_on < today
        facts = {name: getattr(row, name) for name in names}
        return cls(**facts, document=row.document_id, is_late=is_late, files=own, **cls.facts(found))


class ReferralListOut(BaseModel):
    """One page of referrals."""

    items: list[ReferralOut]
    total: int


class ActOut(BaseModel):
    """One act in the life of a problem, out of the journal."""

    at: datetime
    verb: str
    by: str | None
    facts: dict[str, Any]


class SubmissionBriefOut(_FromRow):
    """What was handed in, in short."""

    id: str
    n: int
    receipt_no: str
    state: SubmissionState
    text: str
    submitted_at: datetime
    decided_at: datetime | None
    reason: str | None


class ProblemDetailOut(BaseModel):
    """A problem with everything that happened to it."""

    id: str
    code: str
    item: str
    title: str
    severity: str
    remark: str
    state: ProblemState
    ended_because: str | None
    found_on: date
    due_on: date
    is_due_provisional: bool
    is_due_uncertain: bool
    recheck_on: date
    failed_rechecks: int
    inspection: str
    order: str | None
    referral: str | None
    may_decide: bool
    submissions: list[SubmissionBriefOut]
    acts: list[ActOut]


class PolicyOut(BaseModel):
    """What forms need of the policy."""

    departments: list[str]
    rungs: dict[str, str]
    reply_working_days: int
    lookback_percent: int
