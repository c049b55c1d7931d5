"""People's e-mail addresses and telephone numbers: written by their organisation, never sent to a service."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.inbox.identity.people import people_of
from services.inbox.notifications.tables import contact
from shared.catalogue import sentence
from shared.database.upsert import put
from shared.errors import BadInput

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
FOREIGN = re.compile(r"\+[1-9]\d{7,14}")
LONGEST_EMAIL = 254
COLUMNS = ("prenom", "nom", "courriel", "telephone")
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Contact:
    """``phone`` as +33612345678."""

    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Listed:
    """A person of an organisation with her or his addresses."""

    person_id: str
    name: str
    roles: tuple[str, ...]
    contact: Contact


@dataclass(frozen=True)
class Imported:
    """``refused``: line of the file → why, in French. Importing twice changes nothing."""

    changed: int
    unchanged: int
    refused: Mapping[int, str]


NOBODY = Contact(None, None)


def find(tx: Connection, person_id: str) -> Contact:
    row = tx.execute(select(contact).where(contact.c.person_id == person_id)).first()
    return Contact(row.email, row.phone) if row else NOBODY


def of_organisation(tx: Connection, organisation_id: str) -> list[Listed]:
    people = people_of(tx, organisation_id)
    query = select(contact).where(contact.c.person_id.in_([person.id for person in people]))
    known = {row.person_id: Contact(row.email, row.phone) for row in tx.execute(query)}
    return [Listed(person.id, person.name, person.roles, known.get(person.id, NOBODY)) for person in people]


def read_contact(said: Mapping[str, str]) -> Contact:
    """``courriel`` and ``telephone`` as somebody typed them; empty ones are none. Raises BadInput by field."""
    email, errors = said.get("courriel", "").strip(), {}
    if email and (len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email)):
        errors["courriel"] = [sentence("notifications.bad_email")]
    phone = normal_phone(said.get("telephone", ""))
    if said.get("telephone", "").strip() and phone is None:
        errors["telephone"] = [sentence("notifications.bad_phone")]
    if errors:
        raise BadInput(errors)
    return Contact(email or None, phone)


def normal_phone(text: str) -> str | None:
    """« 06 12 34 56 78 » → +33612345678; None for what is no number."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if french := FRENCH.fullmatch(digits):
        return f"+33{french[1]}"
    return digits if FOREIGN.fullmatch(digits) else None


def write(tx: Connection, person_id: str, found: Contact, by: str, now: datetime) -> bool:
    """False when nothing changes."""
    if found == NOBODY:
        gone = contact.delete().where(contact.c.person_id == person_id).returning(contact.c.person_id)
        return tx.execute(gone).first() is not None
    row = {"email": found.email, "phone": found.phone, "updated_at": now, "updated_by": by}
    return put(tx, contact, {"person_id": person_id} | row, when=["email", "phone"])


def import_file(
    tx: Connection, organisation_id: str, content: bytes, keep: Callable[[str, Contact], bool]
) -> Imported:
    """A CSV file ``prenom;nom;courriel;telephone`` of one organisation's people. Raises BadInput: it is none.

    ``keep`` writes what is said of a person, by id; False when nothing changes. A line that is refused keeps nobody
    else's from being written.
    """
    people: dict[str, list[str]] = {}
    for person in people_of(tx, organisation_id):
        people.setdefault(person.name.casefold(), []).append(person.id)
    changed, refused, seen = 0, {}, 0
    for line, row in enumerate(_rows(content), start=2):
        seen += 1
        name = f"{row['prenom']} {row['nom']}".strip()
        ids = people.get(name.casefold(), [])
        if len(ids) != 1:
            code = "unknown_person" if not ids else "ambiguous_person"
            refused[line] = sentence(f"notifications.{code}")
            continue
        try:
            changed += keep(ids[0], read_contact(row))
        except BadInput as bad:
            refused[line] = " ".join(text for texts in bad.errors.values() for text in texts)
    return Imported(changed, seen - changed - len(refused), refused)


def _rows(content: bytes) -> Sequence[dict[str, str]]:
    reader: Any = csv.DictReader(io.StringIO(_text(content)), delimiter=";")
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if missing := [name for name in COLUMNS if name not in names]:
        raise BadInput({"fichier": [sentence("notifications.missing_columns", names=", ".join(missing))]})
    reader.fieldnames = names
    rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    if len(rows) > MOST_ROWS:
        raise BadInput({"fichier": [sentence("notifications.too_many_rows", most=MOST_ROWS)]})
    return rows


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput({"fichier": [sentence("notifications.not_a_text")]})
