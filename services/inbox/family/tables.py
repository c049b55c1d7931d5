"""Personal links: at most one row for each person of a parcours's family, however often one is given."""

from sqlalchemy import Column, Index, MetaData, String, Table

from shared.database import Instant

metadata = MetaData()

# signer: eleve | responsable_legal | responsable_legal_2. Instants are of the business clock.
# token_hash: SHA-256 of the code, so that a copy of this table opens nobody's page; null once revoked
family_link = Table(
    "family_link",
    metadata,
    Column("parcours_id", String(36), primary_key=True),
    Column("signer", String(30), primary_key=True),
    Column("id", String(36), nullable=False),
    Column("token_hash", String(64)),
    Column("person", String(4)),  # the mark of who it is for; null: of a release that had none
    Column("given", String(10), nullable=False),  # courriel | sms | papier
    Column("made_at", Instant(), nullable=False),
    Column("made_by", String(36), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("seen_at", Instant()),  # opened last, to the hour
    Column("revoked_at", Instant()),
    Column("revoked_by", String(36)),
    Index("uq_family_link_token", "token_hash", unique=True),
)
