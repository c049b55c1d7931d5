"""Takes longer than a statement of a request may take in its test."""

from alembic import op

revision = "large_0001"
down_revision = None
branch_labels = ("large",)
depends_on = None


def upgrade() -> None:
    op.execute("SELECT count(*) FROM generate_series(1, 3000000)")
