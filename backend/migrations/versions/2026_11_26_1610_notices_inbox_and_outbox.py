"""notices: inbox, outbox and choices."""

revision = "94d9fa9200b8"
down_revision = "c4aa01e95d10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
