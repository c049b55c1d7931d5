"""Personal links of the young person and of the responsables légaux."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "family_0001"
down_revision = None
branch_labels = ("family",)


def upgrade() -> None:
    op.create_table(
        "family_link",
        sa.Column("parcours_id", sa.String(36), primary_key=True),
        sa.Column("signer", sa.String(30), primary_key=True),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.Column("given", sa.String(10), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant()),
        sa.Column("revoked_at", Instant()),
        sa.Column("revoked_by", sa.String(36)),
    )
    op.create_index("uq_family_link_token", "family_link", ["token_hash"], unique=True)
