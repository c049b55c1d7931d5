"""Tables of the workshops. Of a pupil: name, first name and class, which the lycée gave; never a birth date (R37)."""

import sqlalchemy as sa

from shared.database import Instant

metadata = sa.MetaData()

# id: subject of the process; mission_locale, france_travail: the operators, one of them at least (R31);
# erased_pupils: how many of its pupils have been erased, who stay in the figures
cycle = sa.Table(
    "cycle",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("instance_id", sa.String(36), nullable=False),
    sa.Column("uai", sa.String(8), nullable=False),
    sa.Column("campagne", sa.String(9), nullable=False),
    sa.Column("mission_locale", sa.String(36)),
    sa.Column("france_travail", sa.String(36)),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("erased_pupils", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.UniqueConstraint("uai", "campagne", name="uq_cycle_lycee"),
    sa.Index("ix_cycle_mission_locale", "mission_locale", "campagne"),
    sa.Index("ix_cycle_france_travail", "france_travail", "campagne"),
)

# lead_kind: mission_locale | france_travail; opens_at, closes_at: HH:MM; days: 1 (Monday) to 6, as "12345"
convention = sa.Table(
    "workshop_convention",
    metadata,
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
    sa.Column("lead_kind", sa.String(20), nullable=False),
    sa.Column("lead", sa.String(36), nullable=False),
    sa.Column("is_co_animated", sa.Boolean, nullable=False),
    sa.Column("signed_on", sa.Date, nullable=False),
    sa.Column("opens_at", sa.String(5), nullable=False),
    sa.Column("closes_at", sa.String(5), nullable=False),
    sa.Column("days", sa.String(6), nullable=False),
)

# the journal that the operators share (R31)
contact = sa.Table(
    "lycee_contact",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), nullable=False),
    sa.Column("contacted_on", sa.Date, nullable=False),
    sa.Column("interlocutor", sa.String(200), nullable=False),
    sa.Column("answer", sa.String(1000), nullable=False),
    sa.Column("author", sa.String(36), nullable=False),
    sa.Column("author_name", sa.String(200), nullable=False),
    sa.Column("organisation", sa.String(36), nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sa.Index("ix_lycee_contact_cycle", "cycle_id", "contacted_on", "id"),
)

pupil = sa.Table(
    "cycle_pupil",
    metadata,
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
    sa.Column("pupil_id", sa.String(36), primary_key=True),
    sa.Column("family_name", sa.String(100), nullable=False),
    sa.Column("given_name", sa.String(100), nullable=False),
    sa.Column("class_code", sa.String(30), nullable=False),
    sa.Column("enrolled_at", Instant, nullable=False),
    sa.Index("ix_cycle_pupil_pupil", "pupil_id"),
)

# status: planned | closed | cancelled; reason: of the cancellation, or of the last postponement from moved_from
session = sa.Table(
    "workshop_session",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), nullable=False),
    sa.Column("workshop", sa.Integer, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("is_outside", sa.Boolean, nullable=False),
    sa.Column("format", sa.String(100), nullable=False),
    sa.Column("animators", sa.String(300), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300)),
    sa.Column("moved_from", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.String(200)),
    sa.Index("ix_workshop_session_cycle", "cycle_id", "workshop", "starts_at"),
)

# status: prescrit | realise | refus_jeune | refus_tiers | reporte (to another session of the same workshop);
# pupil_id: of an erased pupil another one at each closed sheet, which names nobody
attendance = sa.Table(
    "workshop_attendance",
    metadata,
    sa.Column("session_id", sa.String(36), sa.ForeignKey("workshop_session.id"), primary_key=True),
    sa.Column("pupil_id", sa.String(36), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
)

# a workshop that will not take place in this cycle
given_up = sa.Table(
    "workshop_given_up",
    metadata,
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
    sa.Column("workshop", sa.Integer, primary_key=True),
    sa.Column("reason", sa.String(300), nullable=False),
)

# wished_on: the pupil's own wish (R30); held_on: the interview
interview = sa.Table(
    "workshop_interview",
    metadata,
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
    sa.Column("pupil_id", sa.String(36), primary_key=True),
    sa.Column("wished_on", sa.Date),
    sa.Column("held_on", sa.Date),
)

# agreed_on: the pupil's agreement, without which nothing but "not said" is kept (R33)
intention = sa.Table(
    "workshop_intention",
    metadata,
    sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
    sa.Column("pupil_id", sa.String(36), primary_key=True),
    sa.Column("intention", sa.String(20), nullable=False),
    sa.Column("has_solution", sa.Boolean, nullable=False),
    sa.Column("agreed_on", sa.Date),
    sa.Column("phone", sa.String(16)),
    sa.Column("email", sa.String(254)),
)
