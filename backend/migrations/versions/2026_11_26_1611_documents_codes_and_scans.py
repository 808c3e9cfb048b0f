"""documents: verification codes and signed scans."""

revision = "6a39ce399c41"
down_revision = "94d9fa9200b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
