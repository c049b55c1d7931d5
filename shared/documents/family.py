"""The documents that the pupil or a responsable légal reads and signs by a personal link (R16).

Those that she or he signs, and those that their file opens to the family; none that was replaced.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from shared.catalogue import sentence
from shared.documents import store
from shared.documents.library import Library
from shared.documents.signers import missing, required
from shared.documents.tables import document
from shared.errors import NotFound
from shared.identity import FamilyMember


def of_family(look: Connection, member: FamilyMember, library: Library, today: date) -> list[dict[str, Any]]:
    """What she or he may read, the oldest first, as JSON."""
    asked = select(document).where(
        document.c.parcours_id == member.parcours_id, document.c.replaced_at.is_(None)
    )
    rows = [row for row in look.execute(asked.order_by(document.c.id)) if _is_open_to(row, member, library)]
    signed = store.signatures_of(look, [row.id for row in rows])
    return [_as_json(row, signed[row.id], member, today) for row in rows]


def one_of_family(
    tx: Connection, member: FamilyMember, library: Library, document_id: str, *, lock: bool = False
) -> Row[Any]:
    """One of them. Raises NotFound."""
    asked = select(document).where(document.c.id == document_id, document.c.parcours_id == member.parcours_id)
    row = tx.execute(asked.with_for_update() if lock else asked).first()
    if row is None or not _is_open_to(row, member, library):
        raise NotFound()
    return row


def _is_open_to(row: Row[Any], member: FamilyMember, library: Library) -> bool:
    signers = {each for asked in row.signers.values() for each in asked}
    type_ = library.types.get(row.kind)
    return member.signer in signers or (type_ is not None and member.signer in type_.family)


def _as_json(
    row: Row[Any], signatures: Sequence[Row[Any]], member: FamilyMember, today: date
) -> dict[str, Any]:
    waiting = missing(row, signatures, today)
    mine = next((each for each in signatures if each.signer == member.signer), None)
    is_too_late = row.begins_on is not None and today > row.begins_on  # R17
    return {
        "id": row.id, "kind": row.kind, "title": row.title, "number": row.number,
        "made_at": row.made_at.isoformat(), "to_sign": member.signer in waiting and not is_too_late,
        "complete": not waiting if required(row, signatures, today) else None,
        "waiting": [sentence(f"documents.signer_{each}") for each in waiting if each != member.signer],
        "signed_on": mine.signed_on.isoformat() if mine else None, "signed_how": mine.how if mine else None,
        "begins_on": row.begins_on.isoformat() if row.begins_on else None,
        "cites": sorted(set(row.content["cites"].values())),
    }  # fmt: skip
