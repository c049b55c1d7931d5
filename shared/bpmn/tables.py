"""Where running processes rest: the instance with its state, its timers, what it awaits, its incidents."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

from shared.database import Instant

metadata = MetaData()

instance = Table(
    "process_instance",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("process_id", String(100), nullable=False),
    Column("version", String(64), nullable=False),
    Column("status", String(10), nullable=False),  # running | incident | ended
    Column("state", LargeBinary, nullable=False),
    Column("label", Text, nullable=False),
    Column("etape", Integer, nullable=True),
    Column("position", JSON, nullable=False),  # ids of the elements where tokens wait
    Column("moves", Integer, nullable=False),
    Column("end_element", String(200), nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    Column("end_kind", String(10), nullable=True),  # completed | cancelled; null while it runs
    Column("end_text", Text, nullable=True),  # what the parcours's people read of a cancelled one
    UniqueConstraint("process_id", "parcours_id", name="uq_process_instance_parcours"),
)
Index("ix_process_instance_parcours", instance.c.parcours_id)
Index("ix_process_instance_open", instance.c.id, postgresql_where=instance.c.status != "ended",
      sqlite_where=instance.c.status != "ended")  # fmt: skip

timer = Table(
    "timer",
    metadata,
    Column("instance_id", String(36), ForeignKey(instance.c.id), primary_key=True),
    Column("timer_id", String(200), primary_key=True),
    Column("element_id", String(200), nullable=False),
    Column("due_at", Instant, nullable=False),
)
Index("ix_timer_due_at", timer.c.due_at)

awaited_message = Table(
    "awaited_message",
    metadata,
    Column("instance_id", String(36), ForeignKey(instance.c.id), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
)
Index("ix_awaited_message_correlation", awaited_message.c.name, awaited_message.c.parcours_id)

awaited_signal = Table(
    "awaited_signal",
    metadata,
    Column("instance_id", String(36), ForeignKey(instance.c.id), primary_key=True),
    Column("name", String(200), primary_key=True),
)
Index("ix_awaited_signal_name", awaited_signal.c.name)

# instance_id is no foreign key: a throw would then wait for whoever moves the receiver, and two for one another
signal_delivery = Table(
    "signal_delivery",
    metadata,
    Column("throw_id", String(36), primary_key=True),
    Column("instance_id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column(
        "hops", Integer, nullable=False
    ),  # how many throws before it, each made by handing over the one before
)
Index("ix_signal_delivery_instance", signal_delivery.c.instance_id)

incident = Table(
    "incident",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", String(36), ForeignKey(instance.c.id), nullable=False),
    Column("element_id", String(200), nullable=True),
    Column("code", String(100), nullable=False),
    Column("detail", Text, nullable=False),  # never personal data
    Column("move", String(40), nullable=False),  # what was tried: complete, receive, fire, …
    Column("origin", String(200), nullable=False, server_default=""),  # … of which element, or message type
    Column(
        "tried_by", String(200), nullable=False, server_default=""
    ),  # system, or an organisation's kind: roles
    Column(
        "input", JSON, nullable=False, server_default="[]"
    ),  # what came with it: names and kinds, no values
    Column("passed", JSON, nullable=False, server_default="[]"),  # ids of the elements passed on the way
    Column("version", String(64), nullable=False, server_default=""),  # the definition it failed with
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("occurred_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=True),  # of the last attempt
    Column("resolved_at", Instant, nullable=True),
)
Index("ix_incident_open", incident.c.instance_id, postgresql_where=incident.c.resolved_at.is_(None),
      sqlite_where=incident.c.resolved_at.is_(None))  # fmt: skip
