"""One append-only table; each entry carries the hash of the one before it about the same thing."""

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field

from suicha.infra.db import Row, UtcInstant


class JournalEntry(Row, table=True):
    """An act: who, what, about which row, with which facts."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("about", "n"),)

    about: str = Field(max_length=80)
    n: int
    at: datetime = Field(sa_type=UtcInstant)
    by: str | None = Field(default=None, max_length=36)
    verb: str = Field(max_length=60)
    facts: str = Field(sa_column=Column(Text, nullable=False))
    prev_sha256: str = Field(max_length=64)
    sha256: str = Field(max_length=64)
