"""documents: verification codes and signed scans."""

import sqlalchemy as sa

import sqlmodel

import suicha.infra.db

from alembic import op

revision = "6a39ce399c41"
down_revision = "94d9fa9200b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "documents_scan",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("document_id", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_type", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("received_at", suicha.infra.db.UtcInstant(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=36), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents_document.id"], name=op.f("fk_documents_scan_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents_scan")),
    )
    with op.batch_alter_table("documents_scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_scan_document_id"), ["document_id"], unique=False)

    with op.batch_alter_table("documents_document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True))
        batch_op.add_column(sa.Column("facts_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.add_column(sa.Column("facts", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("agency", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", suicha.infra.db.UtcInstant(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_documents_document_code"), ["code"])
