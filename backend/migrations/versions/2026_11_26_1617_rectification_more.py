"""rectification: what orders and deadlines need besides."""

revision = "c3806536f52d"
down_revision = "e9901aaf55f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
