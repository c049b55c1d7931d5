"""AvenirPro: cycles of workshops, their conventions, journal, pupils, sessions, sheets and intentions."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "ateliers_0001"
down_revision = None
branch_labels = ("ateliers",)


def upgrade() -> None:
    op.create_table(
        "cycle",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("uai", sa.String(8), nullable=False),
        sa.Column("campagne", sa.String(9), nullable=False),
        sa.Column("mission_locale", sa.String(36)),
        sa.Column("france_travail", sa.String(36)),
        sa.Column("opened_at", Instant, nullable=False),
        sa.UniqueConstraint("uai", "campagne", name="uq_cycle_lycee"),
    )
    op.create_index("ix_cycle_mission_locale", "cycle", ["mission_locale", "campagne"])
    op.create_index("ix_cycle_france_travail", "cycle", ["france_travail", "campagne"])
    op.create_table(
        "workshop_convention",
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
        sa.Column("lead_kind", sa.String(20), nullable=False),
        sa.Column("lead", sa.String(36), nullable=False),
        sa.Column("is_co_animated", sa.Boolean, nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("opens_at", sa.String(5), nullable=False),
        sa.Column("closes_at", sa.String(5), nullable=False),
        sa.Column("days", sa.String(6), nullable=False),
    )
    op.create_table(
        "lycee_contact",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("contacted_on", sa.Date, nullable=False),
        sa.Column("interlocutor", sa.String(200), nullable=False),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.Column("author", sa.String(36), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(36), nullable=False),
        sa.Column("written_at", Instant, nullable=False),
    )
    op.create_index("ix_lycee_contact_cycle", "lycee_contact", ["cycle_id", "contacted_on", "id"])
    op.create_table(
        "cycle_pupil",
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
        sa.Column("pupil_id", sa.String(36), primary_key=True),
        sa.Column("family_name", sa.String(100), nullable=False),
        sa.Column("given_name", sa.String(100), nullable=False),
        sa.Column("class_code", sa.String(30), nullable=False),
        sa.Column("enrolled_at", Instant, nullable=False),
    )
    op.create_index("ix_cycle_pupil_pupil", "cycle_pupil", ["pupil_id"])
    op.create_table(
        "workshop_session",
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
    )
    op.create_index("ix_workshop_session_cycle", "workshop_session", ["cycle_id", "workshop", "starts_at"])
    op.create_table(
        "workshop_attendance",
        sa.Column("session_id", sa.String(36), sa.ForeignKey("workshop_session.id"), primary_key=True),
        sa.Column("pupil_id", sa.String(36), primary_key=True),
        sa.Column("status", sa.String(12), nullable=False),
    )
    op.create_table(
        "workshop_given_up",
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
        sa.Column("workshop", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String(300), nullable=False),
    )
    op.create_table(
        "workshop_interview",
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
        sa.Column("pupil_id", sa.String(36), primary_key=True),
        sa.Column("wished_on", sa.Date),
        sa.Column("held_on", sa.Date),
    )
    op.create_table(
        "workshop_intention",
        sa.Column("cycle_id", sa.String(36), sa.ForeignKey("cycle.id"), primary_key=True),
        sa.Column("pupil_id", sa.String(36), primary_key=True),
        sa.Column("intention", sa.String(20), nullable=False),
        sa.Column("has_solution", sa.Boolean, nullable=False),
        sa.Column("agreed_on", sa.Date),
        sa.Column("phone", sa.String(16)),
        sa.Column("email", sa.String(254)),
    )
