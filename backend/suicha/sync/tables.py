"""Devices, what they sent that is not an op of a visit (yet), and what they were told."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from suicha.infra.db import UtcInstant
from suicha.kit.digest import ZERO_HASH


class Replica(SQLModel, table=True):
    """A device profile: one hash-chained log, owned by the account that named it first."""

    __tablename__ = "sync_replica"

    id: str = Field(primary_key=True, max_length=36)
    account_id: str = Field(foreign_key="accounts_account.id", max_length=36, index=True)
    acked_seq: int = Field(default=0, sa_type=BigInteger)
    last_hash: str = Field(default=ZERO_HASH, max_length=64)
    is_forked: bool = False
    is_revoked: bool = False
    user_agent: str = Field(default="", max_length=300)
    first_seen_at: datetime = Field(sa_type=UtcInstant)
    last_seen_at: datetime = Field(sa_type=UtcInstant)
    flushed_seq: int | None = Field(default=None, sa_type=BigInteger)


class InboxOp(SQLModel, table=True):
    """An op that waits for an earlier seq, or that was refused a place in a visit: kept byte for byte."""

    __tablename__ = "sync_inbox_op"
    __table_args__ = (Index("ix_sync_inbox_op_op_id", "op_id"),)

    replica: str = Field(primary_key=True, max_length=36)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    hash: str = Field(primary_key=True, max_length=64)
    op_id: str = Field(max_length=36)
    raw: str = Field(sa_column=Column(Text, nullable=False))
    is_waiting: bool
    received_at: datetime = Field(sa_type=UtcInstant)


class RefusedItem(SQLModel, table=True):
    """An item that used no seq (malformed, wrong hash, wrong actor, fork …): kept for people to look at."""

    __tablename__ = "sync_refused_item"

    replica: str = Field(primary_key=True, max_length=36)
    raw_sha256: str = Field(primary_key=True, max_length=64)
    code: str = Field(primary_key=True, max_length=40)
    said_hash: str = Field(max_length=64)
    raw: str = Field(sa_column=Column(Text, nullable=False))
    received_at: datetime = Field(sa_type=UtcInstant)


class ReceiptRow(SQLModel, table=True):
    """The answer to one envelope that used its seq: permanent, repeated word for word."""

    __tablename__ = "sync_receipt"
    __table_args__ = (Index("ix_sync_receipt_op_id", "op_id"),)

    replica: str = Field(primary_key=True, max_length=36)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    hash: str = Field(max_length=64)
    op_id: str = Field(max_length=36)
    content_sha256: str = Field(max_length=64)
    said: str = Field(sa_column=Column(Text, nullable=False))


class ServerEpoch(SQLModel, table=True):
    """One row: which life of the server this is; a restore from backup begins a new one."""

    __tablename__ = "sync_epoch"

    id: int = Field(primary_key=True)
    epoch: str = Field(max_length=36)
