"""What people are told here, and what waits to be sent outside."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Notice(Row, table=True):
    """消息 in the inbox of one account; `once` names the occasion, so that nobody is told twice."""

    __tablename__ = "notices_notice"
    __table_args__ = (UniqueConstraint("account_id", "once"),)

    account_id: str = Field(max_length=36)
    kind: str = Field(max_length=40)
    about: str = Field(max_length=80)
    once: str = Field(max_length=160)
    title: str = Field(max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcInstant, index=True)
    read_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    # When it was written into the person's own feed, from which phones learn it.
    told_at: datetime | None = Field(default=None, sa_type=UtcInstant, index=True)


class Delivery(Row, table=True):
    """待发: one message to one address outside; tried again with growing pauses, given up after the last try."""

    __tablename__ = "notices_delivery"
    __table_args__ = (UniqueConstraint("channel", "address", "once"),)

    channel: str = Field(max_length=20)
    address: str = Field(max_length=120)
    kind: str = Field(max_length=40)
    about: str = Field(max_length=80)
    jurisdiction: str = Field(default="", max_length=12, index=True)
    once: str = Field(max_length=160)
    title: str = Field(max_length=200)
    text: str = Field(sa_column=Column(Text, nullable=False))
    state: str = Field(max_length=12, index=True)
    tries: int = 0
    made_at: datetime = Field(sa_type=UtcInstant)
    next_at: datetime = Field(sa_type=UtcInstant, index=True)
    leased_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    last_error: str | None = Field(default=None, max_length=200)
    dropped_because: str | None = Field(default=None, max_length=200)


class Choice(SQLModel, table=True):
    """通知设置 of one account: an address for each channel, and kinds that are not wanted there."""

    __tablename__ = "notices_choice"

    account_id: str = Field(primary_key=True, max_length=36)
    channel: str = Field(primary_key=True, max_length=20)
    address: str = Field(max_length=120)
    unwanted: list[str] = Field(sa_column=Column(JSON, nullable=False))
    is_quiet_at_night: bool = True
