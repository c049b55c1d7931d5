"""Tables of the notifications: addresses, the open tasks as far as people are told of them, notices, outgoing mail."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from shared.database import Instant

metadata = MetaData()

PENDING = text("state = 'pending'")
QUEUED = text("state = 'queued'")
CLOSED = text("closed_at IS NOT NULL")
OPEN = text("closed_at IS NULL")
"""Written out, not bound: only so do both back ends take the partial indexes, which no history slows."""

contact = Table(
    "contact",
    metadata,
    Column("person_id", String(36), primary_key=True),
    Column("email", String(254)),
    Column("phone", String(16)),  # E.164: +33612345678
    Column("updated_at", Instant(), nullable=False),
    Column("updated_by", String(64), nullable=False),
)

# One row a task; with closed_at, it stays for a while so that news that come late find it closed.
told_task = Table(
    "told_task",
    metadata,
    Column("task_id", String(36), primary_key=True),
    Column("service", String(40), nullable=False),
    Column("instance_id", String(36), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("name", Text),
    Column("first_name", Text),
    Column("organisation_id", String(64)),
    Column("role", String(40)),
    Column("assignee", String(64)),
    Column("due", String(40)),  # a whole day or an instant, ISO text
    Column(
        "near_at", Instant()
    ),  # when its people are to be told that it is due soon; null: they need not be, or were
    Column("late_at", Instant()),  # the same of its being late
    Column("is_sms_off", Boolean, nullable=False, server_default=false()),  # the campagne sends none
    Column("closed_at", Instant()),
)
Index("told_task_near", told_task.c.near_at, postgresql_where=text("near_at IS NOT NULL"),
      sqlite_where=text("near_at IS NOT NULL"))  # fmt: skip
Index("told_task_late", told_task.c.late_at, postgresql_where=text("late_at IS NOT NULL"),
      sqlite_where=text("late_at IS NOT NULL"))  # fmt: skip
Index("told_task_closed", told_task.c.closed_at, postgresql_where=CLOSED, sqlite_where=CLOSED)
Index("told_task_instance", told_task.c.instance_id)
Index("told_task_parcours", told_task.c.parcours_id)

# What one person is to be told, once: `about` is a task's id, or the key of what else it is about.
notice = Table(
    "notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", String(80), nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("state", String(12), nullable=False),  # pending | told | dropped
    Column("due_at", Instant(), nullable=False),  # business time: not told before
    Column("is_urgent", Boolean, nullable=False),
    Column("is_sms_off", Boolean, nullable=False, server_default=false()),  # the campagne sends none
    Column("settled_at", Instant()),  # business time: when it was told or dropped
    Column("mail_id", String(36)),  # which e-mail told it
)
Index("uq_notice", notice.c.person_id, notice.c.kind, notice.c.about, unique=True)
Index("notice_pending", notice.c.due_at, notice.c.person_id, postgresql_where=PENDING, sqlite_where=PENDING)
Index("notice_settled", notice.c.settled_at)
Index("notice_reminded", notice.c.person_id, notice.c.settled_at)
Index("notice_parcours", notice.c.parcours_id)

mail = Table(
    "mail",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("channel", String(10), nullable=False),  # email | sms
    Column("person_id", String(36)),  # null: a pupil or parent, who has no account
    Column("parcours_id", String(36)),  # where it is about one
    Column("recipient", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("invitation", LargeBinary),  # ICS
    Column("invitation_method", String(10)),  # REQUEST | CANCEL
    Column("state", String(10), nullable=False),  # queued | sent | failed
    Column("is_urgent", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Instant(), nullable=False),  # system time: not tried before
    Column("created_at", Instant(), nullable=False),  # business time, like sent_at
    Column("sent_at", Instant()),
    Column("reason", String(100)),  # why the last attempt failed: a code, no personal data
    Column("is_secret", Boolean, nullable=False, server_default=false()),  # its body goes once it has left
)
Index("mail_queued", mail.c.due_at, mail.c.id, postgresql_where=QUEUED, sqlite_where=QUEUED)
Index("mail_created", mail.c.created_at)
Index("mail_parcours", mail.c.parcours_id)

# A rendez-vous as it was last announced: its key is the calendar's UID, its sequence grows with each change.
appointment = Table(
    "appointment",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("parcours_id", String(36), nullable=False),
    Column("first_name", Text),
    Column("title", Text, nullable=False),
    Column("starts", String(40)),  # null: cancelled
    Column("ends", String(40)),
    Column("place", Text),
    Column("people", Text, nullable=False),  # JSON lists
    Column("emails", Text, nullable=False),
    Column("phones", Text, nullable=False),
    Column("remind_at", Instant()),  # business time: when the pupil's reminder is due; null: not, or done
    Column("is_sms_off", Boolean, nullable=False, server_default=false()),
    Column("updated_at", Instant(), nullable=False),
)
Index("appointment_remind", appointment.c.remind_at, postgresql_where=text("remind_at IS NOT NULL"),
      sqlite_where=text("remind_at IS NOT NULL"))  # fmt: skip
Index("appointment_updated", appointment.c.updated_at)
Index("appointment_parcours", appointment.c.parcours_id)
