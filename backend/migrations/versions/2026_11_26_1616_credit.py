"""credit."""

revision = "e9901aaf55f1"
down_revision = "fdaf829f905c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
