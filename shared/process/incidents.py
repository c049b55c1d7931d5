"""Incidents: a move that failed leaves the instance as it was, held, with what an operator needs to know."""

from datetime import datetime

from sqlalchemy import Connection, select

from shared.bpmn import store
from shared.bpmn.tables import awaited_message
from shared.database import Database
from shared.ids import Ids
from shared.process.processes import MoveFailed, Processes


def record(tx: Connection, failed: MoveFailed, ids: Ids, now: datetime) -> None:
    """Write down what failed and where; the detail names elements and codes, never people's data.

    Bytes that cannot be read are told once, however many people look at the parcours.
    """
    trouble = failed.trouble
    if trouble.move == "read" and store.is_told(tx, trouble.instance_id, trouble.code):
        return
    store.record_incident(tx, ids(), trouble, now)


def retry(database: Database, processes: Processes, instance_id: str) -> bool:
    """Let an instance go on: its due timers fire again, its messages are delivered again.

    False when the instance is in no incident.
    """
    with database.begin() as tx:
        row = store.lock(tx, instance_id)
        if row is None or not store.release_incident(tx, instance_id, processes.clock.now()):
            return False
        names = select(awaited_message.c.name).where(awaited_message.c.instance_id == instance_id)
        for name in tx.scalars(names).all():
            processes.deliver_early(tx, instance_id, name, row.parcours_id)
        return True
