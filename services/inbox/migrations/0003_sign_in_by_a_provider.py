"""People sign in by an OpenID provider: whose account it is, and what a session keeps of it."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "inbox_0003"
down_revision = "inbox_0002"
branch_labels = None


def upgrade() -> None:
    op.add_column("person", sa.Column("email", sa.String(254), nullable=True))
    op.create_index("uq_person_email", "person", ["email"], unique=True)
    op.create_table(
        "account",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
    )
    op.create_index("uq_account_person", "account", ["person_id", "issuer"], unique=True)
    op.add_column("session", sa.Column("device", sa.String(60), nullable=True))
    op.add_column("session", sa.Column("id_token", sa.Text, nullable=True))
