"""notices: inbox, outbox and choices."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "94d9fa9200b8"
down_revision = "c4aa01e95d10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "notices_choice",
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("unwanted", sa.JSON(), nullable=False),
        sa.Column("is_quiet_at_night", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "channel", name=op.f("pk_notices_choice")),
    )
    op.create_table(
        "notices_delivery",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("next_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("leased_until", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("sent_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("dropped_because", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_delivery")),
        sa.UniqueConstraint("channel", "address", "once", name=op.f("uq_notices_delivery_channel_address_once")),
    )
    with op.batch_alter_table("notices_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_delivery_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_delivery_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_delivery_state"), ["state"], unique=False)

    op.create_table(
        "notices_notice",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("once", sqlmodel.sql.sqltypes.AutoString(length=160), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("read_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("told_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_notice")),
        sa.UniqueConstraint("account_id", "once", name=op.f("uq_notices_notice_account_id_once")),
    )
    with op.batch_alter_table("notices_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_notice_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_notice_told_at"), ["told_at"], unique=False)
