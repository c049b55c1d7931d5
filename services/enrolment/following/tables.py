"""The number that a Mission Locale's own software (i-Milo) has for a young person."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# of one organisation: after a transfer the next Mission Locale has a dossier of its own
imilo = sa.Table(
    "imilo_dossier",
    metadata,
    sa.Column("parcours_id", sa.String(36), primary_key=True),
    sa.Column("organisation_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Column("written_by", sa.String(64), nullable=False),
    sa.Column("written_by_name", sa.Text, nullable=False),
)
