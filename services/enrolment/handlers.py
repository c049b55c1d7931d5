"""Use cases of enrolment. Each opens its one transaction here, or runs in the mailbox's."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from services.enrolment import domain
from services.enrolment.campagnes.publishing import campagne_of_today, campagne_to_open
from services.enrolment.pupils import (
    ImportResult,
    Page,
    get_pupil,
    import_pupils,
    read_pupil_file,
    record_opening,
    search_pupils,
)
from services.enrolment.pupils.importing import Progress
from services.enrolment.pupils.opening import Known, parcours_by_pupil, parcours_of, running_of, set_aside
from services.enrolment.rights.duplicates import aliases
from services.enrolment.rights.erasures import refuse_while_erasing
from services.enrolment.rights.rectify import correct_from_import
from services.enrolment.territories.store import mission_locale_of
from shared.errors import Forbidden
from shared.identity import Actor
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.delivery import deliver
from shared.process.service import ProcessService


@dataclass(frozen=True)
class Opened:
    """``is_new`` is false when a parcours of this campagne stands already: it is open, or followed an admission."""

    parcours_id: str
    is_new: bool


def import_file(
    service: ProcessService, uai: str, content: bytes, mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> ImportResult:  # fmt: skip
    """Import a SIECLE, CSV or XLSX file into one lycée (R35): all accepted rows are stored, or none.

    What it corrects of a pupil whose parcours is open reaches that parcours, in every service.
    """
    file = read_pupil_file(content, uai, mapping)
    with service.database.begin() as tx:
        result = import_pupils(
            tx, file, uai=uai, today=service.clock.today(), now=service.clock.now(), ids=service.ids,
            progress=progress, aliases=aliases(tx, uai),
        )  # fmt: skip
        for change in result.changes:
            correct_from_import(tx, service.processes, change)
        return result


def find_pupils(
    service: ProcessService, uai: str, text: str, after: str | None, limit: int
) -> tuple[Page, Mapping[str, Known]]:
    """Pupils of the lycée, and by pupil id the parcours already opened."""
    with service.database.read() as look:
        page = search_pupils(look, uai, text, after, limit)
        return page, parcours_of_pupils(look, service, [pupil["id"] for pupil in page.items])


def parcours_of_pupils(
    look: Connection, service: ProcessService, pupil_ids: Collection[str]
) -> Mapping[str, Known]:
    """By pupil id, what was opened in the campagne of today, and in that which is opened for."""
    codes = (campagne_to_open(look, service).code, campagne_of_today(look, service).code)
    return parcours_by_pupil(look, pupil_ids, *codes)


def open_parcours(service: ProcessService, actor: Actor, pupil_id: str, *, on_paper: bool = False) -> Opened:
    """Start the parcours of a pupil of the actor's lycée; a second click finds the one already open.

    One that was cancelled, or ended without an admission, does not keep the pupil from another (R1–R4).
    From July on it is of the campagne whose session has just been sat, and entered from its rentrée on (R7).
    ``on_paper``: it runs already, in the campagne of today, and is taken on with its dates.

    Raises OpeningWhileErasing, NotFound.
    """
    with service.database.begin() as tx:
        present = campagne_of_today(tx, service)
        campagne = present if on_paper else campagne_to_open(tx, service)
        pupil = get_pupil(tx, actor.organisation_id, pupil_id)
        set_aside(tx, (pupil_id,), service.clock.now())
        if known := parcours_of(tx, pupil_id, campagne.code) or running_of(tx, pupil_id, present.code):
            return Opened(known, is_new=False)
        refuse_while_erasing(tx, pupil_id)
        parcours_id = service.ids()
        proposed = mission_locale_of(tx, pupil["commune_code"])
        variables = domain.opening_variables(
            pupil, campagne=campagne, on_paper=on_paper, mission_locale=proposed
        )
        record_opening(
            tx, pupil_id=pupil_id, parcours_id=parcours_id, campagne=campagne.code,
            opened_by=actor.person_id, now=service.clock.now(),
        )  # fmt: skip
        service.processes.start(tx, "enrolment", parcours_id, variables, actor)
        return Opened(parcours_id, is_new=True)


def note_receipt(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """The étape that was handed over has arrived: its service answers for it from now on."""
    return deliver(tx, message, processes)


def close_inscription(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """The bilan closes the parcours (R13)."""
    return deliver(tx, message, processes)


def take_proposals(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """AvenirPro proposes pupils for a parcours: the lycée is asked to look at them (R33)."""
    return deliver(tx, message, processes)


def require_lycee_role(actor: Actor, roles: frozenset[str]) -> None:
    """Pupils are the lycée's: Forbidden for anyone else (R12, R38)."""
    if actor.organisation_kind != "lycee" or not roles & actor.roles:
        raise Forbidden()
