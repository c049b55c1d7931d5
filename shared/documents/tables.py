"""Rows about documents, their signatures, attachments and invitations; the bytes are in ``shared.files``."""

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from shared.database import Instant

metadata = MetaData()

template = Table(
    "document_template",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("files", JSON, nullable=False),  # file name → text, ``main.typ`` first of all
)
"""Each template that a document was made from, as it was then."""

document = Table(
    "document",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("instance_id", String(36), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("rank", Integer, nullable=False),  # 1 for the first of its kind in this parcours
    Column("number", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("side", String(10), nullable=False),  # both | lycee | ml
    Column("element_id", String(200), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_by_name", Text, nullable=False),
    Column("template", String(64), ForeignKey("document_template.hash"), nullable=False),
    Column("content", JSON, nullable=False),  # what it says
    Column("signers", JSON, nullable=False),  # {"mineur": [who], "majeur": [who]}
    Column("people", JSON, nullable=False),  # {"referent": person id, "conseiller": person id}
    Column("born_on", Date, nullable=True),
    Column("begins_on", Date, nullable=True),  # what it allows, a PFMP: not before all have signed (R17)
    Column("task_id", String(36), nullable=True),  # opened beside it in its frame, if one was
    Column("replaced_at", Instant, nullable=True),
    Column("sealed_at", Instant, nullable=True),
    Column("data_sha256", String(64), nullable=True),  # of the sealed content
    Column("sha256", String(64), nullable=True),  # of the PDF
)
Index("ix_document_parcours", document.c.parcours_id, document.c.id)
Index("ix_document_file", document.c.sha256)

signature = Table(
    "signature",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("signer", String(40), nullable=False),
    Column("name", Text, nullable=True),
    Column("person_id", String(64), nullable=True),  # of who signed on screen
    Column("signed_on", Date, nullable=False),
    Column("how", String(10), nullable=False),  # papier | ecran
    Column("recorded_by", String(64), nullable=False),
    Column("recorded_by_name", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=True),  # of the PDF that was before the person
    UniqueConstraint("document_id", "signer", name="uq_signature_signer"),
)

awaited_signature = Table(
    "awaited_signature",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("signer", String(40), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
)
"""Who of the two organisations has yet to sign: what waits for a head of school, without reading history."""
Index("ix_awaited_signature_signer", awaited_signature.c.signer, awaited_signature.c.parcours_id)

document_opening = Table(
    "document_opening",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("signer", String(40), primary_key=True),
    Column("link_id", String(36), nullable=False),
    Column("opened_at", Instant, nullable=False),  # by this link, the first time
)
"""Which personal link opened a document's PDF: one row for each of the family who signs it."""

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("side", String(10), nullable=False),
    Column("name", String(120), nullable=False),
    Column("media_type", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("added_by_name", Text, nullable=False),
    Column("organisation", String(64), nullable=False),
)
Index("ix_attachment_parcours", attachment.c.parcours_id, attachment.c.id)
Index("ix_attachment_file", attachment.c.sha256)

invitation = Table(
    "invitation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("parcours_id", String(36), nullable=False),
    Column("instance_id", String(36), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("status", String(10), nullable=False),  # request | cancel
    Column("title", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("hour", String(5), nullable=True),  # HH:MM in Paris; null is the whole day
    Column("minutes", Integer, nullable=False),
    Column("place", Text, nullable=True),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("instance_id", "kind", name="uq_invitation_kind"),
)
Index("ix_invitation_parcours", invitation.c.parcours_id, invitation.c.id)
