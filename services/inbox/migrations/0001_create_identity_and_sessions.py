"""Create identity, directory, sessions and preferences."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "inbox_0001"
down_revision = None
branch_labels = ("inbox",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("uai", sa.String(8), unique=True),
        sa.Column("siret", sa.String(14), unique=True),
        sa.Column("city", sa.String(100), nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.String(36), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("role", sa.String(40), primary_key=True),
    )
    op.create_index("membership_by_organisation", "membership", ["organisation_id", "role"])
    op.create_table(
        "directory",
        sa.Column("mission_locale_id", sa.String(36), sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("serves_kind", sa.String(10), primary_key=True),
        sa.Column("serves", sa.String(10), primary_key=True),
    )
    op.create_index("directory_by_served", "directory", ["serves_kind", "serves"])
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(36), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("organisation_id", sa.String(36), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
    )
    op.create_index("session_by_person", "session", ["person_id", "opened_at"])
    op.create_index("session_by_expiry", "session", ["expires_at"])
    op.create_table(
        "preference",
        sa.Column("person_id", sa.String(36), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("value", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("preference", "session", "directory", "membership", "person", "organisation"):
        op.drop_table(table)
