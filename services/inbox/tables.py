"""Tables of the inbox: identity, directory, sessions, preferences."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text

from shared.database import Instant

metadata = MetaData()

# id: a lycée's UAI, a Mission Locale's short code. kind: lycee | mission_locale | france_travail | system
# closed_on: from that day no longer offered, never deleted
organisation = Table(
    "organisation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("uai", String(8), unique=True),
    Column("siret", String(14), unique=True),
    Column("city", String(100), nullable=False),
    Column("academie", String(40)),
    Column("closed_on", Date),
)

# email: the address by which a sign-in provider's account becomes this person's at the first sign-in; in small
# letters, written by the directory's import only (colleagues write `contact.email`, which opens nothing)
person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("email", String(254)),
    Index("uq_person_email", "email", unique=True),
)

# Whose account at which provider; once written, the address no longer matters. A person has one at each.
account = Table(
    "account",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("linked_at", Instant(), nullable=False),
    Index("uq_account_person", "person_id", "issuer", unique=True),
)

membership = Table(
    "membership",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True),
    Column("role", String(40), primary_key=True),
    Index("membership_by_organisation", "organisation_id", "role"),
)

# serves_kind: lycee (serves = UAI) | commune (serves = INSEE code)
directory = Table(
    "directory",
    metadata,
    Column("mission_locale_id", ForeignKey("organisation.id"), primary_key=True),
    Column("serves_kind", String(10), primary_key=True),
    Column("serves", String(10), primary_key=True),
    Index("directory_by_served", "serves_kind", "serves"),
)

directory_import = Table(
    "directory_import",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("actor_id", String(64), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Index("directory_import_at", "at"),
)

# What operators did by command: import (with its counts) | unlink (of person_id); and link, by that person's first
# sign-in with an account. Rows are only added.
people_act = Table(
    "people_act",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant(), nullable=False),
    Column("by", String(50), nullable=False),
    Column("what", String(10), nullable=False),
    Column("person_id", String(36)),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Index("people_act_at", "at"),
)

# token_hash: SHA-256 of the cookie's value, so that a copy of this table opens nobody's session
session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("person.id"), nullable=False),
    Column("organisation_id", ForeignKey("organisation.id"), nullable=False),
    Column("opened_at", Instant(), nullable=False),
    Column("seen_at", Instant(), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("device", String(60)),  # « Firefox sur Windows »: by which the person knows it
    Column("id_token", Text),  # what the provider wants to hear when the person signs out there too
    Column("mandate_id", String(36)),  # in whose place the person acts for now (``team.tables.mandate``)
    Column("provider_sid", String(255)),  # its own session's name, by which it says that this one ends
    Index("session_by_person", "person_id", "opened_at"),
    Index("session_by_expiry", "expires_at"),
)

preference = Table(
    "preference",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("value", String(40), nullable=False),
)
