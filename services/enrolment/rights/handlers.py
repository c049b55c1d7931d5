"""Use cases on a person's data. Each opens its one transaction here."""

from collections.abc import Mapping
from datetime import date

from services.enrolment.rights import duplicates, erasures, rectify, requests
from services.enrolment.rights.due import Due, Retention
from services.enrolment.rights.erasures import Asked, StillRunning
from services.enrolment.rights.rectify import Rectified
from shared.errors import NotFound
from shared.identity import Actor
from shared.process.service import ProcessService


def retention(service: ProcessService) -> Retention:
    """What looks for data that have come to their term."""
    return Retention(service.database, service.processes)


def erase_due(service: ProcessService, due: Due, actor: Actor) -> str:
    """Ask for the erasure of a pupil whose term has come: asked, under_way, running, or gone meanwhile."""
    try:
        with service.database.begin() as tx:
            asked = erasures.ask(tx, service.processes, due.pupil_id, "retention", actor)
    except StillRunning:
        return "running"
    except NotFound:
        return "gone"
    return "asked" if asked.is_new else "under_way"


def erase_on_demand(service: ProcessService, pupil_id: str, actor: Actor) -> Asked:
    """Ask for the erasure of one pupil, whatever the term. Raises StillRunning, NotFound."""
    with service.database.begin() as tx:
        return erasures.ask(tx, service.processes, pupil_id, "demande", actor)


def rectify_pupil(
    service: ProcessService, actor: Actor, pupil_id: str, fields: Mapping[str, str], reason: str,
    read: Mapping[str, str] | None = None,
) -> Rectified:  # fmt: skip
    """Correct a pupil of the actor's lycée, in every parcours and service."""
    with service.database.begin() as tx:
        return rectify.rectify(tx, service.processes, actor, pupil_id, fields, reason, read)


def merge_pupils(service: ProcessService, actor: Actor, kept_id: str, gone_id: str) -> None:
    """A person says that two records are one pupil's (R42)."""
    with service.database.begin() as tx:
        duplicates.merge_pupils(tx, service.processes, actor, kept_id, gone_id)


def tell_apart(service: ProcessService, actor: Actor, ids: tuple[str, str]) -> None:
    """A person says that two records are not one pupil's (R42)."""
    with service.database.begin() as tx:
        duplicates.tell_apart(tx, service.processes, actor, ids)


def receive_request(
    service: ProcessService, actor: Actor, request_id: str, kind: str, received_on: date, note: str,
    pupil_id: str | None,
) -> None:  # fmt: skip
    """Somebody asks about her or his data."""
    with service.database.begin() as tx:
        requests.receive(tx, service.processes, actor, request_id, kind, received_on, note, pupil_id)


def answer_request(service: ProcessService, request_id: str, text: str) -> None:
    """What the DPO has answered."""
    with service.database.begin() as tx:
        requests.answer(tx, service.processes, request_id, text)
