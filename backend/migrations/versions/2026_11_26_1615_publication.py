"""publication."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "fdaf829f905c"
down_revision = "ab42be7a6818"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "publication_publication",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("inspection_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("jurisdiction", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("proposed_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_due_uncertain", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("edited_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("withdrawn_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
        sa.Column("campaign", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("site", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("enterprise", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
        sa.Column("uscc", sqlmodel.sql.sqltypes.AutoString(length=18), nullable=True),
        sa.Column("district", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["accounts_account.id"], name=op.f("fk_publication_publication_edited_by")
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections_inspection.id"], name=op.f("fk_publication_publication_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_publication")),
        sa.UniqueConstraint("inspection_id", name=op.f("uq_publication_publication_inspection_id")),
    )
    with op.batch_alter_table("publication_publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_publication_campaign"), ["campaign"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_publication_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_publication_jurisdiction"), ["jurisdiction"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_publication_published_on"), ["published_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_publication_publication_state"), ["state"], unique=False)

    op.create_table(
        "publication_category",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("publication_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication_publication.id"], name=op.f("fk_publication_category_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_category")),
        sa.UniqueConstraint("publication_id", "code", name=op.f("uq_publication_category_publication_id_code")),
    )
    with op.batch_alter_table("publication_category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_category_code"), ["code"], unique=False)

    op.create_table(
        "publication_revision",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("publication_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts_account.id"], name=op.f("fk_publication_revision_by")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication_publication.id"], name=op.f("fk_publication_revision_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_revision")),
        sa.UniqueConstraint("publication_id", "n", name=op.f("uq_publication_revision_publication_id_n")),
    )
    keep_revisions()


def keep_revisions() -> None:
    """What was published cannot be changed or removed, whoever asks the database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER publication_revision_no_{verb.lower()} BEFORE {verb} ON publication_revision "
                "BEGIN SELECT RAISE(ABORT, 'a published text is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION publication_revision_kept() RETURNS trigger AS $$ "
        "BEGIN RAISE EXCEPTION 'a published text is never changed'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER publication_revision_kept BEFORE UPDATE OR DELETE ON publication_revision "
        "FOR EACH ROW EXECUTE FUNCTION publication_revision_kept()"
    )
