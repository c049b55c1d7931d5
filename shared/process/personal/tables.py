"""Who looked at whose file (R41), and the proof of what was erased (R40), to which one can only add."""

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

# one row for a person, a parcours, a kind of reading and an hour: it does not grow with clicks
access = Table(
    "access_log",
    metadata,
    Column("parcours_id", String(36), primary_key=True),  # for what=ateliers: the cycle of workshops
    Column("hour", Instant, primary_key=True),  # its beginning
    Column("person_id", String(64), primary_key=True),
    Column("organisation_id", String(64), primary_key=True),
    Column(
        "what", String(20), primary_key=True
    ),  # parcours | task | export | operator | ateliers | refused | support
    Column("person_name", Text, nullable=False),
    Column("organisation_kind", String(40), nullable=False),
)
Index("ix_access_log_person", access.c.person_id, access.c.hour)

# nothing in it leads to the person: the ids that it names are those of the erasure alone
erasure_proof = Table(
    "erasure_proof",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3, …
    Column("erasure_id", String(36), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("cause", String(20), nullable=False),  # retention | demande
    Column("counts", JSON, nullable=False),  # table → rows erased or emptied
    Column("digest", String(64), nullable=False),  # SHA-256 over this row and the digest before it
)

# so that nothing of them comes back with a message that was still on its way
erased_parcours = Table("erased_parcours", metadata, Column("parcours_id", String(36), primary_key=True))
