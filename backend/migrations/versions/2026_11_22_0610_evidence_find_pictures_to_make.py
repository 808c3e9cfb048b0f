"""evidence: find the pictures to make by their state."""

from alembic import op

revision = "c41d7e0a9b52"
down_revision = "9c9ef8937bb6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    with op.batch_alter_table("evidence_derivative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_derivative_state"), ["state"], unique=False)
