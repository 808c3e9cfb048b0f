"""inspections: proposal, approval and notice before dispatch."""

import sqlalchemy as sa
import sqlmodel
import suicha.infra.db
from alembic import op

revision = "8d40f6b1c2e9"
down_revision = "b1f7a23c58d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "inspections_approval",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("draw_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("campaign_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("document_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("visit_count", sa.Integer(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("requested_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("requested_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("approved_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("opinion", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("returned_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("returned_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("returned_because", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["accounts_account.id"], name=op.f("fk_inspections_approval_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["draws_campaign.id"], name=op.f("fk_inspections_approval_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents_document.id"], name=op.f("fk_inspections_approval_document_id")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draws_draw.id"], name=op.f("fk_inspections_approval_draw_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["accounts_account.id"], name=op.f("fk_inspections_approval_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["returned_by"], ["accounts_account.id"], name=op.f("fk_inspections_approval_returned_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections_approval")),
    )
    with op.batch_alter_table("inspections_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspections_approval_draw_id"), ["draw_id"], unique=False)

    op.create_table(
        "inspections_plan",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("draw_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("campaign_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("site_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("team_no", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("is_uncertain", sa.Boolean(), nullable=False),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.Column("approval_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("dispatched_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["inspections_approval.id"], name=op.f("fk_inspections_plan_approval_id")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["draws_campaign.id"], name=op.f("fk_inspections_plan_campaign_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draws_draw.id"], name=op.f("fk_inspections_plan_draw_id")),
        sa.ForeignKeyConstraint(["site_id"], ["registry_site.id"], name=op.f("fk_inspections_plan_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_inspections_plan_code")),
        sa.UniqueConstraint("draw_id", "site_id", name=op.f("uq_inspections_plan_draw_id_site_id")),
    )
    with op.batch_alter_table("inspections_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspections_plan_approval_id"), ["approval_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inspections_plan_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "inspections_notice",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("visit_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("document_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("made_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("sent_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("how", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("withheld_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("withheld_because", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_inspections_notice_by")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents_document.id"], name=op.f("fk_inspections_notice_document_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["inspections_plan.id"], name=op.f("fk_inspections_notice_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections_notice")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_inspections_notice_visit_id")),
    )
    # Not in batch mode: SQLite would drop and rebuild the table, which the rows of its children forbid.
    for column, target in (("campaign_id", "draws_campaign"), ("approval_id", "inspections_approval")):
        op.execute(
            f"ALTER TABLE inspections_inspection ADD COLUMN {column} VARCHAR(36) "
            f"CONSTRAINT fk_inspections_inspection_{column} REFERENCES {target} (id)"
        )
    op.create_index("ix_inspections_inspection_campaign_id", "inspections_inspection", ["campaign_id"], unique=False)
