"""Blobs, who brought them, who points at them, uploads under way, pictures made from them."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from suicha.evidence.rules import BlobState, DerivativeState
from suicha.infra.db import UtcInstant


class Blob(SQLModel, table=True):
    """One content. `expected` rows exist so that a link and the last byte, arriving at once, meet at one lock."""

    __tablename__ = "evidence_blob"

    sha256: str = Field(primary_key=True, max_length=64)
    state: str = Field(default=BlobState.EXPECTED.value, max_length=10, index=True)
    size_bytes: int | None = None
    content_type: str | None = Field(default=None, max_length=40)
    width: int | None = None
    height: int | None = None
    created_at: datetime = Field(sa_type=UtcInstant)
    verified_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    checked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    damage: str | None = Field(default=None, max_length=40)


class Holder(SQLModel, table=True):
    """An account that has brought all the bytes itself, and may therefore see them."""

    __tablename__ = "evidence_holder"

    sha256: str = Field(primary_key=True, max_length=64, foreign_key="evidence_blob.sha256")
    account_id: str = Field(primary_key=True, max_length=36, foreign_key="accounts_account.id")
    at: datetime = Field(sa_type=UtcInstant)


class Link(SQLModel, table=True):
    """A scope points at a blob by an op: a photo, or the picture of a signature."""

    __tablename__ = "evidence_link"

    scope: str = Field(primary_key=True, max_length=60)
    sha256: str = Field(primary_key=True, max_length=64, foreign_key="evidence_blob.sha256", index=True)
    op_id: str = Field(primary_key=True, max_length=36)


class Partial(SQLModel, table=True):
    """An upload under way; it belongs to one account."""

    __tablename__ = "evidence_partial"

    account_id: str = Field(primary_key=True, max_length=36, foreign_key="accounts_account.id")
    sha256: str = Field(primary_key=True, max_length=64)
    length_bytes: int
    offset_bytes: int
    updated_at: datetime = Field(sa_type=UtcInstant, index=True)


class PartialChunk(SQLModel, table=True):
    """A durable piece of an upload under way, kept in the store under `key`."""

    __tablename__ = "evidence_partial_chunk"

    account_id: str = Field(primary_key=True, max_length=36)
    sha256: str = Field(primary_key=True, max_length=64)
    offset_bytes: int = Field(primary_key=True)
    key: str = Field(max_length=255)


class Derivative(SQLModel, table=True):
    """A picture made from an original, or the reason why there is none."""

    __tablename__ = "evidence_derivative"

    sha256: str = Field(primary_key=True, max_length=64, foreign_key="evidence_blob.sha256")
    size: str = Field(primary_key=True, max_length=10)
    state: str = Field(default=DerivativeState.MAKING.value, max_length=10, index=True)
    key: str | None = Field(default=None, max_length=255)
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    attempts: int = 0
    last_error: str | None = Field(default=None, max_length=200)
    updated_at: datetime = Field(sa_type=UtcInstant)


class Likeness(SQLModel, table=True):
    """The fingerprint of a picture, in bands of 16 bits by which near copies are found."""

    __tablename__ = "evidence_likeness"

    sha256: str = Field(primary_key=True, max_length=64, foreign_key="evidence_blob.sha256")
    fingerprint: str | None = Field(default=None, max_length=32)
    b0: int | None = Field(default=None, index=True)
    b1: int | None = Field(default=None, index=True)
    b2: int | None = Field(default=None, index=True)
    b3: int | None = Field(default=None, index=True)
    b4: int | None = Field(default=None, index=True)
    b5: int | None = Field(default=None, index=True)
    b6: int | None = Field(default=None, index=True)
    b7: int | None = Field(default=None, index=True)


class Share(SQLModel, table=True):
    """Evidence of others that a visit's team may look at: before-photos and proof, named when the team was sent."""

    __tablename__ = "evidence_share"

    scope: str = Field(primary_key=True, max_length=60)
    sha256: str = Field(primary_key=True, max_length=64, index=True)
