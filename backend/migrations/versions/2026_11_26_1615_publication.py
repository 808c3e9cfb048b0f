"""publication."""

revision = "fdaf829f905c"
down_revision = "ab42be7a6818"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
