"""Ends a habilitation, finds those that ended long ago, and erases what is known of these people here.

The people's names stand in the services too: those are asked first, and only then is the person erased here, so that
whoever is interrupted begins again.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from services.inbox.habilitations.tables import ended
from services.inbox.notifications.tables import contact, mail, notice
from services.inbox.tables import account, membership, person, preference, session
from shared.database import wiping
from shared.errors import NotFound
from shared.parcours.campagne import Retention
from shared.parcours.retention import user_until

ERASED = {"given_name": "", "family_name": "", "email": None}


def end(tx: Connection, person_id: str, on: date) -> None:
    """From that day the person may do nothing more: sessions are closed. Raises NotFound."""
    left = update(person).where(person.c.id == person_id).values(is_active=False).returning(person.c.id)
    if tx.execute(left).first() is None:
        raise NotFound(person=person_id)
    tx.execute(delete(session).where(session.c.person_id == person_id))
    known = (
        update(ended).where(ended.c.person_id == person_id).values(ended_on=on).returning(ended.c.person_id)
    )
    if tx.execute(known).first() is None:
        tx.execute(insert(ended).values(person_id=person_id, ended_on=on))


def due(look: Connection, today: date, terms: Retention) -> Sequence[tuple[str, date]]:
    """(person id, day of the term) of people whose term has come and who are not erased yet."""
    found = select(ended.c.person_id, ended.c.ended_on).where(ended.c.erased_on.is_(None))
    rows = look.execute(found.order_by(ended.c.ended_on, ended.c.person_id)).all()
    terms_of = [(row.person_id, user_until(row.ended_on, terms)) for row in rows]
    return [(person_id, until) for person_id, until in terms_of if until <= today]


def erase(tx: Connection, person_id: str, today: date) -> None:
    """Names, addresses, accounts, roles, preferences, sessions and mail go; the id stays, and leads to nothing."""
    for table in (session, account, preference, membership, contact, notice, mail):
        tx.execute(delete(table).where(table.c.person_id == person_id))
    tx.execute(update(person).where(person.c.id == person_id).values(ERASED))
    tx.execute(update(ended).where(ended.c.person_id == person_id).values(erased_on=today))
    wiping.ask(tx)
