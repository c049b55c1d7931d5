"""The pupils that AvenirPro proposes for a parcours (R33)."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# phone and email: those that the pupil agreed to pass on, which may differ from the school's
proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("cycle_id", sa.String(36), primary_key=True),
    sa.Column("pupil_id", sa.String(36), primary_key=True),
    sa.Column("uai", sa.String(8), nullable=False),
    sa.Column("campagne", sa.String(9), nullable=False),
    sa.Column("intention", sa.String(20), nullable=False),
    sa.Column("agreed_on", sa.Date, nullable=False),
    sa.Column("phone", sa.String(16)),
    sa.Column("email", sa.String(254)),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Index("ix_proposal_lycee", "uai", "campagne"),
    sa.Index("ix_proposal_pupil", "pupil_id"),
)
