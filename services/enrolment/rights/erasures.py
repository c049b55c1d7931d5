"""Asks the other services to erase a person's data, and erases enrolment's own once all have (R40).

Each step is one transaction and may be made again: a crash in between leaves a message to be sent or answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, insert, select, update

from services.enrolment.pupils.tables import opened_parcours, pupil
from services.enrolment.rights.tables import erasure, merge
from shared.errors import Conflict, NotFound
from shared.identity import Actor
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.personal import Holding, Subject
from shared.process.personal.erasure import ASKED, Erasure, answer_type, erase, hindrance, put

PARTNERS = ("accompaniment", "bilan")
DONE = ""
"""What a service that has erased has answered."""
GROWN = "fiche_changee"
"""Why nothing is erased here: a parcours or a record of the person came after the services were asked."""


class StillRunning(Conflict):
    """A parcours of the person is not over: nothing is erased. ``parcours``: its id."""

    code: ClassVar[str] = "rights.still_running"


class OpeningWhileErasing(Conflict):
    """The person is being erased: no parcours is opened in between."""

    code: ClassVar[str] = "rights.opening_erasing"


@dataclass(frozen=True)
class Asked:
    """``is_new`` is false when the same erasure was under way already."""

    erasure_id: str
    is_new: bool


def subject_of(tx: Connection, pupil_id: str) -> Subject:
    """A pupil's record, those that were merged into it, and all their parcours. Raises NotFound."""
    if tx.execute(select(pupil.c.id).where(pupil.c.id == pupil_id)).first() is None:
        raise NotFound()
    merged = tx.scalars(select(merge.c.gone_id).where(merge.c.kept_id == pupil_id).order_by(merge.c.gone_id))
    parcours = select(opened_parcours.c.parcours_id).where(opened_parcours.c.pupil_id == pupil_id)
    return Subject((pupil_id, *merged), tuple(tx.scalars(parcours.order_by(opened_parcours.c.parcours_id))))


def refuse_while_erasing(tx: Connection, pupil_id: str) -> None:
    """Raises OpeningWhileErasing while the services are asked to erase the pupil, NotFound for one just erased."""
    _lock(tx, pupil_id)
    under_way = (erasure.c.pupil_id == pupil_id, erasure.c.status == "asked")
    if tx.execute(select(erasure.c.id).where(*under_way)).first():
        raise OpeningWhileErasing()


def _lock(tx: Connection, pupil_id: str) -> None:
    """An opening and an erasure of one pupil come one after the other. Raises NotFound."""
    if tx.execute(select(pupil.c.id).where(pupil.c.id == pupil_id).with_for_update()).first() is None:
        raise NotFound()


def ask(tx: Connection, processes: Processes, pupil_id: str, cause: str, actor: Actor) -> Asked:
    """Ask every service to erase a pupil. Raises StillRunning, NotFound.

    What a service refused is asked again under the same number; what is under way is not asked twice.
    """
    _lock(tx, pupil_id)
    subject = subject_of(tx, pupil_id)
    if hindrance(tx, subject):
        raise StillRunning(parcours=", ".join(subject.parcours))
    known = tx.execute(select(erasure).where(erasure.c.pupil_id == pupil_id).with_for_update()).first()
    if known is not None and known.status == "asked":
        return Asked(known.id, is_new=False)
    erasure_id = known.id if known else processes.ids()
    row = {
        "cause": cause, "asked_at": processes.clock.now(), "asked_by": actor.person_id,
        "asked_by_name": actor.name, "status": "asked", "pupils": list(subject.pupils),
        "parcours": list(subject.parcours), "answers": {},
    }  # fmt: skip
    if known:
        tx.execute(update(erasure).where(erasure.c.id == erasure_id).values(row))
    else:
        tx.execute(insert(erasure).values(id=erasure_id, pupil_id=pupil_id, **row))
    put(tx, erasure_id, ASKED, Erasure(erasure_id, subject, cause).as_data(), processes)
    return Asked(erasure_id, is_new=True)


def answer_handlers(
    holdings: Sequence[Holding],
) -> Mapping[str, Callable[[Connection, Envelope, Processes], Handling]]:
    """Message type → what enrolment does with a service's answer. ``holdings``: enrolment's own tables."""

    def handle(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
        mine = erasure.c.id == envelope.subject
        whose = select(pupil.c.id).join(erasure, erasure.c.pupil_id == pupil.c.id).where(mine)
        tx.execute(whose.with_for_update(of=pupil))
        row = tx.execute(select(erasure).where(mine).with_for_update()).first()
        if row is not None and row.status != "done":
            _take_answer(tx, row, envelope, holdings, processes)
        return Handling.HANDLED

    return {answer_type(partner): handle for partner in PARTNERS}


def _take_answer(
    tx: Connection, row: Row[Any], envelope: Envelope, holdings: Sequence[Holding], processes: Processes
) -> None:
    answers = {**row.answers, envelope.source: DONE if envelope.data["efface"] else envelope.data["motif"]}
    status = "refused" if any(answers.values()) else row.status
    if status == "asked" and answers.keys() >= set(PARTNERS):
        asked = Erasure(row.id, Subject(tuple(row.pupils), tuple(row.parcours)), row.cause)
        if reason := _grown(tx, row.pupil_id, asked.subject) or hindrance(tx, asked.subject):
            answers, status = {**answers, processes.vocabulary.service: reason}, "refused"
        else:
            erase(tx, holdings, asked, processes)
            status = "done"
    done_at = processes.clock.now() if status == "done" else None
    changed = {"answers": answers, "status": status, "done_at": done_at}
    tx.execute(update(erasure).where(erasure.c.id == row.id).values(changed))


def _grown(tx: Connection, pupil_id: str, asked: Subject) -> str | None:
    try:
        return None if subject_of(tx, pupil_id) == asked else GROWN
    except NotFound:  # another record has taken it over
        return GROWN


def page(look: Connection, limit: int, before: datetime | None = None) -> Sequence[Row[Any]]:
    """The erasures, the newest first; ``before``: when the last one of a page was asked for."""
    found = select(erasure).order_by(erasure.c.asked_at.desc(), erasure.c.id.desc()).limit(limit)
    return look.execute(found.where(erasure.c.asked_at < before) if before else found).all()
