"""Invitations to an organisation, and what its administrators did."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "team_0001"
down_revision = None
branch_labels = ("team",)
IS_OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    op.create_table(
        "team_invitation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("invited_by", sa.String(36), nullable=False),
        sa.Column("invited_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("closed_at", Instant()),
    )
    op.create_index(
        "team_invitation_open", "team_invitation", ["email"], postgresql_where=IS_OPEN, sqlite_where=IS_OPEN
    )
    op.create_index("team_invitation_over", "team_invitation", ["expires_at"])
    op.create_index("team_invitation_by_organisation", "team_invitation", ["organisation_id", "invited_at"])
    op.create_table(
        "team_act",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("person_id", sa.String(36)),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("team_act_by_organisation", "team_act", ["organisation_id", "at"])
    op.create_index("team_act_at", "team_act", ["at"])
