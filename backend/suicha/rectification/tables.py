"""Problems, the orders that name them, what the enterprise asks and hands in, and the rechecks that look at them.

Rows of acts (extension, objection, submission, referral, step) are added and decided once; none is ever removed.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Problem(Row, table=True):
    """问题: one failed item of a sealed record. `due_on` is provisional until the order is served, then counts from it.

    `term_value` and `term_unit` are the term that counts; both are null where the leader set a day instead.
    """

    __tablename__ = "rectification_problem"
    __table_args__ = (UniqueConstraint("inspection_id", "item"),)

    code: str = Field(unique=True, max_length=80)
    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36)
    scope: str = Field(max_length=60)
    site_id: str = Field(foreign_key="registry_site.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    item: str = Field(max_length=40)
    title: str = Field(max_length=200)
    severity: str = Field(max_length=20)
    remark: str = Field(sa_column=Column(Text, nullable=False))
    op_id: str = Field(max_length=36)
    manifest_n: int
    found_on: date
    term_value: int | None = None
    term_unit: str | None = Field(default=None, max_length=20)
    due_on: date = Field(index=True)
    is_due_provisional: bool = True
    is_due_uncertain: bool
    recheck_on: date
    is_recheck_uncertain: bool
    recheck_id: str = Field(foreign_key="rectification_recheck.id", max_length=36, index=True)
    order_id: str | None = Field(default=None, foreign_key="rectification_order.id", max_length=36, index=True)
    referral_id: str | None = Field(default=None, foreign_key="rectification_referral.id", max_length=36)
    failed_rechecks: int = 0
    state: str = Field(max_length=20, index=True)
    opened_at: datetime = Field(sa_type=UtcInstant)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    # Why it ended: a stable word such as `proof_accepted`, `recheck_passed`, `referred`, `objection_upheld`.
    ended_because: str | None = Field(default=None, max_length=40)


class Order(Row, table=True):
    """责令限期改正通知书: one for the problems of a sealed record; a further one where an addendum finds more."""

    __tablename__ = "rectification_order"
    __table_args__ = (UniqueConstraint("inspection_id", "n"),)

    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36)
    n: int = 1
    site_id: str = Field(foreign_key="registry_site.id", max_length=36)
    enterprise_id: str = Field(foreign_key="registry_enterprise.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    state: str = Field(max_length=20, index=True)
    drafted_at: datetime = Field(sa_type=UtcInstant)
    number: str | None = Field(default=None, max_length=60)
    document_id: str | None = Field(default=None, foreign_key="documents_document.id", max_length=36)
    issued_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    issued_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    served_on: date | None = None
    # direct, left (留置), mail, electronic, announcement.
    served_how: str | None = Field(default=None, max_length=20)
    recipient: str | None = Field(default=None, max_length=60)
    witness: str | None = Field(default=None, max_length=60)
    service_note: str | None = Field(default=None, max_length=400)
    service_recorded_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    served_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    service_document_id: str | None = Field(default=None, foreign_key="documents_document.id", max_length=36)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_because: str | None = Field(default=None, max_length=400)


class Recheck(Row, table=True):
    """复查: the day on which somebody comes back for problems of one visit; `visit_id` is the visit that was sent."""

    __tablename__ = "rectification_recheck"
    __table_args__ = (UniqueConstraint("inspection_id", "kind", "scheduled_on"),)

    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36)
    kind: str = Field(default="recheck", max_length=20)
    scope: str = Field(max_length=60)
    site_id: str = Field(foreign_key="registry_site.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    scheduled_on: date = Field(index=True)
    is_uncertain: bool
    state: str = Field(max_length=20, index=True)
    problem_count: int
    turned_at: datetime = Field(sa_type=UtcInstant)
    visit_id: str | None = Field(default=None, foreign_key="inspections_inspection.id", unique=True, max_length=36)
    partner: str | None = Field(default=None, max_length=120)
    done_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class RecheckOutcome(SQLModel, table=True):
    """What a recheck's sealed record says about one problem: `fixed`, `not_fixed` or `not_applicable`."""

    __tablename__ = "rectification_recheck_outcome"

    recheck_id: str = Field(primary_key=True, foreign_key="rectification_recheck.id", max_length=36)
    problem_id: str = Field(primary_key=True, foreign_key="rectification_problem.id", max_length=36)
    result: str = Field(max_length=20)
    remark: str = Field(default="", sa_column=Column(Text, nullable=False))
    op_id: str = Field(max_length=36)
    at: datetime = Field(sa_type=UtcInstant)


class Extension(Row, table=True):
    """延期: asked by the enterprise (no account) or by an office for it; the old day is kept whatever is decided."""

    __tablename__ = "rectification_extension"

    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36, index=True)
    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    state: str = Field(max_length=20, index=True)
    asked_at: datetime = Field(sa_type=UtcInstant)
    asked_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    wanted_on: date
    old_due_on: date
    new_due_on: date | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    answer: str | None = Field(default=None, sa_column=Column(Text))


class Objection(Row, table=True):
    """异议 (陈述、申辩): the enterprise says that a problem is none; granted, it is withdrawn."""

    __tablename__ = "rectification_objection"

    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36, index=True)
    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    state: str = Field(max_length=20, index=True)
    asked_at: datetime = Field(sa_type=UtcInstant)
    text: str = Field(sa_column=Column(Text, nullable=False))
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    answer: str | None = Field(default=None, sa_column=Column(Text))


class Submission(Row, table=True):
    """整改证明: what the enterprise handed in for one problem, once complete; decided by a person."""

    __tablename__ = "rectification_submission"
    __table_args__ = (UniqueConstraint("problem_id", "n"),)

    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36)
    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    n: int
    receipt_no: str = Field(unique=True, max_length=40)
    state: str = Field(max_length=20, index=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    submitted_at: datetime = Field(sa_type=UtcInstant)
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    reason: str | None = Field(default=None, sa_column=Column(Text))


class Referral(Row, table=True):
    """移送: problems of one visit handed to a department that decides where we cannot, with its reply."""

    __tablename__ = "rectification_referral"

    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    department: str = Field(max_length=120)
    reason: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=20, index=True)
    number: str | None = Field(default=None, max_length=60)
    document_id: str | None = Field(default=None, foreign_key="documents_document.id", max_length=36)
    sent_on: date
    sent_by: str = Field(foreign_key="accounts_account.id", max_length=36)
    reply_due_on: date
    is_reply_due_uncertain: bool = False
    replied_on: date | None = None
    reply: str | None = Field(default=None, sa_column=Column(Text))
    replied_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    recorded_at: datetime = Field(sa_type=UtcInstant)
    # 接收: the department said at its own desk that it has the letter.
    received_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    received_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)


class ReplyFile(Row, table=True):
    """A file that a department put to its reply, named by its digest in the store."""

    __tablename__ = "rectification_reply_file"
    __table_args__ = (UniqueConstraint("referral_id", "sha256"),)

    referral_id: str = Field(foreign_key="rectification_referral.id", max_length=36)
    name: str = Field(max_length=120)
    sha256: str = Field(max_length=64)
    size_bytes: int
    content_type: str = Field(max_length=40)
    received_at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(foreign_key="accounts_account.id", max_length=36)


class LadderStep(Row, table=True):
    """逾期处理: a rung that an overdue problem reached; reminders go by themselves, all others wait for a person."""

    __tablename__ = "rectification_ladder_step"
    __table_args__ = (UniqueConstraint("problem_id", "rung", "due_on"),)

    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36)
    jurisdiction: str = Field(max_length=12, index=True)
    # A code of the configured ladder: reminder, talk, circular, referral, bad_record.
    rung: str = Field(max_length=30)
    # The deadline that was missed: after an extension the ladder begins anew.
    due_on: date
    reached_on: date
    state: str = Field(max_length=20, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    note: str | None = Field(default=None, sa_column=Column(Text))


class Reminder(SQLModel, table=True):
    """A reminder that went out, once for each problem, deadline and kind (before_3, before_1, on_day, overdue)."""

    __tablename__ = "rectification_reminder"

    problem_id: str = Field(primary_key=True, foreign_key="rectification_problem.id", max_length=36)
    due_on: date = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    at: datetime = Field(sa_type=UtcInstant)


class Secret(SQLModel, table=True):
    """A secret that this installation made for itself; it signs links where the settings give none."""

    __tablename__ = "rectification_secret"

    name: str = Field(primary_key=True, max_length=20)
    value: str = Field(max_length=64)


class Link(Row, table=True):
    """The enterprise's page of one order. The token in the QR code is its id with a signature; none is stored."""

    __tablename__ = "rectification_link"

    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    made_at: datetime = Field(sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    wrong_tries: int = 0
    last_wrong_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    locked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    opened_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    open_count: int = 0


class PortalSession(SQLModel, table=True):
    """Somebody who knew the digits; the cookie itself is not stored."""

    __tablename__ = "rectification_portal_session"

    token_sha256: str = Field(primary_key=True, max_length=64)
    link_id: str = Field(foreign_key="rectification_link.id", max_length=36, index=True)
    made_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant, index=True)


class ProofFile(Row, table=True):
    """A photo or PDF of the enterprise, named by its digest in the store; handed in with a submission or not yet."""

    __tablename__ = "rectification_proof_file"
    __table_args__ = (UniqueConstraint("problem_id", "sha256", "submission_id"),)

    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36, index=True)
    submission_id: str | None = Field(
        default=None, foreign_key="rectification_submission.id", max_length=36, index=True
    )
    name: str = Field(max_length=120)
    sha256: str = Field(max_length=64, index=True)
    size_bytes: int
    content_type: str = Field(max_length=40)
    received_at: datetime = Field(sa_type=UtcInstant, index=True)
    # What the picture says of itself: taken_at, lat, lon, software, make, width, height.
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class PartialUpload(Row, table=True):
    """An upload of the enterprise under way: chunks in the store under the row's id, until the last one comes."""

    __tablename__ = "rectification_partial"
    __table_args__ = (UniqueConstraint("problem_id", "sha256"),)

    problem_id: str = Field(foreign_key="rectification_problem.id", max_length=36)
    order_id: str = Field(foreign_key="rectification_order.id", max_length=36, index=True)
    name: str = Field(max_length=120)
    sha256: str = Field(max_length=64)
    length_bytes: int
    offset_bytes: int = 0
    chunks: list[str] = Field(sa_column=Column(JSON, nullable=False))
    updated_at: datetime = Field(sa_type=UtcInstant, index=True)


class RecheckProblem(SQLModel, table=True):
    """What a recheck was sent to look at, as it stood when it was sent; of a look-back, what was drawn."""

    __tablename__ = "rectification_recheck_problem"

    recheck_id: str = Field(primary_key=True, foreign_key="rectification_recheck.id", max_length=36)
    problem_id: str = Field(primary_key=True, foreign_key="rectification_problem.id", max_length=36)
    # The sample that sent it; the first one where two samples fall on one visit.
    lookback_id: str | None = Field(default=None, foreign_key="rectification_lookback.id", max_length=36, index=True)


class RecheckDraw(SQLModel, table=True):
    """Who was drawn for a recheck: the record as text, and who took whose place afterwards."""

    __tablename__ = "rectification_recheck_draw"

    recheck_id: str = Field(primary_key=True, foreign_key="rectification_recheck.id", max_length=36)
    n: int = Field(primary_key=True)
    record: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    team: list[str] = Field(sa_column=Column(JSON, nullable=False))
    gone: list[str] = Field(sa_column=Column(JSON, nullable=False))
    reason: str | None = Field(default=None, max_length=400)
    at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(foreign_key="accounts_account.id", max_length=36)


class Lookback(Row, table=True):
    """回头看: one sample of closed problems with the record of its draw."""

    __tablename__ = "rectification_lookback"

    jurisdiction: str = Field(max_length=12, index=True)
    first_on: date
    last_on: date
    percent: int
    # The day on which its visits were planned; none in samples of before this was kept.
    scheduled_on: date | None = None
    pool_size: int
    taken: int
    record: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(foreign_key="accounts_account.id", max_length=36)
