"""Who may use the software: persons with their sign-in address and roles, from an operator's CSV file.

One row is one role in one organisation; « plateforme » is there without being imported. A person is known by the
address (``courriel``), or by its id (``personne``) where the address is new. The same file again changes nothing;
what is not in it stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from services.inbox.directory.csv_file import FileRefused
from services.inbox.identity.people import roles_of
from services.inbox.notifications.contacts import EMAIL, LONGEST_EMAIL
from services.inbox.tables import account, membership, organisation, person, session
from services.inbox.team.administrators import hold, is_administered
from services.inbox.team.standing import end_mandates
from shared.catalogue import sentence
from shared.csv_rows import Columns, Row, read_rows
from shared.errors import NotFound
from shared.identity import ROLES
from shared.ids import Ids
from shared.parcours.refusal import Reason

COLUMNS = Columns(
    required=("courriel", "prenom", "nom", "organisation", "role"),
    optional=("personne", "retirer"),
    most_bytes=5_000_000,
    most_rows=20_000,
)
LISTED = (*COLUMNS.required, "personne")
PLATFORM = {"id": "plateforme", "kind": "system", "name": "Plateforme Ambition Emploi", "city": ""}
"""Where operators, analysts, the DPO and administrators are: the directory's file does not bring it."""
LONGEST_NAME = 100
WITHDRAWN = ("", "non", "oui")


@dataclass
class PeopleImported:
    """Rows by what became of them. ``refused``: (line, French sentences); a refused row keeps no other out."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[int, list[str]]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_people(content: bytes) -> Sequence[Row]:
    """Raises FileRefused for what is no such file."""
    return read_rows(content, COLUMNS, FileRefused)


def import_people(
    tx: Connection, rows: Sequence[Row], ids: Ids, now: datetime, forced: frozenset[str] = frozenset()
) -> PeopleImported:
    """Roles that end come last: a file may name who comes after somebody below her or him.

    ``now``: when the mandates of who has no role left in an organisation end there.
    ``forced``: organisations that may be left without anybody to keep their team; of others the row is refused.
    """
    result = PeopleImported()
    kinds: dict[str, str] = {row.id: row.kind for row in tx.execute(select(organisation))}
    if PLATFORM["id"] not in kinds:
        tx.execute(insert(organisation).values(PLATFORM))
        kinds[PLATFORM["id"]] = PLATFORM["kind"]
    for row in sorted(rows, key=lambda row: row.values.get("retirer") == "oui"):
        reasons = list(_faults(row, kinds))
        known = None if reasons else _known(tx, row.values)
        reasons = reasons or list(_conflicts(tx, row.values, known, forced))
        if reasons:
            said = [sentence(reason.code, **reason.params) for reason in reasons]
            result.refused.append((row.line, said))
        elif known is None:
            _create(tx, row.values, ids())
            result.created += 1
        elif _change(tx, row.values, known.id, now):
            result.updated += 1
        else:
            result.unchanged += 1
    result.refused.sort()
    return result


def listed(look: Connection) -> list[Sequence[str]]:
    """Who may sign in, a row a role, in the order of ``LISTED``: what ``import_people`` takes, to be completed."""
    query = (
        select(person.c.email, person.c.given_name, person.c.family_name, membership.c.organisation_id,
               membership.c.role, person.c.id)
        .join(membership, membership.c.person_id == person.c.id)
        .where(person.c.is_active)
        .order_by(membership.c.organisation_id, person.c.family_name, person.c.given_name, person.c.id,
                  membership.c.role)
    )  # fmt: skip
    return [(row[0] or "", *row[1:]) for row in look.execute(query)]


def unlink(tx: Connection, person_id: str) -> int:
    """The person's accounts at providers are linked no more, and sessions end: the next sign-in links by address again.

    How many there were. Raises NotFound.
    """
    if tx.execute(select(person.c.id).where(person.c.id == person_id)).first() is None:
        raise NotFound(person=person_id)
    tx.execute(delete(session).where(session.c.person_id == person_id))
    gone = delete(account).where(account.c.person_id == person_id).returning(account.c.subject)
    return len(tx.execute(gone).all())


def _faults(row: Row, kinds: Mapping[str, str]) -> Iterator[Reason]:
    if row.is_ragged:
        yield Reason("annuaire.ragged")
        return
    values = row.values
    if len(values["courriel"]) > LONGEST_EMAIL or not EMAIL.fullmatch(values["courriel"]):
        yield Reason("annuaire.person_email")
    for name in ("prenom", "nom"):
        if not 1 <= len(values[name]) <= LONGEST_NAME or not values[name].isprintable():
            yield Reason("annuaire.text", {"column": name, "most": LONGEST_NAME})
    kind = kinds.get(values["organisation"])
    if kind is None:
        yield Reason("annuaire.person_organisation")
    elif values["role"] not in ROLES[kind]:
        yield Reason("annuaire.person_role", {"allowed": ", ".join(sorted(ROLES[kind]))})
    if values.get("retirer", "") not in WITHDRAWN:
        yield Reason("annuaire.person_withdrawn")


def _known(tx: Connection, values: Mapping[str, str]) -> Any:
    column, value = person.c.email, values["courriel"].lower()
    if values.get("personne"):
        column, value = person.c.id, values["personne"]
    return tx.execute(select(person).where(column == value)).one_or_none()


def _conflicts(
    tx: Connection, values: Mapping[str, str], known: Any, forced: frozenset[str]
) -> Iterator[Reason]:
    if known is None and (values.get("personne") or values.get("retirer") == "oui"):
        yield Reason("annuaire.person_unknown")
    if known is not None and not known.is_active:
        yield Reason("annuaire.person_left")
    if known is not None:
        holder = tx.scalar(select(person.c.id).where(person.c.email == values["courriel"].lower()))
        if holder not in (None, known.id):
            yield Reason("annuaire.person_address_taken")
        if values.get("retirer") == "oui" and values["organisation"] not in forced:
            yield from _left_without(tx, values, known.id)


def _left_without(tx: Connection, values: Mapping[str, str], person_id: str) -> Iterator[Reason]:
    """Tried and undone: whether the team would have nobody left who keeps it."""
    place = values["organisation"]
    hold(tx, place)
    had = is_administered(tx, place)
    with tx.begin_nested() as trial:
        _set_role(tx, values, person_id)
        has = is_administered(tx, place)
        trial.rollback()
    if had and not has:
        yield Reason("annuaire.person_last_administrator", {"organisation": place})


def _create(tx: Connection, values: Mapping[str, str], person_id: str) -> None:
    tx.execute(insert(person).values(id=person_id, is_active=True, **_person(values)))
    tx.execute(insert(membership).values(person_id=person_id, **_role(values)))


def _change(tx: Connection, values: Mapping[str, str], person_id: str, now: datetime) -> bool:
    """Whether anything was not yet as the row says it."""
    told = _person(values)
    differs = [person.c[name].is_distinct_from(value) for name, value in told.items()]
    renamed = select(person.c.id).where(person.c.id == person_id, differs[0] | differs[1] | differs[2])
    is_renamed = tx.execute(renamed).first() is not None
    if is_renamed:
        tx.execute(update(person).where(person.c.id == person_id).values(told))
    is_other = _set_role(tx, values, person_id)
    if is_other and not roles_of(tx, values["organisation"], (person_id,)):
        end_mandates(tx, person_id, now, values["organisation"])
    return is_other or is_renamed


def _set_role(tx: Connection, values: Mapping[str, str], person_id: str) -> bool:
    role = {"person_id": person_id, **_role(values)}
    same = [membership.c[name] == value for name, value in role.items()]
    is_held = tx.execute(select(membership).where(*same)).first() is not None
    is_wanted = values.get("retirer") != "oui"
    if is_wanted and not is_held:
        tx.execute(insert(membership).values(role))
    elif is_held and not is_wanted:
        tx.execute(delete(membership).where(*same))
    return is_wanted != is_held


def _person(values: Mapping[str, str]) -> dict[str, str]:
    return {"given_name": values["prenom"], "family_name": values["nom"], "email": values["courriel"].lower()}


def _role(values: Mapping[str, str]) -> dict[str, str]:
    return {"organisation_id": values["organisation"], "role": values["role"]}
