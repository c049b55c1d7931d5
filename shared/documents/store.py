"""The rows of documents and signatures, on the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from shared.database.upsert import keep_first
from shared.documents.signers import AT_A_DESK, missing
from shared.documents.tables import awaited_signature, document, signature, template
from shared.identity import Actor, FamilyMember
from shared.ids import Ids

DocumentRow = Row[Any]
PAPER, SCREEN = "papier", "ecran"


def keep_template(tx: Connection, hash_: str, sources: Mapping[str, str]) -> None:
    """Once; two transactions at a time keep one."""
    keep_first(tx, template, {"hash": hash_, "files": dict(sources)})


def next_rank(tx: Connection, parcours_id: str, kind: str) -> int:
    same = (document.c.parcours_id == parcours_id, document.c.kind == kind)
    return 1 + int(tx.execute(select(func.coalesce(func.max(document.c.rank), 0)).where(*same)).scalar_one())


def add_document(tx: Connection, values: Mapping[str, Any]) -> None:
    """With those of the two organisations who have to sign it."""
    tx.execute(insert(document).values(**values))
    asked = {each for signers in values["signers"].values() for each in signers} & AT_A_DESK
    for signer in sorted(asked):
        tx.execute(
            insert(awaited_signature).values(
                document_id=values["id"], signer=signer, parcours_id=values["parcours_id"]
            )
        )


def replace(tx: Connection, instance_id: str, kind: str, now: datetime) -> None:
    """Those of a kind that not all have signed make room for the next."""
    for row in current(tx, instance_id, kind):
        if missing(row, signatures_of(tx, [row.id])[row.id], None):
            tx.execute(update(document).where(document.c.id == row.id).values(replaced_at=now))
            tx.execute(delete(awaited_signature).where(awaited_signature.c.document_id == row.id))


def current(tx: Connection, instance_id: str, kind: str) -> Sequence[DocumentRow]:
    """The documents of a kind that an instance made and no other replaced, the oldest first."""
    mine = (document.c.instance_id == instance_id, document.c.kind == kind, document.c.replaced_at.is_(None))
    return tx.execute(select(document).where(*mine).order_by(document.c.id)).all()


def hand_on(tx: Connection, parcours_id: str, role: str, before: Collection[str], after: str) -> None:
    """Somebody else is the référent or conseiller: what not all have signed is hers or his to sign and record (R11).

    What a document says, and who made it, stay as they were.
    """
    mine = (document.c.parcours_id == parcours_id, document.c.replaced_at.is_(None))
    rows = tx.execute(select(document).where(*mine).order_by(document.c.id).with_for_update()).all()
    theirs = [row for row in rows if row.people.get(role) in before]
    signed = signatures_of(tx, [row.id for row in theirs])
    for row in theirs:
        if missing(row, signed[row.id], None):
            people = {**row.people, role: after}
            tx.execute(update(document).where(document.c.id == row.id).values(people=people))


def beside(rows: Sequence[DocumentRow], task_ids: Collection[str]) -> list[DocumentRow]:
    """Those of them beside which one of these tasks opened."""
    return [row for row in rows if row.task_id in task_ids]


def signatures_of(tx: Connection, document_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """Document id → its signatures, in the order in which they were recorded."""
    found: dict[str, list[Row[Any]]] = {each: [] for each in document_ids}
    if document_ids:
        rows = select(signature).where(signature.c.document_id.in_(document_ids)).order_by(signature.c.id)
        for row in tx.execute(rows):
            found[row.document_id].append(row)
    return found


def record_on_paper(
    tx: Connection, row: DocumentRow, signers: Collection[str], signed_on: date, actor: Actor, now: datetime,
    ids: Ids,
) -> None:  # fmt: skip
    """As a form of the parcours says it: of ``signers`` (all who must, when empty) those who have not signed yet."""
    known = signatures_of(tx, [row.id])[row.id]
    for signer in missing(row, known, signed_on):
        if not signers or signer in signers:
            add_signature(tx, row, signer, signed_on, actor, now, ids, how=PAPER)


def add_signature(
    tx: Connection, row: DocumentRow, signer: str, signed_on: date, actor: Actor | FamilyMember, now: datetime,
    ids: Ids, *, how: str, name: str | None = None, person_id: str | None = None,
) -> None:  # fmt: skip
    tx.execute(
        insert(signature).values(
            id=ids(), document_id=row.id, signer=signer, name=name, person_id=person_id, signed_on=signed_on,
            how=how, recorded_by=actor.person_id, recorded_by_name=actor.name, recorded_at=now,
            sha256=row.sha256,
        )
    )  # fmt: skip
    tx.execute(
        delete(awaited_signature).where(
            awaited_signature.c.document_id == row.id, awaited_signature.c.signer == signer
        )
    )
