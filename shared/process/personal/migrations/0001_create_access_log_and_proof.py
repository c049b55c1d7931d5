"""Who looked at whose file, and the append-only proof of what was erased."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "personal_0001"
down_revision = None
branch_labels = ("personal",)


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("hour", Instant, primary_key=True),
        sa.Column("person_id", sa.String(64), primary_key=True),
        sa.Column("organisation_id", sa.String(64), primary_key=True),
        sa.Column("what", sa.String(20), primary_key=True),
        sa.Column("person_name", sa.Text, nullable=False),
        sa.Column("organisation_kind", sa.String(40), nullable=False),
    )
    op.create_index("ix_access_log_person", "access_log", ["person_id", "hour"])
    op.create_table(
        "erasure_proof",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("erasure_id", sa.String(36), nullable=False, unique=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    _append_only("erasure_proof")


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
