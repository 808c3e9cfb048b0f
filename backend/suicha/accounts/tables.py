"""Accounts, their roles, signed-in sessions and failed tries."""

from datetime import datetime

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant


class Account(Row, table=True):
    """A person who may sign in. `jurisdiction` is the prefix of the GB/T 2260 codes that the person may see."""

    __tablename__ = "accounts_account"

    username: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=60)
    password_hash: str = Field(max_length=200)
    jurisdiction: str = Field(default="", max_length=12)
    certificate_no: str | None = Field(default=None, max_length=40)
    # 协同部门: the department that a partner's account stands for, as letters of referral name it.
    department: str | None = Field(default=None, max_length=120)
    is_disabled: bool = False
    # Set while the password is one that somebody else has seen.
    must_change_password: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime = Field(sa_type=UtcInstant)


class AccountRole(SQLModel, table=True):
    """One role of one account."""

    __tablename__ = "accounts_role"

    account_id: str = Field(primary_key=True, foreign_key="accounts_account.id", max_length=36)
    role: str = Field(primary_key=True, max_length=20)


class LoginSession(SQLModel, table=True):
    """A signed-in browser or client; only the hash of its token is kept."""

    __tablename__ = "accounts_login_session"

    token_sha256: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="accounts_account.id", max_length=36, index=True)
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class LoginFailure(Row, table=True):
    """A wrong password: by name and by address, so that both can be slowed down."""

    __tablename__ = "accounts_login_failure"
    __table_args__ = (Index("ix_accounts_login_failure_key_at", "key", "at"),)

    key: str = Field(max_length=120)
    at: datetime = Field(sa_type=UtcInstant)
