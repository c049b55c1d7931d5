"""When somebody's habilitation ended, and whether her or his data were erased since."""

from sqlalchemy import Column, Date, Index, MetaData, String, Table

metadata = MetaData()

ended = Table(
    "habilitation_ended",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("ended_on", Date, nullable=False),
    Column("erased_on", Date, nullable=True),
    Index("habilitation_ended_by_day", "ended_on"),
)
