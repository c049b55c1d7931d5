"""A parcours that begins in a service by a message: it may have changed hands while that was on its way."""

from sqlalchemy import Connection

from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process.delivery import deliver
from shared.process.processes import Processes
from shared.process.replacing.following import catch_up


def begin(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Hand the message over, then what was decided since it was sent (R11)."""
    handling = deliver(tx, envelope, processes)
    if handling is Handling.HANDLED:
        catch_up(tx, processes, envelope.subject, {}, envelope.id)
    return handling
