"""Plans, campaigns, draws and what a ceremony gathers. Pools and records are added once and never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Plan(Row, table=True):
    """年度抽查计划."""

    __tablename__ = "draws_plan"

    year: int = Field(index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    name: str = Field(max_length=120)
    document_number: str | None = Field(default=None, max_length=80)
    state: str = Field(max_length=20)
    revision: int = 1
    created_at: datetime = Field(sa_type=UtcInstant)
    approved_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    approved_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    published_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class Campaign(Row, table=True):
    """抽查任务. `scope` is what all its jurisdictions share: rows are shown by it."""

    __tablename__ = "draws_campaign"

    plan_id: str = Field(foreign_key="draws_plan.id", max_length=36, index=True)
    scope: str = Field(max_length=12, index=True)
    name: str = Field(max_length=120)
    short_code: str = Field(unique=True, max_length=20)
    kind: str = Field(max_length=20)
    matters: str = Field(sa_column=Column(Text, nullable=False))
    target_scope: str = Field(sa_column=Column(Text, nullable=False))
    frequency: str = Field(max_length=200)
    from_on: date = Field(index=True)
    until_on: date
    edition_hash: str = Field(foreign_key="checklists_edition.hash", max_length=64)
    jurisdictions: list[str] = Field(sa_column=Column(JSON, nullable=False))
    cross: str = Field(max_length=20)
    authority: str | None = Field(default=None, max_length=200)
    officers: int
    experts: int
    teams: int | None = None
    most_visits: int | None = None
    ratios: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    overrides: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    exclude_checked_within_months: int | None = None
    yearly_limit: int | None = None
    lead_department: str = Field(max_length=120)
    departments: list[str] = Field(sa_column=Column(JSON, nullable=False))
    revision: int = 1
    state: str = Field(max_length=20, index=True)
    created_at: datetime = Field(sa_type=UtcInstant)


class Draw(Row, table=True):
    """抽取: one ceremony with its outcome; `revision` counts its changes, so that watchers can ask cheaply."""

    __tablename__ = "draws_draw"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: str = Field(foreign_key="draws_campaign.id", max_length=36)
    campaign_name: str = Field(max_length=120)
    number: int
    kind: str = Field(max_length=20)
    state: str = Field(max_length=20, index=True)
    revision: int = 1
    pool_digest: str = Field(max_length=64)
    digest: str | None = Field(default=None, max_length=64)
    seed: str | None = Field(default=None, max_length=64)
    # Why it supersedes an earlier draw; why somebody is replaced.
    reason: str | None = Field(default=None, sa_column=Column(Text))
    # Why it has no result, who refused to reveal, and what the rules left impossible.
    void_reason: str | None = Field(default=None, sa_column=Column(Text))
    unrevealed_account: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    unrevealed_name: str | None = Field(default=None, max_length=80)
    void_causes: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    # Of a replacement: the draw whose team it mends, the place, and who leaves it.
    parent_id: str | None = Field(default=None, foreign_key="draws_draw.id", max_length=36)
    team: int | None = None
    seat_kind: str | None = Field(default=None, max_length=20)
    seat: int | None = None
    leaver_id: str | None = Field(default=None, foreign_key="registry_inspector.id", max_length=36)
    chosen_id: str | None = Field(default=None, foreign_key="registry_inspector.id", max_length=36)
    superseded_by: str | None = Field(default=None, foreign_key="draws_draw.id", max_length=36)
    value_source: str | None = Field(default=None, max_length=200)
    value: str | None = Field(default=None, max_length=200)
    # The digest of source and value: a public value serves once.
    value_key: str | None = Field(default=None, unique=True, max_length=64)
    site_count: int
    inspector_count: int
    drawn_count: int | None = None
    team_count: int | None = None
    frozen_at: datetime = Field(sa_type=UtcInstant)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    valued_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    voided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    superseded_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class DrawText(SQLModel, table=True):
    """The canonical text of a draw's pool or record; the database refuses to change or remove one."""

    __tablename__ = "draws_text"

    draw_id: str = Field(primary_key=True, foreign_key="draws_draw.id", max_length=36)
    kind: str = Field(primary_key=True, max_length=10)
    text: str = Field(sa_column=Column(Text, nullable=False))


class Commitment(Row, table=True):
    """承诺 of an official; the secret is there once it was revealed."""

    __tablename__ = "draws_commitment"
    __table_args__ = (UniqueConstraint("draw_id", "account_id"), UniqueConstraint("draw_id", "official"))

    draw_id: str = Field(foreign_key="draws_draw.id", max_length=36)
    account_id: str = Field(foreign_key="accounts_account.id", max_length=36)
    official: str = Field(max_length=80)
    commitment: str = Field(max_length=64)
    committed_at: datetime = Field(sa_type=UtcInstant)
    secret: str | None = Field(default=None, max_length=64)
    revealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class ValueEntry(Row, table=True):
    """What somebody entered as the public value; all entries stay."""

    __tablename__ = "draws_value_entry"
    __table_args__ = (UniqueConstraint("draw_id", "n"),)

    draw_id: str = Field(foreign_key="draws_draw.id", max_length=36)
    n: int
    account_id: str = Field(foreign_key="accounts_account.id", max_length=36)
    source: str = Field(max_length=200)
    value: str = Field(max_length=200)
    at: datetime = Field(sa_type=UtcInstant)
