"""rectification: recheck visits and look-backs."""

revision = "ea012e65269b"
down_revision = "6fc075b50187"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
