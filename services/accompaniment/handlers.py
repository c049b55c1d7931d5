"""Use cases of accompaniment. Each runs in one transaction, opened by the mailbox that calls it."""

from sqlalchemy import Connection

from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.delivery import deliver
from shared.process.replacing.arriving import deliver_and_catch_up


def take_over_parcours(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """Enrolment entrusts a parcours: its follow-up starts, once."""
    return deliver_and_catch_up(tx, message, processes)


def close_suivi(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """The bilan was held: the follow-up ends (R13)."""
    return deliver(tx, message, processes)


def open_obligation(tx: Connection, message: Envelope, processes: Processes) -> Handling:
    """A young person under 18 is left without a solution: the obligation de formation opens, once (R26)."""
    return deliver_and_catch_up(tx, message, processes)
