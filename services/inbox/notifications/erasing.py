"""Erases what the inbox holds of a person's parcours (R40), when enrolment, which owns the person, asks."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.inbox.holdings import INBOX_HOLDINGS
from shared.database import wiping
from shared.process.personal.erasure import ASKED
from shared.process.personal.holdings import Subject

__all__ = ["ASKED", "erase"]


def erase(tx: Connection, parcours: Sequence[str]) -> None:
    """A second time does no harm."""
    for holding in INBOX_HOLDINGS:
        holding.erase(tx, Subject(parcours=tuple(parcours)))
    wiping.ask(tx)
