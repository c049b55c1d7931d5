"""Personal links are for one person: the mark by which enrolment knows her or him."""

import sqlalchemy as sa
from alembic import op

revision = "family_0002"
down_revision = "family_0001"


def upgrade() -> None:
    op.add_column("family_link", sa.Column("person", sa.String(4)))
