"""People's e-mail addresses and telephone numbers: written by their organisation, never sent to a service."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from services.inbox.identity.people import people_of
from services.inbox.notifications.tables import contact
from shared.catalogue import sentence
from shared.csv_rows import Columns, read_rows
from shared.database.upsert import put
from shared.errors import BadInput

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})", re.ASCII)
FOREIGN = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
LONGEST_EMAIL = 254
COLUMNS = Columns(
    required=("prenom", "nom", "courriel", "telephone"), optional=(), most_bytes=1_000_000, most_rows=5_000
)


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


def as_typed(known: Contact) -> dict[str, str]:
    """What ``read_contact`` reads."""
    return {"courriel": known.email or "", "telephone": known.phone or ""}


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

    ``keep`` writes what is then known of a person, by id; False when nothing changes. An empty cell says nothing: what
    is known stays. A line that is refused keeps nobody else's from being written.
    """
    people: dict[str, list[str]] = {}
    for person in people_of(tx, organisation_id):
        people.setdefault(person.name.casefold(), []).append(person.id)
    rows = read_rows(content, COLUMNS, _no_file)
    changed, refused = 0, {}
    for row in rows:
        name = f"{row.values.get('prenom', '')} {row.values.get('nom', '')}".strip()
        ids = people.get(name.casefold(), [])
        if row.is_ragged or len(ids) != 1:
            code = "ragged" if row.is_ragged else "ambiguous_person" if ids else "unknown_person"
            refused[row.line] = sentence(f"notifications.{code}")
            continue
        try:
            said, known = read_contact(row.values), find(tx, ids[0])
            changed += keep(ids[0], Contact(said.email or known.email, said.phone or known.phone))
        except BadInput as bad:
            refused[row.line] = " ".join(text for texts in bad.errors.values() for text in texts)
    return Imported(changed, len(rows) - changed - len(refused), refused)


def _no_file(reason: str, **params: object) -> BadInput:
    return BadInput({"fichier": [sentence(f"notifications.file_{reason}", **params)]})
