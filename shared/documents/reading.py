"""What an organisation may read of the documents of its parcours (R38): others are not found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, or_, select

from shared.catalogue import sentence
from shared.documents import store
from shared.documents.signers import AT_A_DESK, may_sign_on_screen, missing, required
from shared.documents.signing import may_record
from shared.documents.tables import attachment, awaited_signature, document, invitation
from shared.errors import NotFound
from shared.forms import AttachedFile
from shared.identity import Actor, scope_of
from shared.process.tables import party
from shared.process.views import is_mine

MOST_WAITING = 100
MOST_NAMED = 500
"""Ids that one answer to a form may name."""


def of_parcours(look: Connection, actor: Actor, parcours_id: str, today: date) -> dict[str, Any]:
    """Documents, attachments and invitations of a parcours. NotFound without a part in it."""
    asked = select(party.c.since).where(party.c.parcours_id == parcours_id, is_mine(actor))
    if look.execute(asked).first() is None:
        raise NotFound()
    rows = look.execute(_mine(document, actor).where(document.c.parcours_id == parcours_id)).all()
    files = look.execute(_mine(attachment, actor).where(attachment.c.parcours_id == parcours_id)).all()
    told = select(invitation).where(invitation.c.parcours_id == parcours_id).order_by(invitation.c.id)
    return {
        "documents": as_json(look, rows, actor, today),
        "attachments": [attachment_json(each, actor) for each in files],
        "invitations": [invitation_json(each) for each in look.execute(told)],
    }


def one(tx: Connection, table: Table, actor: Actor, id_: str, *, lock: bool = False) -> Row[Any]:
    """A document or attachment that the actor may see. Raises NotFound."""
    asked = _mine(table, actor).where(table.c.id == id_)
    row = tx.execute(asked.with_for_update(of=table) if lock else asked).first()
    if row is None:
        raise NotFound()
    return row


def files_named(
    look: Connection, actor: Actor, parcours_id: str, ids: Collection[str]
) -> Mapping[str, AttachedFile]:
    """Of some ids, the files that the actor's organisation has attached to the parcours: what its answers may name."""
    mine = (
        attachment.c.id.in_(sorted(ids)[:MOST_NAMED]), attachment.c.parcours_id == parcours_id,
        attachment.c.organisation == actor.organisation_id,
    )  # fmt: skip
    rows = look.execute(select(attachment).where(*mine))
    return {row.id: AttachedFile(row.name, row.media_type, row.size, row.side) for row in rows}


def one_invitation(look: Connection, actor: Actor, id_: str) -> Row[Any]:
    joined = select(invitation).join(party, party.c.parcours_id == invitation.c.parcours_id)
    row = look.execute(joined.where(invitation.c.id == id_, is_mine(actor))).first()
    if row is None:
        raise NotFound()
    return row


def waiting(look: Connection, actor: Actor, today: date) -> list[dict[str, Any]]:
    """The documents that the actor may sign on screen now, the oldest first, at most a hundred."""
    scope = scope_of(actor)
    roles = sorted((actor.roles | ({scope.role} if scope else set())) & AT_A_DESK)
    if not roles:
        return []
    awaited = select(awaited_signature.c.document_id).where(
        awaited_signature.c.signer.in_(roles),
        awaited_signature.c.parcours_id.in_(select(party.c.parcours_id).where(is_mine(actor))),
    )
    asked = _mine(document, actor).where(
        document.c.id.in_(awaited), or_(*(_is_hers(each, actor) for each in roles))
    )
    found: list[dict[str, Any]] = []
    after = ""
    while len(found) < MOST_WAITING:
        rows = look.execute(asked.where(document.c.id > after).limit(MOST_WAITING)).all()
        found += [each for each in as_json(look, rows, actor, today) if each["may_sign_as"]]
        if len(rows) < MOST_WAITING:
            break
        after = rows[-1].id
    return found[:MOST_WAITING]


def is_who_added(row: Row[Any], actor: Actor) -> bool:
    """Who attached a file, or stands in for who did."""
    return row.added_by == actor.person_id or actor.has_place_of(row.added_by)


def _is_hers(role: str, actor: Actor) -> ColumnElement[bool]:
    """Of a role that one person of the parcours has, a document is that person's; of another, anybody's who has it."""
    return func.coalesce(document.c.people[role].as_string(), actor.holder_id) == actor.holder_id


def as_json(look: Connection, rows: Sequence[Row[Any]], actor: Actor, today: date) -> list[dict[str, Any]]:
    signed = store.signatures_of(look, [row.id for row in rows])
    return [document_json(row, signed[row.id], actor, today) for row in rows]


def document_json(row: Row[Any], signatures: Sequence[Row[Any]], actor: Actor, today: date) -> dict[str, Any]:
    replaced = row.replaced_at is not None
    asked = [] if replaced else missing(row, signatures, today)
    return {
        "id": row.id, "parcours_id": row.parcours_id, "kind": row.kind, "rank": row.rank, "number": row.number,
        "title": row.title, "side": row.side, "made_at": row.made_at.isoformat(),
        "made_by_name": row.made_by_name, "replaced": replaced,
        "complete": not asked if required(row, signatures, today) else None,
        "signatures": [_signature_json(each) for each in signatures],
        "missing": [{"as": each, "title": sentence(f"documents.signer_{each}")} for each in asked],
        "may_sign_as": may_sign_on_screen(row, asked, actor),
        "may_record": bool(asked) and may_record(row, actor),
        "begins_on": row.begins_on.isoformat() if row.begins_on else None,
        "cites": sorted(set(row.content["cites"].values())),
        "sealed": row.sha256 is not None, "sha256": row.sha256,
    }  # fmt: skip


def attachment_json(row: Row[Any], actor: Actor) -> dict[str, Any]:
    return {
        "id": row.id, "parcours_id": row.parcours_id, "side": row.side, "name": row.name,
        "media_type": row.media_type, "size": row.size, "added_at": row.added_at.isoformat(),
        "added_by_name": row.added_by_name, "mine": is_who_added(row, actor),
    }  # fmt: skip


def invitation_json(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id, "parcours_id": row.parcours_id, "kind": row.kind, "title": row.title,
        "day": row.day.isoformat(), "hour": row.hour, "place": row.place, "status": row.status,
        "sequence": row.sequence,
    }  # fmt: skip


def _signature_json(row: Row[Any]) -> dict[str, Any]:
    return {
        "as": row.signer, "title": sentence(f"documents.signer_{row.signer}"), "name": row.name,
        "on": row.signed_on.isoformat(), "how": row.how, "recorded_by_name": row.recorded_by_name,
        "recorded_at": row.recorded_at.isoformat(),
    }  # fmt: skip


def _mine(table: Table, actor: Actor) -> Select[Any]:
    """Rows of the parcours in which the actor's organisation has a part, visible to its side, the oldest first."""
    joined = select(table).join(party, party.c.parcours_id == table.c.parcours_id)
    return joined.where(is_mine(actor), table.c.side.in_(("both", actor.side))).order_by(table.c.id)
