"""The use cases of documents, a transaction each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from shared.catalogue import sentence
from shared.clock import Clock, local_date
from shared.database import Database
from shared.documents import reading, sealing, signing
from shared.documents.errors import NotYoursToRemove, TooManyFiles
from shared.documents.invitations import icalendar_of
from shared.documents.signing import Asked
from shared.documents.tables import attachment, document
from shared.errors import BadInput, NotFound
from shared.files import FileStore, Scanner, accept
from shared.identity import Actor
from shared.ids import Ids
from shared.process.personal.erasure import is_erased
from shared.process.tables import party
from shared.process.views import is_mine

MOST_FILES = 50
"""Attachments of one parcours."""


@dataclass(frozen=True)
class Documents:
    """``clock``: the business clock; ``system_clock`` tells when a file was kept."""

    database: Database
    files: FileStore
    scanner: Scanner
    clock: Clock
    system_clock: Clock
    ids: Ids

    def of_parcours(self, actor: Actor, parcours_id: str) -> dict[str, Any]:
        with self.database.read() as look:
            return reading.of_parcours(look, actor, parcours_id, local_date(self.clock.now()))

    def waiting(self, actor: Actor) -> list[dict[str, Any]]:
        with self.database.read() as look:
            return reading.waiting(look, actor, local_date(self.clock.now()))

    def pdf(self, actor: Actor, document_id: str, names: Mapping[str, str]) -> tuple[Row[Any], bytes]:
        """The document's row and its PDF, sealed at the first use."""
        with self.database.read() as look:
            row = reading.one(look, document, actor, document_id)
        known = {id_: name for id_, name in names.items() if id_ in row.content["cites"].values()}
        row = sealing.seal(self.database, self.files, row, known, self.system_clock.now())
        return row, self.files.get(row.sha256)

    def sign(self, actor: Actor, document_id: str, asked: Asked) -> dict[str, Any]:
        """Record a signature; the document as it is then."""
        now = self.clock.now()
        with self.database.begin() as tx:
            row = reading.one(tx, document, actor, document_id, lock=True)
            signing.sign(tx, row, asked, actor, now, self.ids)
            return reading.as_json(tx, [row], actor, local_date(now))[0]

    def attach(self, actor: Actor, parcours_id: str, name: str, content: bytes, side: str) -> dict[str, Any]:
        """Keep a file with a parcours. Its bytes are kept first: without the row they are swept.

        What the same person has attached already, of one name for the same side, is attached once: a second click.
        """
        if side not in ("both", actor.side):
            raise BadInput({"side": [sentence("documents.side_hidden")]})
        with self.database.read() as look:
            _check_part(look, actor, parcours_id)
        accepted = accept(content, name, self.scanner)
        digest = self.files.put(content, self.system_clock.now())
        with self.database.begin() as tx:
            _check_part(tx, actor, parcours_id, lock=True)
            same = {
                "parcours_id": parcours_id, "side": side, "name": accepted.name, "sha256": digest,
                "added_by": actor.person_id,
            }  # fmt: skip
            if there := tx.execute(select(attachment).filter_by(**same)).first():
                return reading.attachment_json(there, actor)
            _check_room(tx, parcours_id)
            id_ = self.ids()
            tx.execute(
                insert(attachment).values(
                    **same, id=id_, media_type=accepted.media_type, size=len(content), added_at=self.clock.now(),
                    added_by_name=actor.name, organisation=actor.organisation_id,
                )
            )  # fmt: skip
            return reading.attachment_json(reading.one(tx, attachment, actor, id_), actor)

    def attached(self, actor: Actor, attachment_id: str) -> tuple[Row[Any], bytes]:
        with self.database.read() as look:
            row = reading.one(look, attachment, actor, attachment_id)
        return row, self.files.get(row.sha256)

    def invitation(self, actor: Actor, invitation_id: str) -> tuple[Row[Any], bytes]:
        """An appointment as an ICS file."""
        with self.database.read() as look:
            row = reading.one_invitation(look, actor, invitation_id)
        return row, icalendar_of(row)

    def remove(self, actor: Actor, attachment_id: str) -> None:
        """Who attached a file takes it back; its bytes are swept."""
        with self.database.begin() as tx:
            row = reading.one(tx, attachment, actor, attachment_id, lock=True)
            if not reading.is_who_added(row, actor):
                raise NotYoursToRemove()
            tx.execute(delete(attachment).where(attachment.c.id == attachment_id))

    def named(self, digests: Collection[str]) -> set[str]:
        """Of some digests, those that a row names."""
        with self.database.read() as look:
            found = [
                look.execute(select(table.c.sha256).where(table.c.sha256.in_(digests))).scalars()
                for table in (document, attachment)
            ]
            return {digest for rows in found for digest in rows if digest}


def _check_part(tx: Connection, actor: Actor, parcours_id: str, *, lock: bool = False) -> None:
    """``lock``: of two who attach at once for one organisation the second waits."""
    asked = select(party.c.since).where(party.c.parcours_id == parcours_id, is_mine(actor))
    asked = asked.with_for_update() if lock else asked
    if tx.execute(asked).first() is None or is_erased(tx, parcours_id):
        raise NotFound()


def _check_room(tx: Connection, parcours_id: str) -> None:
    kept = select(func.count()).select_from(attachment).where(attachment.c.parcours_id == parcours_id)
    if tx.execute(kept).scalar_one() >= MOST_FILES:
        raise TooManyFiles(limit=MOST_FILES)
