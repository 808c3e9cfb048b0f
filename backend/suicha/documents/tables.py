"""Documents that were made, the counters that number them, and scans of what was signed."""

from datetime import datetime

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Document(Row, table=True):
    """文书: one made PDF. A newer form of the same paper is a new revision under the same number; none is changed."""

    __tablename__ = "documents_document"
    __table_args__ = (UniqueConstraint("kind", "year", "n", "revision"),)

    kind: str = Field(max_length=20)
    year: int
    n: int
    revision: int = 1
    number: str = Field(max_length=60, index=True)
    title: str = Field(max_length=120)
    about: str = Field(max_length=80, index=True)
    jurisdiction: str = Field(max_length=12)
    sha256: str = Field(max_length=64)
    size_bytes: int
    made_at: datetime = Field(sa_type=UtcInstant)
    by: str | None = Field(default=None, max_length=36)
    # What stands on every page, so that anybody can ask whether the paper is genuine; older papers have none.
    code: str | None = Field(default=None, unique=True, max_length=20)
    facts_sha256: str | None = Field(default=None, max_length=64)
    facts: str | None = Field(default=None, sa_column=Column(Text))
    agency: str | None = Field(default=None, max_length=120)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class Scan(Row, table=True):
    """签字盖章后的扫描件: kept beside the document that was printed; none is replaced or removed."""

    __tablename__ = "documents_scan"

    document_id: str = Field(foreign_key="documents_document.id", max_length=36, index=True)
    name: str = Field(max_length=120)
    sha256: str = Field(max_length=64)
    size_bytes: int
    content_type: str = Field(max_length=40)
    received_at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(max_length=36)


class Counter(SQLModel, table=True):
    """The last number given in a year; it is taken under a lock, in the transaction that makes the document."""

    __tablename__ = "documents_counter"

    kind: str = Field(primary_key=True, max_length=20)
    year: int = Field(primary_key=True)
    last: int
