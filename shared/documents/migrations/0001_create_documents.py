"""Documents, signatures, attachments and invitations."""

import sqlalchemy as sa
from alembic import op

from shared.database import Instant

revision = "documents_0001"
down_revision = None
branch_labels = ("documents",)


def upgrade() -> None:
    op.create_table(
        "document_template",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("files", sa.JSON, nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("element_id", sa.String(200), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_by_name", sa.Text, nullable=False),
        sa.Column("template", sa.String(64), sa.ForeignKey("document_template.hash"), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("signers", sa.JSON, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("born_on", sa.Date, nullable=True),
        sa.Column("replaced_at", Instant, nullable=True),
        sa.Column("sealed_at", Instant, nullable=True),
        sa.Column("data_sha256", sa.String(64), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
    )
    op.create_index("ix_document_parcours", "document", ["parcours_id", "id"])
    op.create_index("ix_document_file", "document", ["sha256"])
    op.create_table(
        "signature",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), nullable=False),
        sa.Column("signer", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=True),
        sa.Column("person_id", sa.String(64), nullable=True),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_by_name", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.UniqueConstraint("document_id", "signer", name="uq_signature_signer"),
    )
    op.create_table(
        "awaited_signature",
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), primary_key=True),
        sa.Column("signer", sa.String(40), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
    )
    op.create_index("ix_awaited_signature_signer", "awaited_signature", ["signer", "parcours_id"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_by_name", sa.Text, nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
    )
    op.create_index("ix_attachment_parcours", "attachment", ["parcours_id", "id"])
    op.create_index("ix_attachment_file", "attachment", ["sha256"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("parcours_id", sa.String(36), nullable=False),
        sa.Column("instance_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("first_name", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hour", sa.String(5), nullable=True),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=True),
        sa.Column("changed_at", Instant, nullable=False),
        sa.UniqueConstraint("instance_id", "kind", name="uq_invitation_kind"),
    )
    op.create_index("ix_invitation_parcours", "invitation", ["parcours_id", "id"])
