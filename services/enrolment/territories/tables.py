"""``territory``: one row for each commune that one open Mission Locale serves."""

from sqlalchemy import Column, MetaData, String, Table

metadata = MetaData()

territory = Table(
    "territory",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("mission_locale", String(36), nullable=False),
)
