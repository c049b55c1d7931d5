"""Use cases of bilan. Each runs in one transaction, opened by the mailbox that calls it."""

from sqlalchemy import Connection

from shared.bpmn import store
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.replacing.arriving import deliver_and_catch_up


def prepare_bilan(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """A parcours comes to its end, in time or early: its bilan is convened, once (R13)."""
    return deliver_and_catch_up(tx, message, processes)


def take_departure(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """A departure was signalled after the bilan had been asked for: to the bilan while it goes on, else on its own.

    Before the bilan itself has begun the message waits for it.
    """
    if store.find(tx, "bilan", message.subject) is None:
        return Handling.WAITING
    return deliver_and_catch_up(tx, message, processes)
