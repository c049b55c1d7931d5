"""The record of what operators did; rows are added, never changed."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "process_0003"
down_revision = "process_0002"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "repair",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("via", sa.String(10), nullable=False),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
    )
    op.create_index("ix_repair_instance", "repair", ["instance_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        _append_only_in_postgresql()
    else:
        _append_only_in_sqlite()


def _append_only_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        "CREATE TRIGGER repair_append_only BEFORE UPDATE OR DELETE ON repair"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _append_only_in_sqlite() -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER repair_no_{event.lower()} BEFORE {event} ON repair"
            " BEGIN SELECT RAISE(ABORT, 'repair is append-only'); END"
        )
