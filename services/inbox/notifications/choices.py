"""What people choose of each kind of notice: when, and whether an SMS comes too. Kept among the preferences."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from services.inbox.identity.people import prefer
from services.inbox.notifications.hours import AT_ONCE, DAILY, RHYTHMS
from services.inbox.tables import preference

TASK, HANDOVER, NEAR, LATE, INCIDENT, APPOINTMENT = (
    "tache", "passation", "echeance", "retard", "incident", "rendez_vous",
)  # fmt: skip
USUAL: Mapping[str, str] = {
    TASK: DAILY, HANDOVER: AT_ONCE, NEAR: DAILY, LATE: DAILY, INCIDENT: AT_ONCE, APPOINTMENT: AT_ONCE,
}  # fmt: skip
"""Kind → rhythm, until a person says otherwise."""
REMINDERS = (NEAR, LATE)
NO, YES = "non", "oui"
SMS = "avis_sms"


def name_of(kind: str) -> str:
    """The preference that says when a kind is told."""
    return f"avis_{kind}"


POSSIBLE: Mapping[str, Collection[str]] = {name_of(kind): RHYTHMS for kind in USUAL} | {SMS: (NO, YES)}


def chosen(tx: Connection, person_id: str) -> dict[str, str]:
    """Each preference of ``POSSIBLE`` with what the person has chosen, or what is usual."""
    usual = {name_of(kind): rhythm for kind, rhythm in USUAL.items()} | {SMS: NO}
    query = select(preference.c.name, preference.c.value).where(
        preference.c.person_id == person_id, preference.c.name.in_(POSSIBLE)
    )
    return usual | {row.name: row.value for row in tx.execute(query) if row.value in POSSIBLE[row.name]}


def rhythm_of(tx: Connection, person_id: str, kind: str) -> str:
    return chosen(tx, person_id)[name_of(kind)]


def choose(tx: Connection, person_id: str, said: Mapping[str, str]) -> None:
    """Keep what of ``said`` is a known preference with an allowed value."""
    prefer(tx, person_id, said, POSSIBLE)
