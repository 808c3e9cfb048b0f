"""rectification: links, proof and its files."""

revision = "6fc075b50187"
down_revision = "6a39ce399c41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
