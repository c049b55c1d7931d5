"""``campagne``: one row for each version ever published; nothing is changed or taken away."""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

campagne = Table(
    "campagne",
    metadata,
    Column("code", String(9), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("data", JSON, nullable=False),  # shared.parcours.campagne_data.to_json
    Column("at", Instant, nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("author_name", Text, nullable=False),
)
