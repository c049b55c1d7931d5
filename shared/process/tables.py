"""What people may read of a parcours in this service: its story, its milestones, which organisations have a part.

And what operators did to one: ``repair``, to which the database itself lets nobody do more than add.
"""

from sqlalchemy import JSON, Column, Index, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

story = Table(
    "story",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", String(36), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("type", String(40), nullable=False),
    Column("event", String(20), nullable=False),
    Column("side", String(10), nullable=False),
    Column("organisation_kind", String(40), nullable=True),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", Text, nullable=False),
)
Index("ix_story_parcours", story.c.parcours_id, story.c.id)

jalon = Table(
    "jalon",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("name", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("process_id", String(200), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("value", String(64), nullable=True),
)
Index("ix_jalon_parcours", jalon.c.parcours_id, jalon.c.name)
Index("ix_jalon_at", jalon.c.name, jalon.c.at)

party = Table(
    "party",
    metadata,
    Column("parcours_id", String(36), primary_key=True),
    Column("organisation", String(64), primary_key=True),
    Column("organisation_kind", String(40), nullable=False),
    Column("since", Instant, nullable=False),
)
Index("ix_party_organisation", party.c.organisation, party.c.parcours_id)

repair = Table(
    "repair",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("via", String(10), nullable=False),  # command | api
    Column("instance_id", String(36), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("action", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", String(10), nullable=False),  # done | released | failed
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
)
Index("ix_repair_instance", repair.c.instance_id, repair.c.id)
