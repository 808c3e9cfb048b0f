"""Stored editions: added once, never changed."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from suicha.infra.db import UtcInstant


class StoredEdition(SQLModel, table=True):
    """An edition under its id (`<checklist>/v<version>`); `raw` is the canonical JSON whose SHA-256 is `hash`."""

    __tablename__ = "checklists_edition"

    id: str = Field(primary_key=True, max_length=80)
    hash: str = Field(unique=True, max_length=64)
    checklist: str = Field(max_length=60, index=True)
    version: int
    name: str = Field(max_length=1000)
    status: str = Field(max_length=20)
    raw: str = Field(sa_type=Text)
    loaded_at: datetime = Field(sa_type=UtcInstant)
