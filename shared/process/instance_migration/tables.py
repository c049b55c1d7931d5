"""Who moved which running parcours to another version, and what each was before: so that it can be put back."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from shared.database import Instant

metadata = MetaData()

migration = Table(
    "migration",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("process_id", String(100), nullable=False),
    Column("from_version", String(64), nullable=False),
    Column("to_version", String(64), nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", Text, nullable=False),
)
Index("ix_migration_started_at", migration.c.started_at)

migrated_instance = Table(
    "migrated_instance",
    metadata,
    Column("migration_id", String(36), ForeignKey(migration.c.id), primary_key=True),
    Column("instance_id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Column(
        "moves", Integer, nullable=False
    ),  # of the instance as it was left: one that moved on is not undone
    Column("state_after", String(64), nullable=False),  # SHA-256
    Column("went_on", Boolean, nullable=False),
    Column("state_before", LargeBinary, nullable=True),  # null: forgotten, since the instance has moved on
    Column("rows_before", JSON(none_as_null=True), nullable=True),
    Column("undone_at", Instant, nullable=True),
    Column("undone_by", String(64), nullable=True),
    Column("undone_by_name", Text, nullable=True),
)
Index("ix_migrated_instance_instance", migrated_instance.c.instance_id, migrated_instance.c.at)
IS_KEPT = migrated_instance.c.state_before.is_not(None)
Index("ix_migrated_instance_kept", migrated_instance.c.migration_id,
      postgresql_where=IS_KEPT, sqlite_where=IS_KEPT)  # fmt: skip
