"""Both libraries: sites with their enterprises, and inspectors with their recusals.

The legal person's name is left out on purpose: no task here needs it (个人信息保护法 art. 34).
"""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row


class Jurisdiction(SQLModel, table=True):
    """A district by its code; `is_verified` is false where the code was not compared with an official list."""

    __tablename__ = "registry_jurisdiction"

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    is_verified: bool


class Enterprise(Row, table=True):
    """物业服务企业."""

    __tablename__ = "registry_enterprise"

    uscc: str = Field(unique=True, max_length=18)
    name: str = Field(max_length=120)
    phone: str | None = Field(default=None, max_length=30)
    jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)


class Site(Row, table=True):
    """物业服务项目. Coordinates are decimals as text: floats have no canonical form on the wire."""

    __tablename__ = "registry_site"

    name: str = Field(max_length=120)
    address: str = Field(max_length=200)
    jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)
    enterprise_id: str = Field(foreign_key="registry_enterprise.id", max_length=36, index=True)
    households: int | None = None
    buildings: int | None = None
    lifts: int | None = None
    is_high_rise: bool = False
    lat: str | None = Field(default=None, max_length=20)
    lon: str | None = Field(default=None, max_length=20)
    contact_name: str | None = Field(default=None, max_length=60)
    contact_phone: str | None = Field(default=None, max_length=30)


class Inspector(Row, table=True):
    """执法人员 or 行业专家; `account_id` is set for those who may sign in."""

    __tablename__ = "registry_inspector"

    kind: str = Field(max_length=20)
    name: str = Field(max_length=60)
    certificate_no: str | None = Field(default=None, unique=True, max_length=40)
    certificate_expires_on: date | None = None
    home_jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)
    employer: str = Field(max_length=120)
    account_id: str | None = Field(default=None, foreign_key="accounts_account.id", unique=True, max_length=36)
    is_on_leave: bool = False


class Recusal(Row, table=True):
    """回避: this person does not inspect this enterprise or this site."""

    __tablename__ = "registry_recusal"
    __table_args__ = (CheckConstraint("(enterprise_id IS NULL) <> (site_id IS NULL)", name="one_object"),)

    inspector_id: str = Field(foreign_key="registry_inspector.id", max_length=36, index=True)
    enterprise_id: str | None = Field(default=None, foreign_key="registry_enterprise.id", max_length=36)
    site_id: str | None = Field(default=None, foreign_key="registry_site.id", max_length=36)
    reason: str = Field(max_length=200)
    declared_on: date
