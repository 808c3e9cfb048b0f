"""Rows of any table as JSON and back, the same for both databases."""

import base64
import importlib
import json
import pkgutil
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Table, column, table
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

import suicha
from suicha.infra.db import UtcInstant


def all_tables() -> list[Table]:
    """Every table of every stage, those that others point at first."""
    for stage in pkgutil.iter_modules(suicha.__path__):
        if stage.ispkg and any(
            m.name == "tables" for m in pkgutil.iter_modules([f"{suicha.__path__[0]}/{stage.name}"])
        ):
            importlib.import_module(f"suicha.{stage.name}.tables")
    return list(SQLModel.metadata.sorted_tables)


def line_of(row: Mapping[str, Any]) -> str:
    """One row as a line of JSON, with its columns in the order of their names."""
    return json.dumps(plain(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row as values of JSON."""
    return {name: _told(value) for name, value in row.items()}


def _told(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def row_of(held: Table, line: str) -> dict[str, Any]:
    """The row again; raises ValueError for a line that is not one of this table."""
    said = json.loads(line)
    if not isinstance(said, dict) or set(said) != {c.name for c in held.columns}:
        raise ValueError(f"a line of {held.name} does not have the columns of the table")
    return {c.name: _read(c.type, said[c.name], held.name) for c in held.columns}


def _read(type_: TypeEngine[Any], value: Any, name: str) -> Any:
    if value is None or isinstance(type_, JSON):
        return value
    if isinstance(type_, UtcInstant):
        return datetime.fromisoformat(value)
    if isinstance(type_, Date):
        return date.fromisoformat(value)
    if isinstance(type_, LargeBinary):
        return base64.b64decode(value, validate=True)
    wanted = bool if isinstance(type_, Boolean) else int if isinstance(type_, Integer) else str
    if type(value) is not wanted:
        raise ValueError(f"a value of {name} is of the wrong kind")
    return value


def written_as(held: Table) -> TableClause:
    """The table for writing: without defaults, and with nothing where JSON says nothing."""
    return table(
        held.name,
        *(column(c.name, JSON(none_as_null=True) if isinstance(c.type, JSON) else c.type) for c in held.columns),
    )


def own_references(held: Table) -> list[str]:
    """Columns that point at other rows of the same table."""
    return sorted({key.parent.name for key in held.foreign_keys if key.column.table is held})
