"""Alembic's entry: every stage's tables.py is imported by a loop, so a new stage cannot be forgotten."""

import importlib
import pkgutil

import suicha
from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

for stage in pkgutil.iter_modules(suicha.__path__):
    if stage.ispkg and any(m.name == "tables" for m in pkgutil.iter_modules([f"{suicha.__path__[0]}/{stage.name}"])):
        importlib.import_module(f"suicha.{stage.name}.tables")


def run(connection: Connection) -> None:
    """Upgrade over the connection that `suicha.infra.migrations` hands in."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
