"""Rounds of a list with everybody's score, entries that people decide about, and what was done with them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field

from suicha.infra.db import Row, UtcInstant


class Round(Row, table=True):
    """One list or the grades for one period, as computed last; before the period is over it is a look ahead."""

    __tablename__ = "credit_round"
    __table_args__ = (UniqueConstraint("list_code", "period"),)

    list_code: str = Field(max_length=30)
    period: str = Field(max_length=10)
    first_on: date
    last_on: date
    computed_at: datetime = Field(sa_type=UtcInstant)
    # Null: the timer.
    computed_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    is_final: bool


class Score(Row, table=True):
    """One enterprise in a round, with the arithmetic; replaced when the round is computed anew."""

    __tablename__ = "credit_score"
    __table_args__ = (UniqueConstraint("round_id", "enterprise_id"),)

    round_id: str = Field(foreign_key="credit_round.id", max_length=36)
    enterprise_id: str = Field(foreign_key="registry_enterprise.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    visits: int
    tenths: int
    place: int
    of: int
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class Entry(Row, table=True):
    """信用记录: proposed by the rules or by a person, in force only after another person approved it."""

    __tablename__ = "credit_entry"

    # What it is about, once: `good_bad/2026Q4/<enterprise>`, `bad_record/<problem>`, …
    once: str = Field(unique=True, max_length=120)
    # A list's code, `grade`, `bad_record` or `streak`; `side` is the side, the grade or the streak.
    kind: str = Field(max_length=30, index=True)
    side: str = Field(max_length=30)
    period: str | None = Field(default=None, max_length=10, index=True)
    enterprise_id: str = Field(foreign_key="registry_enterprise.id", max_length=36, index=True)
    jurisdiction: str = Field(max_length=12, index=True)
    state: str = Field(max_length=12, index=True)
    is_good: bool
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    digest: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_type=UtcInstant)
    # Null: the rules.
    proposed_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    approved_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    approved_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    # From this day on it counts; until the day before the enterprise may object.
    effective_on: date | None = Field(default=None, index=True)
    ends_on: date | None = Field(default=None, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    # What it changed in the registry, to be undone: [[site or enterprise, before, after], …].
    changed: list[list[str | None]] = Field(sa_column=Column(JSON, nullable=False))


class Step(Row, table=True):
    """One act on an entry; added and never changed."""

    __tablename__ = "credit_step"

    entry_id: str = Field(foreign_key="credit_entry.id", max_length=36, index=True)
    act: str = Field(max_length=20)
    at: datetime = Field(sa_type=UtcInstant)
    by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    text: str | None = Field(default=None, sa_column=Column(Text))
