"""inspections: late records decided and addenda."""

revision = "ab42be7a6818"
down_revision = "ea012e65269b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
