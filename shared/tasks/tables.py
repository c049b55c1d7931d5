"""People's tasks at rest: the task with its draft, its comments, its history; and answers already given."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from shared.database import Instant

metadata = MetaData()

IS_OPEN = text("status = 'open'")
IS_DONE = text("status <> 'open'")
HAS_KEY = text("completion_key IS NOT NULL")
"""Written out, not bound: only so do both back ends take the partial indexes, which no history slows."""

task = Table(
    "task",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("instance_id", String(36), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("process_id", String(100), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("objet", Text, nullable=True),  # which of several tasks alike it is
    Column("subject", Text, nullable=False),  # the instance's short title
    Column("etape", SmallInteger, nullable=True),
    Column("side", String(10), nullable=False),  # lycee | ml | both: whose eyes it is for
    Column("organisation_kind", String(40), nullable=False),
    Column("organisation_id", String(64), nullable=False),
    Column("role", String(40), nullable=True),
    Column("assignee", String(64), nullable=True),
    Column("assignee_name", Text, nullable=True),
    Column("assigned_at", Instant, nullable=True),
    Column("form", String(100), nullable=True),
    Column("due_on", Date, nullable=True),  # a whole day, or …
    Column("due_at", Instant, nullable=True),  # … an instant, or neither
    Column("due_sort", Instant, nullable=False),  # either of them as an instant; NEVER for neither
    Column("follow_up_on", Date, nullable=True),
    Column("priority", SmallInteger, nullable=False),
    Column("status", String(10), nullable=False),  # open | completed | cancelled
    Column("version", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("completed_at", Instant, nullable=True),  # when it was closed, cancelled too
    Column("completed_by", String(64), nullable=True),
    Column("completed_by_name", Text, nullable=True),
    Column(
        "definition_version", String(64), nullable=True
    ),  # of a closed task whose instance has another now
    Column("completion_key", String(200), nullable=True),  # the idempotency key under which it was completed
    Column("completion_request", String(64), nullable=True),  # SHA-256 of what was asked under it
    Column("draft", JSON(none_as_null=True), nullable=True),
    Column("draft_by", String(64), nullable=True),
    Column("draft_by_name", Text, nullable=True),
    Column("draft_at", Instant, nullable=True),
    Column("draft_page", String(36), nullable=True),  # that wrote it last, and had all of it
)
Index(
    "ix_task_open", task.c.organisation_id, task.c.due_sort, task.c.id,
    postgresql_where=IS_OPEN, sqlite_where=IS_OPEN,
)  # fmt: skip
Index(
    "ix_task_done", task.c.organisation_id, task.c.completed_at.desc(), task.c.id,
    postgresql_where=IS_DONE, sqlite_where=IS_DONE,
)  # fmt: skip
COMPLETION_KEY = Index(
    "uq_task_completion", task.c.completed_by, task.c.completion_key, unique=True,
    postgresql_where=HAS_KEY, sqlite_where=HAS_KEY,
)  # fmt: skip
Index(
    "ix_task_open_parcours", task.c.parcours_id, task.c.due_sort, task.c.id,
    postgresql_where=IS_OPEN, sqlite_where=IS_OPEN,
)  # fmt: skip
Index("ix_task_parcours", task.c.parcours_id, task.c.due_sort, task.c.id)
Index("ix_task_instance", task.c.instance_id)

task_comment = Table(
    "task_comment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("task_id", String(36), ForeignKey(task.c.id, ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", String(64), nullable=False),
    Column("author_name", Text, nullable=False),
    Column("organisation_kind", String(40), nullable=False),
    Column("organisation_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("private", Boolean, nullable=False),
)
Index("ix_task_comment_task", task_comment.c.task_id, task_comment.c.id)

task_event = Table(
    "task_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("task_id", String(36), ForeignKey(task.c.id, ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(20), nullable=False),
    Column("actor", String(64), nullable=True),  # null: the process itself
    Column("actor_name", Text, nullable=True),
    Column("detail", Text, nullable=True),
)
Index("ix_task_event_task", task_event.c.task_id, task_event.c.id)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),  # SHA-256 of what was asked
    Column("answer", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_idempotency_at", idempotency.c.at)
