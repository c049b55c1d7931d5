"""Which parcours were erased here: what still comes for them is refused."""

import sqlalchemy as sa
from alembic import op

revision = "personal_0002"
down_revision = "personal_0001"


def upgrade() -> None:
    op.create_table("erased_parcours", sa.Column("parcours_id", sa.String(36), primary_key=True))
