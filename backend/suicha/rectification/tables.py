"""Problems and the rechecks that will look at them."""

from datetime import date, datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field

from suicha.infra.db import Row, UtcInstant


class Problem(Row, table=True):
    """问题: one failed item of a sealed record. Dates of law are dates; `due_on` is provisional until served."""

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
    due_on: date = Field(index=True)
    is_due_provisional: bool = True
    is_due_uncertain: bool
    recheck_on: date
    is_recheck_uncertain: bool
    recheck_id: str = Field(foreign_key="rectification_recheck.id", max_length=36, index=True)
    state: str = Field(max_length=20, index=True)
    opened_at: datetime = Field(sa_type=UtcInstant)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class Recheck(Row, table=True):
    """复查: the day on which somebody comes back to one site for the problems of one visit."""

    __tablename__ = "rectification_recheck"
    __table_args__ = (UniqueConstraint("inspection_id", "scheduled_on"),)

    inspection_id: str = Field(foreign_key="inspections_inspection.id", max_length=36)
    scope: str = Field(max_length=60)
    site_id: str = Field(foreign_key="registry_site.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    scheduled_on: date = Field(index=True)
    is_uncertain: bool
    state: str = Field(max_length=20, index=True)
    problem_count: int
    turned_at: datetime = Field(sa_type=UtcInstant)
