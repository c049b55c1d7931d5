"""A message that names who follows a parcours: that may have changed while it was on its way."""

from sqlalchemy import Connection

from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process.delivery import deliver
from shared.process.processes import Processes
from shared.process.replacing.following import catch_up


def deliver_and_catch_up(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Hand over a message, with which an instance begins or goes on; then what was decided since it was sent (R11)."""
    handling = deliver(tx, envelope, processes)
    if handling is Handling.HANDLED:
        catch_up(tx, processes, envelope.subject, {}, envelope.id)
    return handling
