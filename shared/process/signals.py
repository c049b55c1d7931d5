"""Hands signals over to the instances that waited for them when they were thrown, one transaction each."""

from sqlalchemy import Connection

from shared.bpmn import NotAwaited, signal_store, store
from shared.bpmn.signal_store import Delivery
from shared.database import Database
from shared.process import incidents
from shared.process.processes import MoveFailed, Processes

BATCH = 50


def deliver_signals(database: Database, processes: Processes) -> int:
    """Hand over what was thrown, in the order of the throws. Returns how many were dealt with.

    A held instance has its signals when it is released; one that no longer waits, or has ended, has them no more.
    """
    with database.read() as look:
        waiting = signal_store.deliverable(look, BATCH)
    return sum(_deliver(database, processes, each) for each in waiting)


def _deliver(database: Database, processes: Processes, delivery: Delivery) -> bool:
    with database.begin() as tx:
        row = store.try_lock(tx, delivery.instance_id)
        if row is None or row.status == "incident":
            return False  # another worker moves it now, or it was held meanwhile: the next turn looks again
        try:
            with tx.begin_nested():
                return hand_over(tx, processes, row, delivery)
        except MoveFailed as failed:
            incidents.record(tx, failed, processes)
            return False


def hand_over(tx: Connection, processes: Processes, row: store.InstanceRow, delivery: Delivery) -> bool:
    """One signal to one locked instance; False when another worker had it. Raises MoveFailed."""
    if not signal_store.take(tx, delivery):
        return False
    try:
        if row.status != "ended":
            processes.signal(tx, row, delivery)
    except NotAwaited:
        pass  # it went on before the signal came
    return True
