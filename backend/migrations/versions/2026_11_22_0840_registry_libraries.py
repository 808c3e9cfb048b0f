"""registry: codes, classes, removal, leave by periods, imports and history."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

import suicha.infra.db
import sqlmodel
from suicha.kit.ids import new_id

revision = "e3b8f1d6a940"
down_revision = "5e21c0d94a7b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup.

    Columns are added and dropped in place: SQLite would have to copy a table to do more, and copying a table
    that others point at breaks their foreign keys. For the same reason a code is unique by an index.
    """
    _add_columns()
    _add_tables()
    _number("registry_site", "jurisdiction", "S{}-{:06d}")
    _number("registry_inspector", "home_jurisdiction", "P{}-{:04d}")
    _leave_by_periods()
    for table in ("registry_site", "registry_inspector"):
        op.create_index(op.f(f"ix_{table}_code"), table, ["code"], unique=True)


def _add_columns() -> None:
    for table in ("registry_enterprise", "registry_site", "registry_inspector", "registry_recusal"):
        op.add_column(table, sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        op.add_column(table, sa.Column("removed_on", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("removed_because", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
    op.add_column(
        "registry_enterprise", sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True)
    )
    op.add_column(
        "registry_enterprise", sa.Column("credit_grade", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=True)
    )
    op.add_column(
        "registry_site",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False, server_default=""),
    )
    op.add_column(
        "registry_site",
        sa.Column("risk_class", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=False, server_default="B"),
    )
    op.add_column(
        "registry_inspector",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False, server_default=""),
    )
    op.add_column(
        "registry_recusal",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False, server_default="self_declared"),
    )
    op.add_column("registry_recusal", sa.Column("from_on", sa.Date(), nullable=True))
    op.add_column("registry_recusal", sa.Column("to_on", sa.Date(), nullable=True))


def _number(table: str, place: str, form: str) -> None:
    """Give the rows that are there their numbers, in the order in which they came."""
    connection = op.get_bind()
    numbers: Counter[str] = Counter()
    rows = sa.text(f"SELECT id, {place} FROM {table} ORDER BY {place}, id")  # noqa: S608 - names from above
    for row_id, jurisdiction in connection.execute(rows).all():
        numbers[jurisdiction] += 1
        connection.execute(
            sa.text(f"UPDATE {table} SET code = :code WHERE id = :id"),  # noqa: S608 - as above
            {"code": form.format(jurisdiction, numbers[jurisdiction]), "id": row_id},
        )


def _leave_by_periods() -> None:
    """Who was marked as on leave stays so until somebody enters the period."""
    connection = op.get_bind()
    insert = sa.text(
        "INSERT INTO registry_leave (id, revision, inspector_id, from_on, to_on, reason)"
        " VALUES (:id, 1, :inspector, '2020-01-01', '2099-12-31', '升级前已标记为请假，请补充起止日期')"
    )
    for (inspector,) in connection.execute(sa.text("SELECT id FROM registry_inspector WHERE is_on_leave")).all():
        connection.execute(insert, {"id": new_id(), "inspector": inspector})
    op.drop_column("registry_inspector", "is_on_leave")


def _add_tables() -> None:
    op.create_table(
        "registry_leave",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removed_because", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("inspector_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["registry_inspector.id"], name=op.f("fk_registry_leave_inspector_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_leave")),
    )
    op.create_table(
        "registry_import",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("beat_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("refused_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("refused_because", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
        sa.Column("committed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("committed_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_registry_import_by")),
        sa.ForeignKeyConstraint(
            ["committed_by"], ["accounts_account.id"], name=op.f("fk_registry_import_committed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import")),
    )
    op.create_table(
        "registry_import_row",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("library", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["registry_import.id"], name=op.f("fk_registry_import_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import_row")),
        sa.UniqueConstraint("import_id", "n", name=op.f("uq_registry_import_row_import_id_n")),
    )
    op.create_table(
        "registry_change",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("library", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("row_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("verb", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_registry_change_by")),
        sa.ForeignKeyConstraint(["import_id"], ["registry_import.id"], name=op.f("fk_registry_change_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_change")),
        sa.UniqueConstraint("library", "row_id", "n", name=op.f("uq_registry_change_library_row_id_n")),
    )
    op.create_index(op.f("ix_registry_leave_inspector_id"), "registry_leave", ["inspector_id"], unique=False)
