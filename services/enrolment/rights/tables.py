"""Erasures asked for, corrections made, records merged or told apart, and what people asked about their data."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# what leads to the person (pupil_id, pupils, parcours) is emptied when it is done
erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("pupil_id", sa.String(36)),
    sa.Column("cause", sa.String(20), nullable=False),  # retention | demande
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("asked_by", sa.String(64), nullable=False),
    sa.Column("asked_by_name", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),  # asked | refused | done
    sa.Column("pupils", sa.JSON, nullable=False),
    sa.Column("parcours", sa.JSON, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),  # service → "" when it has erased, else why not
    sa.Column("done_at", Instant),
    sa.Index("ix_erasure_pupil", "pupil_id"),
    sa.Index("ix_erasure_asked_at", "asked_at"),
)

rectification = sa.Table(
    "rectification",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("pupil_id", sa.String(36), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor_id", sa.String(64), nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("via", sa.String(10), nullable=False),  # person | import | merge
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),  # field → what it was
    sa.Column("after", sa.JSON, nullable=False),
    sa.Index("ix_rectification_pupil", "pupil_id", "id"),
)

# two records of which a person has said that they are not the same pupil's (R42); first < second
told_apart = sa.Table(
    "told_apart",
    metadata,
    sa.Column("first_id", sa.String(36), primary_key=True),
    sa.Column("second_id", sa.String(36), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor_id", sa.String(64), nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
)

merge = sa.Table(
    "merge",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kept_id", sa.String(36), nullable=False),
    sa.Column("gone_id", sa.String(36), nullable=False, unique=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor_id", sa.String(64), nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("gone", sa.JSON, nullable=False),  # the record as it was
    sa.Index("ix_merge_kept", "kept_id"),
)

# what somebody asked about her or his data (R41): no name, the record tells it while it is there
data_request = sa.Table(
    "data_request",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("pupil_id", sa.String(36)),
    sa.Column("kind", sa.String(20), nullable=False),  # acces | rectification | effacement
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("written_by", sa.String(64), nullable=False),
    sa.Column("written_by_name", sa.Text, nullable=False),
    sa.Column("answered_on", sa.Date),
    sa.Column("answer", sa.Text),
    sa.Index("ix_data_request_due", "due_on", "id"),
    sa.Index("ix_data_request_pupil", "pupil_id"),
)
