"""What the mailbox and the timers' thread do with an instance; a failed move becomes an incident."""

from sqlalchemy import Connection

from shared.bpmn import store
from shared.database import Database
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import incidents
from shared.process.processes import MoveFailed, Processes
from shared.process.signals import deliver_signals

BATCH = 50


def deliver(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Hand a message to its instance within the mailbox's transaction.

    When the move fails the message stays waiting and the instance is held by an incident.
    """
    try:
        with tx.begin_nested():
            return processes.receive(tx, envelope)
    except MoveFailed as failed:
        incidents.record(tx, failed, processes)
        return Handling.WAITING


def work_due(database: Database, processes: Processes) -> int:
    """One turn of the worker: due timers, then signals. Returns how much was done."""
    return fire_due_timers(database, processes) + deliver_signals(database, processes)


def fire_due_timers(database: Database, processes: Processes) -> int:
    """Fire the timers that are due, each in a transaction of its own. Returns how many fired."""
    with database.read() as look:
        due = store.due_timers(look, processes.clock.now(), BATCH)
    return sum(_fire(database, processes, instance_id, timer_id) for instance_id, timer_id in due)


def _fire(database: Database, processes: Processes, instance_id: str, timer_id: str) -> bool:
    with database.begin() as tx:
        row = store.try_lock(tx, instance_id)
        if row is None:
            return False  # another worker moves it now: the next turn looks again
        if not store.is_due(tx, instance_id, timer_id, processes.clock.now()):
            return False
        try:
            with tx.begin_nested():
                processes.fire(tx, row, timer_id)
        except MoveFailed as failed:
            incidents.record(tx, failed, processes)
            return False
        return True
