"""Of who signs on screen by a personal link it is known that this link opened the document."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "documents_0004"
down_revision = "documents_0003"
branch_labels = None


def upgrade() -> None:
    op.create_table(
        "document_opening",
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("signer", sa.String(40), primary_key=True),
        sa.Column("link_id", sa.String(36), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
    )
