"""The versions of the campagnes; rows are added, never changed."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "campagnes_0001"
down_revision = None
branch_labels = ("campagnes",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campagne",
        sa.Column("code", sa.String(9), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("author_id", sa.String(64), nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _append_only_in_postgresql()
    else:
        _append_only_in_sqlite()


def _append_only_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_campagne_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'campagne is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER campagne_append_only BEFORE UPDATE OR DELETE ON campagne"
        " FOR EACH ROW EXECUTE FUNCTION refuse_campagne_change()"
    )


def _append_only_in_sqlite() -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER campagne_no_{event.lower()} BEFORE {event} ON campagne"
            " BEGIN SELECT RAISE(ABORT, 'campagne is append-only'); END"
        )
