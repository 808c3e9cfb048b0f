"""rectification: what orders and deadlines need besides."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "c3806536f52d"
down_revision = "e9901aaf55f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "rectification_reply_file",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("referral_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("received_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_rectification_reply_file_by")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["rectification_referral.id"], name=op.f("fk_rectification_reply_file_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_reply_file")),
        sa.UniqueConstraint("referral_id", "sha256", name=op.f("uq_rectification_reply_file_referral_id_sha256")),
    )
    with op.batch_alter_table("accounts_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("department", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True))

    with op.batch_alter_table("rectification_lookback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scheduled_on", sa.Date(), nullable=True))

    with op.batch_alter_table("rectification_recheck_problem", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lookback_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True))
        batch_op.create_index(batch_op.f("ix_rectification_recheck_problem_lookback_id"), ["lookback_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_rectification_recheck_problem_lookback_id"),
            "rectification_lookback",
            ["lookback_id"],
            ["id"],
        )

    with op.batch_alter_table("rectification_referral", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("received_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_rectification_referral_received_by"), "accounts_account", ["received_by"], ["id"]
        )
