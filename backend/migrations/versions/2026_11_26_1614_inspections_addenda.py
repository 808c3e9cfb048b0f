"""inspections: late records decided and addenda."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "ab42be7a6818"
down_revision = "ea012e65269b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    with op.batch_alter_table("inspections_inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addendum_n", sa.Integer(), nullable=True))

    with op.batch_alter_table("inspections_late_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True))
        batch_op.add_column(sa.Column("decided_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True))

    op.create_table(
        "inspections_addendum",
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("opened_pos", sa.Integer(), nullable=False),
        sa.Column("op_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("replica", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "n", name=op.f("pk_inspections_addendum")),
    )
