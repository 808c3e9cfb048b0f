"""Publications and their revisions; a revision is added once and never changed."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field

from suicha.infra.db import Row, UtcInstant


class Publication(Row, table=True):
    """公示 of one visit. The columns below `revision` repeat what is published, to find it by."""

    __tablename__ = "publication_publication"

    inspection_id: str = Field(foreign_key="inspections_inspection.id", unique=True, max_length=36)
    jurisdiction: str = Field(max_length=12, index=True)
    state: str = Field(max_length=12, index=True)
    proposed_at: datetime = Field(sa_type=UtcInstant)
    due_on: date = Field(index=True)
    is_due_uncertain: bool
    # Chosen by a reviewer before publishing; null: what follows from the record.
    chosen: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    edited: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    edited_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    revision: int = 0
    published_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_because: str | None = Field(default=None, sa_column=Column(Text))
    code: str | None = Field(default=None, max_length=40)
    campaign: str | None = Field(default=None, max_length=120, index=True)
    site: str | None = Field(default=None, max_length=120)
    enterprise: str | None = Field(default=None, max_length=120)
    uscc: str | None = Field(default=None, max_length=18)
    district: str | None = Field(default=None, max_length=60)
    inspected_on: date | None = None
    published_on: date | None = Field(default=None, index=True)
    categories: list[str] = Field(sa_column=Column(JSON, nullable=False))
    finding_count: int = 0


class Revision(Row, table=True):
    """One published text; the database refuses to change or remove one."""

    __tablename__ = "publication_revision"
    __table_args__ = (UniqueConstraint("publication_id", "n"),)

    publication_id: str = Field(foreign_key="publication_publication.id", max_length=36)
    n: int
    # publish, correct or withdraw; a withdrawal has no text.
    act: str = Field(max_length=12)
    text: str | None = Field(default=None, sa_column=Column(Text))
    sha256: str | None = Field(default=None, max_length=64)
    reason: str | None = Field(default=None, sa_column=Column(Text))
    at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(foreign_key="accounts_account.id", max_length=36)


class Category(Row, table=True):
    """Under which categories a publication stands now, for filtering."""

    __tablename__ = "publication_category"
    __table_args__ = (UniqueConstraint("publication_id", "code"),)

    publication_id: str = Field(foreign_key="publication_publication.id", max_length=36)
    code: str = Field(max_length=60, index=True)
