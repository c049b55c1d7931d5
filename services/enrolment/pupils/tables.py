"""Tables of pupils. Names, contact data and identifiers live here and in no other service's table."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# PostgreSQL sorts by bytes as SQLite does, so that pages are the same on both
_SORTED = sa.String(250).with_variant(sa.String(250, collation="C"), "postgresql")

pupil = sa.Table(
    "pupil",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("uai", sa.String(8), nullable=False),
    sa.Column("ine", sa.String(11)),
    sa.Column("former_ine", sa.String(11)),
    sa.Column("family_name", sa.String(100), nullable=False),
    sa.Column("usage_name", sa.String(100)),
    sa.Column("given_name", sa.String(100), nullable=False),
    sa.Column("born_on", sa.Date, nullable=False),
    sa.Column("mef", sa.String(10), nullable=False),
    sa.Column("status_code", sa.String(4)),
    sa.Column("left_on", sa.Date),
    sa.Column("class_code", sa.String(30)),
    sa.Column("phone", sa.String(16)),
    sa.Column("email", sa.String(254)),
    sa.Column("commune_code", sa.String(5)),
    sa.Column("address", sa.String(300)),
    sa.Column("sendable_from", sa.Date, nullable=False),
    sa.Column("name_key", _SORTED, nullable=False),
    sa.Column("search_text", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.UniqueConstraint("uai", "ine", name="uq_pupil_ine"),
    sa.UniqueConstraint("uai", "former_ine", name="uq_pupil_former_ine"),
    sa.Index("ix_pupil_name", "uai", "name_key", "id"),
)

opened_parcours = sa.Table(
    "opened_parcours",
    metadata,
    sa.Column("parcours_id", sa.String(36), primary_key=True),
    sa.Column("pupil_id", sa.String(36), sa.ForeignKey("pupil.id"), nullable=False),
    sa.Column("campagne", sa.String(9), nullable=False),
    sa.Column("opened_by", sa.String(100), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("set_aside_at", Instant),  # it was cancelled or led to no admission, and another may stand
)
_STANDS = opened_parcours.c.set_aside_at.is_(None)
sa.Index("uq_opened_parcours_stands", opened_parcours.c.pupil_id, opened_parcours.c.campagne, unique=True,
         postgresql_where=_STANDS, sqlite_where=_STANDS)  # fmt: skip
sa.Index("ix_opened_parcours_pupil", opened_parcours.c.pupil_id)
