"""A pupil's name, date of birth or contact data were wrong: the record and every parcours are corrected, on the record.

The record keeps what was there before and after; what is logged and sent to other services is said by field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select, update

from services.enrolment.pupils import get_pupil
from services.enrolment.pupils.checks import RowRefusal, check_correction, complete
from services.enrolment.pupils.importing import Change, lock_lycee
from services.enrolment.pupils.rows import FIELDS
from services.enrolment.pupils.tables import opened_parcours, pupil
from services.enrolment.rights.tables import merge, rectification
from shared.bpmn import store
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import BadInput
from shared.identity import Actor
from shared.merging import merge_whole
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.process import Processes
from shared.process.personal.correction import CORRECTED, correct
from shared.process.personal.holdings import as_json
from shared.process.tables import party
from shared.process.views import is_mine

NAMES = ("family_name", "usage_name", "given_name")
CONTACT: Mapping[str, str] = {
    "phone": "eleve_telephone", "email": "eleve_courriel", "address": "eleve_adresse",
    "commune_code": "eleve_commune",
}  # fmt: skip
RECTIFIABLE = (*NAMES, "born_on", *CONTACT)


class NothingToCorrect(BadInput):
    """What was written is what the record says already."""

    code: ClassVar[str] = "rights.nothing_to_correct"


@dataclass(frozen=True)
class Rectified:
    """``fields``: French names of what changed; ``parcours``: where; ``told``: sentences of what follows from it."""

    fields: tuple[str, ...]
    parcours: tuple[str, ...]
    told: tuple[str, ...]


def rectify(
    tx: Connection, processes: Processes, actor: Actor, pupil_id: str, fields: Mapping[str, str], reason: str,
    read: Mapping[str, str] | None = None,
) -> Rectified:  # fmt: skip
    """Correct a pupil of the actor's lycée by hand. ``read``: field → mark of what was shown to the actor.

    Raises NotFound, BadInput, NothingToCorrect, ChangedMeanwhile, MoveFailed.
    """
    lock_lycee(tx, actor.organisation_id)
    found = get_pupil(tx, actor.organisation_id, pupil_id)
    checked = check_correction(fields, found, local_date(processes.clock.now()))
    if isinstance(checked, RowRefusal):
        raise BadInput({"fields": [sentence(each.code, **each.params) for each in checked.reasons]})
    values = merge_whole(found, checked, read).values
    changed = {name: values[name] for name in checked if values[name] != found[name]}
    if not changed:
        raise NothingToCorrect()
    after = complete({**found, **changed, "updated_at": processes.clock.now()})
    tx.execute(update(pupil).where(pupil.c.id == pupil_id).values(after))
    return _spread(tx, processes, Change(found, after), actor, "person", reason)


def correct_from_import(tx: Connection, processes: Processes, change: Change) -> Rectified:
    """What a file corrected of a pupil reaches the parcours. Contact data that people changed there stay theirs."""
    importer = Actor("system:import", sentence("rights.the_import"), change.after["uai"], "lycee")
    return _spread(tx, processes, change, importer, "import", sentence("rights.by_import"))


def of_pupil(look: Connection, pupil_id: str) -> Sequence[Any]:
    """The corrections of a pupil, the newest first."""
    found = select(rectification).where(rectification.c.pupil_id == pupil_id)
    return look.execute(found.order_by(rectification.c.id.desc())).all()


def _spread(
    tx: Connection, processes: Processes, change: Change, actor: Actor, via: str, reason: str
) -> Rectified:
    changed = [name for name in RECTIFIABLE if change.before[name] != change.after[name]]
    parcours = _parcours(tx, change.after["id"], actor)
    told: dict[str, None] = {}
    if changed and (parcours or via != "import"):
        _record(tx, processes, change, changed, actor, via, reason)
    for parcours_id in parcours if changed else ():
        values = _values(tx, processes, change, changed, parcours_id, via)
        if values:
            told.update(dict.fromkeys(correct(tx, parcours_id, values, actor, processes)))
            _send(tx, processes, parcours_id, values)
    _tell_lists(tx, processes, change, changed)
    return Rectified(tuple(FIELDS[name] for name in changed), parcours, tuple(told))


def _tell_lists(tx: Connection, processes: Processes, change: Change, changed: Sequence[str]) -> None:
    """Lists of workshops know a pupil by its record, whether a parcours is open or not."""
    if names := _names(change.after, changed):
        for pupil_id in _records(tx, change.after["id"]):
            _send(tx, processes, pupil_id, names)


def _values(
    tx: Connection, processes: Processes, change: Change, changed: Sequence[str], parcours_id: str, via: str
) -> dict[str, Any]:
    """The parcours's variables that the correction changes, as JSON."""
    after = change.after
    values = _names(after, changed)
    if "born_on" in changed:
        values["eleve_ne_le"] = as_json(after["born_on"])
    contact = [name for name in CONTACT if name in changed]
    held = _held(tx, processes, parcours_id) if via == "import" and contact else {}
    for name in contact:
        variable = CONTACT[name]
        if via != "import" or held.get(variable) == change.before[name]:
            values[variable] = after[name]
    return values


def _names(after: Mapping[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if {"family_name", "usage_name"} & set(changed):
        values["eleve_nom"] = after["usage_name"] or after["family_name"]
    if "given_name" in changed:
        values["eleve_prenom"] = after["given_name"]
    return values


def _records(tx: Connection, pupil_id: str) -> tuple[str, ...]:
    """The pupil's record, and those that were merged into it."""
    merged = select(merge.c.gone_id).where(merge.c.kept_id == pupil_id).order_by(merge.c.gone_id)
    return (pupil_id, *tx.scalars(merged))


def _held(tx: Connection, processes: Processes, parcours_id: str) -> Mapping[str, Any]:
    row = store.find(tx, "enrolment", parcours_id)
    return processes.variables(tx, row) if row else {}


def _parcours(tx: Connection, pupil_id: str, actor: Actor) -> tuple[str, ...]:
    """Those in which the actor's lycée has a part: one that was transferred is another lycée's to correct (R38)."""
    opened = select(opened_parcours.c.parcours_id).where(opened_parcours.c.pupil_id == pupil_id)
    found = opened.join(party, party.c.parcours_id == opened_parcours.c.parcours_id).where(is_mine(actor))
    return tuple(tx.scalars(found.order_by(opened_parcours.c.parcours_id)))


def _record(
    tx: Connection, processes: Processes, change: Change, changed: Sequence[str], actor: Actor, via: str,
    reason: str,
) -> None:  # fmt: skip
    before, after = ({name: as_json(row[name]) for name in changed} for row in (change.before, change.after))
    tx.execute(
        insert(rectification).values(
            id=processes.ids(), pupil_id=change.after["id"], at=processes.clock.now(), actor_id=actor.person_id,
            actor_name=actor.name, via=via, reason=reason, before=before, after=after,
        )
    )  # fmt: skip


def _send(tx: Connection, processes: Processes, subject: str, values: Mapping[str, Any]) -> None:
    """To the other services. ``subject``: a parcours, or the pupil's record, by which cycles of workshops know it."""
    envelope = Envelope(
        id=processes.ids(), type=CORRECTED, source=processes.vocabulary.service, subject=subject,
        time=processes.clock.now(), data=dict(values),
    )  # fmt: skip
    outbox.put(tx, envelope, processes.system_clock.now())
