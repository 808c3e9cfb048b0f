"""The visit, its team, its ops and what is derived from them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Inspection(Row, table=True):
    """检查: one visit to one site, with the edition that it was dispatched with."""

    __tablename__ = "inspections_inspection"

    code: str = Field(unique=True, max_length=40)
    # inspection (首次检查), recheck (复查), lookback (回头看), appraisal (规范化管理考核).
    kind: str = Field(default="inspection", max_length=20)
    # Of a recheck or look-back: the visit whose problems are looked at again.
    origin_id: str | None = Field(default=None, foreign_key="inspections_inspection.id", max_length=36, index=True)
    campaign: str = Field(max_length=120)
    campaign_id: str | None = Field(default=None, foreign_key="draws_campaign.id", max_length=36, index=True)
    site_id: str = Field(foreign_key="registry_site.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    team_no: int = Field(index=True)
    planned_on: date = Field(index=True)
    edition_id: str = Field(max_length=120)
    edition_hash: str = Field(max_length=64)
    approval_id: str | None = Field(default=None, foreign_key="inspections_approval.id", max_length=36)
    state: str = Field(max_length=20, index=True)
    dispatched_at: datetime = Field(sa_type=UtcInstant)
    begun_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    answered_count: int = 0
    failed_count: int = 0
    conflict_count: int = 0
    late_count: int = 0
    # The addendum (更正记录) that is open, if one is.
    addendum_n: int | None = None


class GrantRow(Row, table=True):
    """A person's part in a visit; revoked ones stay."""

    __tablename__ = "inspections_grant"

    scope: str = Field(max_length=60, index=True)
    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36)
    account_id: str = Field(foreign_key="accounts_account.id", max_length=36, index=True)
    role: str = Field(max_length=20)
    certificate_no: str | None = Field(default=None, max_length=40)
    revoked_pos: int | None = None


class OpRow(SQLModel, table=True):
    """An op that used its seq in a granted scope: the bytes as received, and its newest judgement."""

    __tablename__ = "inspections_op"
    __table_args__ = (UniqueConstraint("replica", "seq"), Index("ix_inspections_op_scope_kind", "scope", "kind"))

    op_id: str = Field(primary_key=True, max_length=36)
    replica: str = Field(max_length=36)
    seq: int = Field(sa_type=BigInteger)
    scope: str = Field(max_length=60)
    kind: str = Field(max_length=60)
    item: str | None = Field(default=None, max_length=40)
    field: str | None = Field(default=None, max_length=80)
    actor: str = Field(max_length=36)
    raw: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(max_length=64)
    first_hash: str = Field(max_length=64)
    value: str | None = Field(default=None, sa_column=Column(Text))
    ref: str | None = Field(default=None, max_length=80)
    blob_sha256: str | None = Field(default=None, max_length=64)
    blob_bytes: int | None = None
    outcome: str = Field(max_length=12)
    code: str | None = Field(default=None, max_length=40)
    pos: int
    received_at: datetime = Field(sa_type=UtcInstant)
    judged_at: datetime = Field(sa_type=UtcInstant)


class OpSup(SQLModel, table=True):
    """`op_id` supersedes `sup_id`."""

    __tablename__ = "inspections_op_sup"

    op_id: str = Field(primary_key=True, foreign_key="inspections_op.op_id", max_length=36)
    sup_id: str = Field(primary_key=True, max_length=36, index=True)


class RegisterHead(SQLModel, table=True):
    """The heads of every register, kept in step with the ops in the same transaction."""

    __tablename__ = "inspections_register_head"

    scope: str = Field(primary_key=True, max_length=60)
    item: str = Field(primary_key=True, max_length=40)
    field: str = Field(primary_key=True, max_length=80)
    op_id: str = Field(primary_key=True, max_length=36)


class ConflictTableRow(SQLModel, table=True):
    """A disagreement shown to people: derived from the ops, and kept with the positions where it opened and closed."""

    __tablename__ = "inspections_conflict"

    id: str = Field(primary_key=True, max_length=36)
    scope: str = Field(max_length=60, index=True)
    item: str = Field(max_length=40)
    field: str = Field(max_length=80)
    heads: str = Field(sa_column=Column(Text, nullable=False))
    opened_pos: int
    closed_pos: int | None = None


class ManifestRow(SQLModel, table=True):
    """A seal that took effect."""

    __tablename__ = "inspections_manifest"

    scope: str = Field(primary_key=True, max_length=60)
    n: int = Field(primary_key=True)
    manifest_hash: str = Field(max_length=64)
    manifest: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=24)
    seal_op_id: str = Field(max_length=36)
    sealed_at: datetime = Field(sa_type=UtcInstant)
    is_signed: bool = False
    is_handed_over: bool = False


class SignatureRow(SQLModel, table=True):
    """A signature or a refusal to sign."""

    __tablename__ = "inspections_signature"

    op_id: str = Field(primary_key=True, max_length=36)
    scope: str = Field(max_length=60, index=True)
    role: str = Field(max_length=20)
    person: str = Field(max_length=120)
    manifest_hash: str = Field(max_length=64)
    is_refusal: bool


class LateCase(SQLModel, table=True):
    """A late record, or one of somebody who was off the team: it waits here until the leader decides."""

    __tablename__ = "inspections_late_case"

    op_id: str = Field(primary_key=True, max_length=36)
    scope: str = Field(max_length=60, index=True)
    # Why it waits, or waited.
    code: str | None = Field(default=None, max_length=40)
    opened_at: datetime = Field(sa_type=UtcInstant)
    decision: str | None = Field(default=None, max_length=20)
    decided_by: str | None = Field(default=None, max_length=36)
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class AddendumRow(SQLModel, table=True):
    """更正记录: a sealed record that was opened again for what is added; closed by the manifest of the same number."""

    __tablename__ = "inspections_addendum"

    scope: str = Field(primary_key=True, max_length=60)
    n: int = Field(primary_key=True)
    opened_pos: int
    op_id: str = Field(max_length=36)
    replica: str = Field(max_length=36)
    seq: int = Field(sa_type=BigInteger)
    opened_at: datetime = Field(sa_type=UtcInstant)


class PlannedVisit(Row, table=True):
    """拟派计划: one drawn site with the day on which its team should go. Its id becomes that of the visit."""

    __tablename__ = "inspections_plan"
    __table_args__ = (UniqueConstraint("draw_id", "site_id"),)

    draw_id: str = Field(foreign_key="draws_draw.id", max_length=36)
    campaign_id: str = Field(foreign_key="draws_campaign.id", max_length=36, index=True)
    code: str = Field(unique=True, max_length=40)
    site_id: str = Field(foreign_key="registry_site.id", max_length=36)
    jurisdiction: str = Field(max_length=12)
    team_no: int
    planned_on: date
    is_uncertain: bool
    is_moved: bool = False
    approval_id: str | None = Field(default=None, foreign_key="inspections_approval.id", max_length=36, index=True)
    dispatched_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class Approval(Row, table=True):
    """审批: one form for many visits; once it is returned its visits are free again."""

    __tablename__ = "inspections_approval"

    draw_id: str = Field(foreign_key="draws_draw.id", max_length=36, index=True)
    campaign_id: str = Field(foreign_key="draws_campaign.id", max_length=36)
    jurisdiction: str = Field(max_length=12)
    number: str = Field(max_length=60)
    document_id: str = Field(foreign_key="documents_document.id", max_length=36)
    visit_count: int
    is_urgent: bool
    urgent_reason: str | None = Field(default=None, max_length=200)
    requested_by: str = Field(foreign_key="accounts_account.id", max_length=36)
    requested_at: datetime = Field(sa_type=UtcInstant)
    approved_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    approved_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    opinion: str | None = Field(default=None, max_length=200)
    returned_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    returned_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    returned_because: str | None = Field(default=None, max_length=200)


class Notice(Row, table=True):
    """通知: what the enterprise was told, when and how; or why it is not told beforehand."""

    __tablename__ = "inspections_notice"

    visit_id: str = Field(foreign_key="inspections_plan.id", unique=True, max_length=36)
    number: str | None = Field(default=None, max_length=60)
    document_id: str | None = Field(default=None, foreign_key="documents_document.id", max_length=36)
    made_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    how: str | None = Field(default=None, max_length=20)
    recipient: str | None = Field(default=None, max_length=60)
    withheld_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withheld_because: str | None = Field(default=None, max_length=200)
    by: str = Field(foreign_key="accounts_account.id", max_length=36)
