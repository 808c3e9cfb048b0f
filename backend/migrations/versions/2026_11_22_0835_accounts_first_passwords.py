"""accounts: a first password is changed before anything else."""

import sqlalchemy as sa
from alembic import op

revision = "a7c5d9e2f013"
down_revision = "c41d7e0a9b52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    with op.batch_alter_table("accounts_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
