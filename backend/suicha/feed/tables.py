"""The feed and the head of each scope; the head row is the lock under which positions are given."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from suicha.kit.digest import ZERO_HASH


class FeedEntry(SQLModel, table=True):
    """One entry; never changed, never removed."""

    __tablename__ = "feed_entry"

    scope: str = Field(primary_key=True, max_length=60)
    pos: int = Field(primary_key=True)
    type: str = Field(max_length=40)
    raw: str = Field(sa_column=Column(Text, nullable=False))
    hash: str = Field(max_length=64)


class FeedHead(SQLModel, table=True):
    """Last position and chain head of a scope."""

    __tablename__ = "feed_head"

    scope: str = Field(primary_key=True, max_length=60)
    pos: int = 0
    chain: str = Field(default=ZERO_HASH, max_length=64)
