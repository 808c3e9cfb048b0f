"""Both libraries: sites with their enterprises, and inspectors with their recusals and leave; imports and history.

The legal person's name is left out on purpose: no task here needs it (个人信息保护法 art. 34).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from suicha.infra.db import Row, UtcInstant
from suicha.kit.ids import new_id


def _provisional_code() -> str:
    """For rows that no action numbered: unique, and visibly not a number that an office gave."""
    return f"X-{new_id()[-12:]}"


class Jurisdiction(SQLModel, table=True):
    """A district by its code; `is_verified` is false where the code was not compared with an official list."""

    __tablename__ = "registry_jurisdiction"

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    is_verified: bool


class Listed(Row):
    """What the rows of both libraries share. A removed row stays and is in no draw; `revision` grows with each edit."""

    revision: int = 1
    removed_on: date | None = None
    removed_because: str | None = Field(default=None, max_length=200)


class Enterprise(Listed, table=True):
    """物业服务企业. `credit_grade` is the industry's grade A to D, not the risk class of its sites."""

    __tablename__ = "registry_enterprise"

    uscc: str = Field(unique=True, max_length=18)
    name: str = Field(max_length=120)
    phone: str | None = Field(default=None, max_length=30)
    jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)
    address: str | None = Field(default=None, max_length=200)
    credit_grade: str | None = Field(default=None, max_length=1)


class Site(Listed, table=True):
    """物业服务项目. Coordinates are decimals as text: floats have no canonical form on the wire."""

    __tablename__ = "registry_site"

    code: str = Field(default_factory=_provisional_code, unique=True, index=True, max_length=40)
    name: str = Field(max_length=120)
    address: str = Field(max_length=200)
    jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)
    enterprise_id: str = Field(foreign_key="registry_enterprise.id", max_length=36, index=True)
    households: int | None = None
    buildings: int | None = None
    lifts: int | None = None
    is_high_rise: bool = False
    risk_class: str = Field(default="B", max_length=1)
    lat: str | None = Field(default=None, max_length=20)
    lon: str | None = Field(default=None, max_length=20)
    contact_name: str | None = Field(default=None, max_length=60)
    contact_phone: str | None = Field(default=None, max_length=30)


class Inspector(Listed, table=True):
    """执法人员 or 行业专家; `account_id` is set for those who may sign in."""

    __tablename__ = "registry_inspector"

    code: str = Field(default_factory=_provisional_code, unique=True, index=True, max_length=40)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=60)
    certificate_no: str | None = Field(default=None, unique=True, max_length=40)
    certificate_expires_on: date | None = None
    home_jurisdiction: str = Field(foreign_key="registry_jurisdiction.code", max_length=12, index=True)
    employer: str = Field(max_length=120)
    account_id: str | None = Field(default=None, foreign_key="accounts_account.id", unique=True, max_length=36)


class Recusal(Listed, table=True):
    """回避: this person does not inspect this enterprise or this site; an end that is null is open."""

    __tablename__ = "registry_recusal"
    __table_args__ = (CheckConstraint("(enterprise_id IS NULL) <> (site_id IS NULL)", name="one_object"),)

    inspector_id: str = Field(foreign_key="registry_inspector.id", max_length=36, index=True)
    enterprise_id: str | None = Field(default=None, foreign_key="registry_enterprise.id", max_length=36)
    site_id: str | None = Field(default=None, foreign_key="registry_site.id", max_length=36)
    kind: str = Field(default="self_declared", max_length=20)
    reason: str = Field(max_length=200)
    declared_on: date
    from_on: date | None = None
    to_on: date | None = None


class Leave(Listed, table=True):
    """请假: days on which this person cannot be sent, both ends included."""

    __tablename__ = "registry_leave"

    inspector_id: str = Field(foreign_key="registry_inspector.id", max_length=36, index=True)
    from_on: date
    to_on: date
    reason: str | None = Field(default=None, max_length=200)


class Import(Row, table=True):
    """A file that somebody handed in, its dry run, and whether it was committed. The file itself is not kept."""

    __tablename__ = "registry_import"

    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    size_bytes: int
    by: str = Field(foreign_key="accounts_account.id", max_length=36)
    jurisdiction: str = Field(max_length=12)
    at: datetime = Field(sa_type=UtcInstant)
    beat_at: datetime = Field(sa_type=UtcInstant)
    state: str = Field(max_length=20)
    done: int = 0
    total: int = 0
    counts: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    refused_code: str | None = Field(default=None, max_length=60)
    refused_because: str | None = Field(default=None, max_length=400)
    committed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    committed_by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)


class ImportRow(Row, table=True):
    """One row of a file as it was read, and what the dry run says about it."""

    __tablename__ = "registry_import_row"
    __table_args__ = (UniqueConstraint("import_id", "n"),)

    import_id: str = Field(foreign_key="registry_import.id", max_length=36)
    n: int
    library: str = Field(max_length=20)
    row_no: int
    state: str = Field(max_length=10)
    label: str = Field(max_length=200)
    cells: str = Field(sa_column=Column(Text, nullable=False))
    problems: str = Field(sa_column=Column(Text, nullable=False))
    changes: str = Field(sa_column=Column(Text, nullable=False))


class Change(Row, table=True):
    """History: who changed what in one row of a library, and by which import if by one."""

    __tablename__ = "registry_change"
    __table_args__ = (UniqueConstraint("library", "row_id", "n"),)

    library: str = Field(max_length=20)
    row_id: str = Field(max_length=36)
    n: int
    at: datetime = Field(sa_type=UtcInstant)
    by: str | None = Field(default=None, foreign_key="accounts_account.id", max_length=36)
    verb: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=200)
    import_id: str | None = Field(default=None, foreign_key="registry_import.id", max_length=36)
    changes: str = Field(sa_column=Column(Text, nullable=False))
