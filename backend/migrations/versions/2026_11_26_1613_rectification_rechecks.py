"""rectification: recheck visits and look-backs."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "ea012e65269b"
down_revision = "6fc075b50187"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "evidence_share",
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("scope", "sha256", name=op.f("pk_evidence_share")),
    )
    with op.batch_alter_table("evidence_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_share_sha256"), ["sha256"], unique=False)

    op.create_table(
        "rectification_lookback",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("pool_size", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_rectification_lookback_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_lookback")),
    )
    with op.batch_alter_table("rectification_lookback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_lookback_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "rectification_recheck_draw",
        sa.Column("recheck_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.Column("gone", sa.JSON(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_rectification_recheck_draw_by")),
        sa.ForeignKeyConstraint(
            ["recheck_id"], ["rectification_recheck.id"], name=op.f("fk_rectification_recheck_draw_recheck_id")
        ),
        sa.PrimaryKeyConstraint("recheck_id", "n", name=op.f("pk_rectification_recheck_draw")),
    )
    op.create_table(
        "rectification_recheck_problem",
        sa.Column("recheck_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("problem_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["rectification_problem.id"], name=op.f("fk_rectification_recheck_problem_problem_id")
        ),
        sa.ForeignKeyConstraint(
            ["recheck_id"], ["rectification_recheck.id"], name=op.f("fk_rectification_recheck_problem_recheck_id")
        ),
        sa.PrimaryKeyConstraint("recheck_id", "problem_id", name=op.f("pk_rectification_recheck_problem")),
    )
