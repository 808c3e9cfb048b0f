"""draws: plans, campaigns, draws and their ceremonies."""

import sqlalchemy as sa
import sqlmodel
import suicha.infra.db
from alembic import op

revision = "b1f7a23c58d6"
down_revision = "e3b8f1d6a940"
branch_labels = None
depends_on = None

_REFUSAL = "a pool or a record that was written does not change"


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "draws_plan",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("document_number", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("approved_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("published_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["accounts_account.id"], name=op.f("fk_draws_plan_approved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws_plan")),
    )
    with op.batch_alter_table("draws_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draws_plan_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_draws_plan_year"), ["year"], unique=False)

    op.create_table(
        "draws_campaign",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("plan_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("short_code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("target_scope", sa.Text(), nullable=False),
        sa.Column("frequency", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("edition_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("jurisdictions", sa.JSON(), nullable=False),
        sa.Column("cross", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("authority", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("officers", sa.Integer(), nullable=False),
        sa.Column("experts", sa.Integer(), nullable=False),
        sa.Column("teams", sa.Integer(), nullable=True),
        sa.Column("most_visits", sa.Integer(), nullable=True),
        sa.Column("ratios", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("exclude_checked_within_months", sa.Integer(), nullable=True),
        sa.Column("yearly_limit", sa.Integer(), nullable=True),
        sa.Column("lead_department", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("created_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_hash"], ["checklists_edition.hash"], name=op.f("fk_draws_campaign_edition_hash")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["draws_plan.id"], name=op.f("fk_draws_campaign_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws_campaign")),
        sa.UniqueConstraint("short_code", name=op.f("uq_draws_campaign_short_code")),
    )
    with op.batch_alter_table("draws_campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draws_campaign_from_on"), ["from_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_draws_campaign_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_draws_campaign_scope"), ["scope"], unique=False)
        batch_op.create_index(batch_op.f("ix_draws_campaign_state"), ["state"], unique=False)

    op.create_table(
        "draws_draw",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("campaign_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("campaign_name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pool_digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("digest", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("unrevealed_account", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("unrevealed_name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
        sa.Column("void_causes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("parent_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("team", sa.Integer(), nullable=True),
        sa.Column("seat_kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("leaver_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("chosen_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("superseded_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("value_source", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
        sa.Column("value_key", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("site_count", sa.Integer(), nullable=False),
        sa.Column("inspector_count", sa.Integer(), nullable=False),
        sa.Column("drawn_count", sa.Integer(), nullable=True),
        sa.Column("team_count", sa.Integer(), nullable=True),
        sa.Column("frozen_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("closed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("valued_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("revealed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("sealed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("voided_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("superseded_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["draws_campaign.id"], name=op.f("fk_draws_draw_campaign_id")),
        sa.ForeignKeyConstraint(["chosen_id"], ["registry_inspector.id"], name=op.f("fk_draws_draw_chosen_id")),
        sa.ForeignKeyConstraint(["leaver_id"], ["registry_inspector.id"], name=op.f("fk_draws_draw_leaver_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["draws_draw.id"], name=op.f("fk_draws_draw_parent_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["draws_draw.id"], name=op.f("fk_draws_draw_superseded_by")),
        sa.ForeignKeyConstraint(
            ["unrevealed_account"], ["accounts_account.id"], name=op.f("fk_draws_draw_unrevealed_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws_draw")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_draws_draw_campaign_id_number")),
        sa.UniqueConstraint("value_key", name=op.f("uq_draws_draw_value_key")),
    )
    with op.batch_alter_table("draws_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draws_draw_state"), ["state"], unique=False)

    op.create_table(
        "draws_commitment",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("draw_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("official", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("commitment", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("committed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("secret", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("revealed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts_account.id"], name=op.f("fk_draws_commitment_account_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draws_draw.id"], name=op.f("fk_draws_commitment_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws_commitment")),
        sa.UniqueConstraint("draw_id", "account_id", name=op.f("uq_draws_commitment_draw_id_account_id")),
        sa.UniqueConstraint("draw_id", "official", name=op.f("uq_draws_commitment_draw_id_official")),
    )
    op.create_table(
        "draws_text",
        sa.Column("draw_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draws_draw.id"], name=op.f("fk_draws_text_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "kind", name=op.f("pk_draws_text")),
    )
    op.create_table(
        "draws_value_entry",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("draw_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("account_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts_account.id"], name=op.f("fk_draws_value_entry_account_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draws_draw.id"], name=op.f("fk_draws_value_entry_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws_value_entry")),
        sa.UniqueConstraint("draw_id", "n", name=op.f("uq_draws_value_entry_draw_id_n")),
    )
    _keep_texts()


def _keep_texts() -> None:
    """What was frozen or sealed is refused to everybody who would change it, on either database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER draws_text_no_{verb.lower()} BEFORE {verb} ON draws_text "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION draws_text_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER draws_text_kept BEFORE UPDATE OR DELETE ON draws_text "
        "FOR EACH ROW EXECUTE FUNCTION draws_text_kept()"
    )
