"""What people asked about their data, by when it is to be answered, and what was answered (R41).

An answer is due within a month of the day on which the request came (RGPD, art. 12 § 3).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, select, update

from services.enrolment.rights.tables import data_request
from shared.catalogue import sentence
from shared.clock import local_date
from shared.database.upsert import keep_first
from shared.errors import BadInput, Conflict, NotFound
from shared.identity import Actor
from shared.parcours.months import add_months
from shared.process import Processes

KINDS = ("acces", "rectification", "effacement")
MONTHS = 1


class AlreadyAnswered(Conflict):
    """The request has its answer."""

    code: ClassVar[str] = "rights.already_answered"


def receive(
    tx: Connection, processes: Processes, actor: Actor, request_id: str, kind: str, received_on: date, note: str,
    pupil_id: str | None,
) -> None:  # fmt: skip
    """Note a request; one that is there under its id stays as it is. Raises BadInput for a day to come."""
    if received_on > local_date(processes.clock.now()):
        raise BadInput({"received_on": [sentence("rights.received_in_future")]})
    row = {
        "id": request_id, "pupil_id": pupil_id, "kind": kind, "received_on": received_on,
        "due_on": add_months(received_on, MONTHS), "note": note, "written_by": actor.person_id,
        "written_by_name": actor.name,
    }  # fmt: skip
    keep_first(tx, data_request, row)


def answer(tx: Connection, processes: Processes, request_id: str, text: str) -> None:
    """Note what was answered, today. Raises NotFound, AlreadyAnswered."""
    row = tx.execute(select(data_request).where(data_request.c.id == request_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.answered_on is not None:
        raise AlreadyAnswered()
    today = local_date(processes.clock.now())
    changed = update(data_request).where(data_request.c.id == request_id)
    tx.execute(changed.values(answered_on=today, answer=text))


def page(look: Connection, limit: int) -> Sequence[Row[Any]]:
    """The requests: those without an answer first, by the day on which it is due, then the newest answers."""
    is_answered = data_request.c.answered_on.is_not(None)
    order = (is_answered, data_request.c.answered_on.desc(), data_request.c.due_on, data_request.c.id)
    return look.execute(select(data_request).order_by(*order).limit(limit)).all()
