"""A name, a date of birth or contact data were wrong: every parcours of the person is corrected, in every service.

Enrolment corrects its own and tells the others by message; each applies what its diagrams declare, and asks the rules
that depend on it again (R16, R21, R26, R36, R39).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from shared.bpmn import store
from shared.catalogue import sentence
from shared.clock import local_date
from shared.documents.tables import document
from shared.errors import Unavailable
from shared.identity import Actor
from shared.messaging import operators
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.parcours import rectification
from shared.parcours.refusal import Reason
from shared.process import record
from shared.process.personal.holdings import as_json
from shared.process.processes import Processes
from shared.process.tables import party
from shared.tasks import retitle

CORRECTED = "enrolment.identite_corrigee.v1"
BORN_ON = "eleve_ne_le"
LABELS: Mapping[str, str] = {
    "eleve_nom": "nom",
    "eleve_prenom": "prénom",
    BORN_ON: "date de naissance",
    "eleve_telephone": "téléphone",
    "eleve_courriel": "courriel",
    "eleve_adresse": "adresse",
    "eleve_commune": "commune",
}
"""The variables that may be corrected, with their French names: of those that the fiche de liaison carries (R37)."""


def correct(
    tx: Connection, parcours_id: str, values: Mapping[str, Any], actor: Actor, processes: Processes
) -> list[str]:
    """Correct this service's instances of a parcours; the sentences that say what follows from it.

    ``values``: JSON by the names of LABELS. Raises MoveFailed.
    """
    told: dict[str, None] = {}
    if BORN_ON in values:
        _correct_documents(tx, parcours_id, date.fromisoformat(values[BORN_ON]))
    for row in store.of_parcours(tx, parcours_id):
        known = processes.variables(tx, row)
        wrong = {name: value for name, value in values.items() if _differs(known, name, value)}
        if wrong:
            said = list(_consequences(known, wrong, local_date(processes.clock.now())))
            _write(tx, row, known, wrong, actor, processes)
            texts = [sentence(reason.code, **reason.params) for reason in said]
            _tell(tx, row, wrong, texts, actor, processes)
            told.update(dict.fromkeys(texts))
    return list(told)


def on_correction(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Enrolment has corrected a person. What comes before the parcours itself is tried again later."""
    if not store.of_parcours(tx, envelope.subject) and operators.unhandled_types(tx, envelope.subject):
        raise Unavailable()
    lycee = Actor("system:enrolment", sentence("rights.the_lycee"), "system:enrolment", "system")
    values = {name: value for name, value in envelope.data.items() if name in LABELS}
    correct(tx, envelope.subject, values, lycee, processes)
    return Handling.HANDLED


def _correct_documents(tx: Connection, parcours_id: str, born_on: date) -> None:
    """What a document says stays as it was made; who must still sign it goes by the right age (R16)."""
    counts = (document.c.parcours_id == parcours_id, document.c.born_on.is_not(None))
    tx.execute(update(document).where(*counts, document.c.replaced_at.is_(None)).values(born_on=born_on))


def _differs(known: Mapping[str, Any], name: str, value: Any) -> bool:
    return name in LABELS and name in known and as_json(known[name]) != value


def _consequences(known: Mapping[str, Any], wrong: Mapping[str, Any], today: date) -> Iterator[Reason]:
    before = known.get(BORN_ON)
    if BORN_ON in wrong and isinstance(before, date):
        yield from rectification.consequences(before, date.fromisoformat(wrong[BORN_ON]), known, today)


def _write(
    tx: Connection, row: store.InstanceRow, known: Mapping[str, Any], wrong: Mapping[str, Any], actor: Actor,
    processes: Processes,
) -> None:  # fmt: skip
    values = dict(wrong)
    if BORN_ON in wrong and row.status != "ended":
        born_on, today = date.fromisoformat(wrong[BORN_ON]), local_date(processes.clock.now())
        values |= rectification.derived(born_on, known, today)
    processes.correct(tx, row, values, actor)
    after = store.get(tx, row.id)
    if after is not None and after.label != row.label:
        retitle(tx, row.id, after.label)


def _tell(
    tx: Connection, row: store.InstanceRow, wrong: Mapping[str, Any], said: list[str], actor: Actor,
    processes: Processes,
) -> None:  # fmt: skip
    """A line of the story: what was corrected, by name and never by value, and what follows from it.

    Before the Mission Locale has a part it is the lycée's alone (R12).
    """
    fields = ", ".join(LABELS[name] for name in LABELS if name in wrong)
    text = " ".join([sentence("rights.story_corrected", fields=fields), *said])
    has_partner = select(party.c.since).where(
        party.c.parcours_id == row.parcours_id, party.c.organisation_kind != "lycee"
    )
    side = "both" if tx.execute(has_partner).first() else "lycee"
    record.tell(tx, row, "", text, processes.ids, processes.clock.now(), actor=actor, side=side)
