"""Which personal link opened the PDF of which document: what a family's signature on screen asks for (R16)."""

from datetime import datetime

from sqlalchemy import Connection, select

from shared.database.upsert import put
from shared.documents.store import DocumentRow
from shared.documents.tables import document_opening
from shared.identity import FamilyMember


def note(tx: Connection, row: DocumentRow, member: FamilyMember, now: datetime) -> None:
    """The link opened it, for the first time at ``now``; a new link of the same person takes the place of the old.

    Of who does not sign it nothing is kept.
    """
    if member.signer not in {each for signers in row.signers.values() for each in signers}:
        return
    opened = {"document_id": row.id, "signer": member.signer, "link_id": member.link_id, "opened_at": now}
    put(tx, document_opening, opened, when=["link_id"])


def is_noted(tx: Connection, row: DocumentRow, member: FamilyMember) -> bool:
    """Whether this very link opened it."""
    asked = select(document_opening.c.link_id).where(
        document_opening.c.document_id == row.id, document_opening.c.signer == member.signer
    )
    return tx.execute(asked).scalar() == member.link_id
