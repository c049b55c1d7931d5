"""Where registered definitions rest: their files by version, and which version of each process is active."""

from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, String, Table

from shared.database import Instant

metadata = MetaData()

process_definition = Table(
    "process_definition",
    metadata,
    Column("version", String(64), primary_key=True),  # SHA-256 of the files, in hexadecimal
    Column("process_id", String(100), nullable=False),
    Column("files", LargeBinary, nullable=False),  # a zip: bpmn/<name>, dmn/<name>, forms/<name>
    Column("registered_at", Instant, nullable=False),
)

active_definition = Table(
    "active_definition",
    metadata,
    Column("process_id", String(100), primary_key=True),
    Column("version", String(64), ForeignKey(process_definition.c.version), nullable=False),
    Column("since", Instant, nullable=False),
)
