"""What no import rule can check."""

import ast
import asyncio
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from litestar import Litestar
from sqlmodel import SQLModel

from suicha.infra.db import Database
from suicha.infra.settings import settings_from_environment
from suicha.web.app import create_app
from suicha.web.openapi import problem_classes
from suicha.web.problems import status_of

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "backend" / "suicha"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return create_app(settings_from_environment({"SUICHA_DATA_DIR": str(tmp_path_factory.mktemp("app"))}))


def test_nobody_commits_but_the_database_module() -> None:
    guilty = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))
    ]
    assert guilty in ([], ["infra/db.py"])


def test_every_route_says_who_may_call_it(app: Litestar) -> None:
    silent = [
        f"{route.path} {handler}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        # OPTIONS is Litestar's own and tells methods only; its pages for the document are closed to everybody.
        if "access" not in handler.opt and handler.http_methods != {"OPTIONS"} and "_openapi" not in route.path
    ]
    assert silent == []


def test_every_problem_code_is_in_the_book() -> None:
    book = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    missing = [
        error.code
        for error in problem_classes()
        if f"| `{error.code}` | {status_of(error)} | {error.title} |" not in book
    ]
    assert missing == []


def test_every_outcome_code_is_in_the_book() -> None:
    book = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    judge = (PACKAGE / "sync" / "rules" / "judge.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'\("(?:parked|rejected)", "(\w+)"\)', judge)) | {"malformed", "hash_mismatch"}
    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in book] == []


def test_migrations_make_the_tables(database_url: str) -> None:
    async def drift() -> list[object]:
        database = Database(database_url)
        try:
            async with database.engine.connect() as connection:
                return await connection.run_sync(
                    lambda sync: compare_metadata(
                        MigrationContext.configure(sync, opts={"compare_type": False}), SQLModel.metadata
                    )
                )
        finally:
            await database.close()

    assert asyncio.run(drift()) == []


def test_generated_files_are_fresh() -> None:
    from tests.architecture.generated import stale_files

    assert stale_files() == []


def test_public_functions_have_docstrings() -> None:
    bare = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_public = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name[0] != "_"
            if is_public and ast.get_docstring(node) is None and node.col_offset == 0:
                bare.append(f"{path.name}:{node.name}")
    assert bare == []
