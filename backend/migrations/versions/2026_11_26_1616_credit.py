"""credit."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "e9901aaf55f1"
down_revision = "fdaf829f905c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "credit_round",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("list_code", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("computed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("computed_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["computed_by"], ["accounts_account.id"], name=op.f("fk_credit_round_computed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_round")),
        sa.UniqueConstraint("list_code", "period", name=op.f("uq_credit_round_list_code_period")),
    )
    op.create_table(
        "credit_entry",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("side", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("enterprise_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("proposed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("proposed_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("approved_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["accounts_account.id"], name=op.f("fk_credit_entry_approved_by")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["registry_enterprise.id"], name=op.f("fk_credit_entry_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["accounts_account.id"], name=op.f("fk_credit_entry_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
        sa.UniqueConstraint("once", name=op.f("uq_credit_entry_once")),
    )
    with op.batch_alter_table("credit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_entry_effective_on"), ["effective_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_ends_on"), ["ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_period"), ["period"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_entry_state"), ["state"], unique=False)

    op.create_table(
        "credit_score",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("enterprise_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["registry_enterprise.id"], name=op.f("fk_credit_score_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["credit_round.id"], name=op.f("fk_credit_score_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_score")),
        sa.UniqueConstraint("round_id", "enterprise_id", name=op.f("uq_credit_score_round_id_enterprise_id")),
    )
    with op.batch_alter_table("credit_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_score_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credit_score_jurisdiction"), ["jurisdiction"], unique=False)

    op.create_table(
        "credit_step",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("entry_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_credit_step_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["credit_entry.id"], name=op.f("fk_credit_step_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_step")),
    )
    with op.batch_alter_table("credit_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credit_step_entry_id"), ["entry_id"], unique=False)
