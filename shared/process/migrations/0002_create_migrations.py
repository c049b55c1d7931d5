"""Which running parcours were moved to another version, by whom, and what they were before."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "process_0002"
down_revision = "process_0001"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "migration",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("from_version", sa.String(64), nullable=False),
        sa.Column("to_version", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
    )
    op.create_index("ix_migration_started_at", "migration", ["started_at"])
    op.create_table(
        "migrated_instance",
        sa.Column("migration_id", sa.String(36), sa.ForeignKey("migration.id"), primary_key=True),
        sa.Column("instance_id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("state_after", sa.String(64), nullable=False),
        sa.Column("went_on", sa.Boolean, nullable=False),
        sa.Column("state_before", sa.LargeBinary, nullable=True),
        sa.Column("rows_before", sa.JSON, nullable=True),
        sa.Column("undone_at", Instant, nullable=True),
        sa.Column("undone_by", sa.String(64), nullable=True),
        sa.Column("undone_by_name", sa.Text, nullable=True),
    )
    op.create_index("ix_migrated_instance_instance", "migrated_instance", ["instance_id", "at"])
    kept = sa.text("state_before IS NOT NULL")
    op.create_index(
        "ix_migrated_instance_kept", "migrated_instance", ["migration_id"],
        postgresql_where=kept, sqlite_where=kept,
    )  # fmt: skip
