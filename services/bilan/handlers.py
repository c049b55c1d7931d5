"""Use cases of bilan. Each runs in one transaction, opened by the mailbox that calls it."""

from sqlalchemy import Connection

from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.delivery import deliver


def prepare_bilan(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """A parcours comes to its end, in time or early: its bilan is convened, once (R13)."""
    return deliver(tx, message, processes)
