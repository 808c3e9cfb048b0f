"""rectification: links, proof and its files."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "6fc075b50187"
down_revision = "6a39ce399c41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "rectification_secret",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rectification_secret")),
    )
    op.create_table(
        "evidence_likeness",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("b0", sa.Integer(), nullable=True),
        sa.Column("b1", sa.Integer(), nullable=True),
        sa.Column("b2", sa.Integer(), nullable=True),
        sa.Column("b3", sa.Integer(), nullable=True),
        sa.Column("b4", sa.Integer(), nullable=True),
        sa.Column("b5", sa.Integer(), nullable=True),
        sa.Column("b6", sa.Integer(), nullable=True),
        sa.Column("b7", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_blob.sha256"], name=op.f("fk_evidence_likeness_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_likeness")),
    )
    with op.batch_alter_table("evidence_likeness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b0"), ["b0"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b1"), ["b1"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b2"), ["b2"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b3"), ["b3"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b4"), ["b4"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b5"), ["b5"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b6"), ["b6"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_likeness_b7"), ["b7"], unique=False)

    op.create_table(
        "rectification_link",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("order_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("made_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("revoked_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("revoked_by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("last_wrong_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("locked_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("opened_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["rectification_order.id"], name=op.f("fk_rectification_link_order_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["accounts_account.id"], name=op.f("fk_rectification_link_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_link")),
    )
    with op.batch_alter_table("rectification_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_link_order_id"), ["order_id"], unique=False)

    op.create_table(
        "rectification_partial",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("problem_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("order_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("length_bytes", sa.Integer(), nullable=False),
        sa.Column("offset_bytes", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.JSON(), nullable=False),
        sa.Column("updated_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["rectification_order.id"], name=op.f("fk_rectification_partial_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["rectification_problem.id"], name=op.f("fk_rectification_partial_problem_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_partial")),
        sa.UniqueConstraint("problem_id", "sha256", name=op.f("uq_rectification_partial_problem_id_sha256")),
    )
    with op.batch_alter_table("rectification_partial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_partial_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_partial_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "rectification_portal_session",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("link_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("made_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("expires_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["rectification_link.id"], name=op.f("fk_rectification_portal_session_link_id")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_rectification_portal_session")),
    )
    with op.batch_alter_table("rectification_portal_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_portal_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_portal_session_link_id"), ["link_id"], unique=False)

    op.create_table(
        "rectification_proof_file",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("order_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("problem_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("submission_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("received_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["rectification_order.id"], name=op.f("fk_rectification_proof_file_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["rectification_problem.id"], name=op.f("fk_rectification_proof_file_problem_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["rectification_submission.id"], name=op.f("fk_rectification_proof_file_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_proof_file")),
        sa.UniqueConstraint(
            "problem_id",
            "sha256",
            "submission_id",
            name=op.f("uq_rectification_proof_file_problem_id_sha256_submission_id"),
        ),
    )
    with op.batch_alter_table("rectification_proof_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_proof_file_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_proof_file_problem_id"), ["problem_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_proof_file_received_at"), ["received_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_proof_file_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_rectification_proof_file_submission_id"), ["submission_id"], unique=False)
