"""Invitations, who acts for whom, and the record of what its administrators did. People stand here by their ids."""

from sqlalchemy import Column, Index, MetaData, String, Table, Text, text

from shared.database import Instant

metadata = MetaData()

IS_OPEN = text("status = 'open'")
"""Written out, not bound: only so do both back ends take the partial index, which no history slows."""

# roles: codes with a comma between. An invitation that is over its day is open in the table, and opens nothing.
team_invitation = Table(
    "team_invitation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organisation_id", String(36), nullable=False),
    Column("email", String(254), nullable=False),  # in small letters
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("invited_by", String(36), nullable=False),
    Column("invited_at", Instant(), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("status", String(10), nullable=False),  # open | accepted | revoked
    Column("closed_at", Instant()),
)
Index("team_invitation_open", team_invitation.c.email, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN)
Index("team_invitation_over", team_invitation.c.expires_at)
Index("team_invitation_by_organisation", team_invitation.c.organisation_id, team_invitation.c.invited_at)

# Rows are only added. detail: roles before and after, as codes; never a name.
team_act = Table(
    "team_act",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("by", String(36), nullable=False),
    Column("organisation_id", String(36), nullable=False),
    Column("what", String(20), nullable=False),
    Column("person_id", String(36)),
    Column("detail", Text, nullable=False),
)
Index("team_act_by_organisation", team_act.c.organisation_id, team_act.c.at)
Index("team_act_at", team_act.c.at)

# Who acts in whose place, between two instants; after them the row opens nothing, with no job that has to run.
# kind: absence | delegation | support. scope: of a delegation. reason: of support, as it was typed.
# giver_name: as histories have it, frozen, so that it can be found in them when the giver is forgotten (R40)
mandate = Table(
    "mandate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("organisation_id", String(36), nullable=False),
    Column("giver_id", String(36), nullable=False),
    Column("giver_name", String(201), nullable=False),
    Column("taker_id", String(36), nullable=False),
    Column("scope", String(20)),
    Column("reason", Text),
    Column("begins_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("made_by", String(36), nullable=False),
    Column("made_at", Instant(), nullable=False),
    Column("ended_at", Instant()),
)
Index("mandate_by_taker", mandate.c.taker_id, mandate.c.ends_at)
Index("mandate_by_giver", mandate.c.giver_id, mandate.c.ends_at)
Index("mandate_by_organisation", mandate.c.organisation_id, mandate.c.ends_at)
Index("mandate_by_kind", mandate.c.kind, mandate.c.made_at)
