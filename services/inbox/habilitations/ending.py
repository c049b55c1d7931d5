"""Ends a habilitation, finds those that ended long ago, and erases what is known of these people here.

The people's names stand in the services too: those are asked first, and only then is the person erased here, so that
whoever is interrupted begins again.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import Connection, delete, exists, or_, select, update

from services.inbox.calendars.tables import feed, guest
from services.inbox.habilitations.tables import ended
from services.inbox.notifications.tables import contact, mail, notice
from services.inbox.presence.tables import present
from services.inbox.tables import account, membership, person, preference, session
from services.inbox.team import forgetting
from services.inbox.team.administrators import administered_by, hold, refuse_none_left
from services.inbox.team.standing import end_mandates, revoke_unfounded
from shared.clock import PARIS
from shared.database import wiping
from shared.database.upsert import put
from shared.errors import NotFound
from shared.parcours.campagne import Retention
from shared.parcours.retention import user_until

ERASED = {"given_name": "", "family_name": "", "email": None}


def end(tx: Connection, person_id: str, on: date, forced: frozenset[str] = frozenset()) -> None:
    """From that day the person may do nothing more: sessions are closed, mandates end.

    ``forced``: organisations that may be left without anybody to keep their team. Raises NotFound, LastAdministrator.
    """
    kept = administered_by(tx, person_id)
    hold(tx, *kept)
    left = update(person).where(person.c.id == person_id).values(is_active=False).returning(person.c.id)
    if tx.execute(left).first() is None:
        raise NotFound(person=person_id)
    refuse_none_left(tx, kept, forced)
    for table in (session, feed):
        tx.execute(delete(table).where(table.c.person_id == person_id))
    revoke_unfounded(tx, person_id, datetime.combine(on, time(), PARIS))
    end_mandates(tx, person_id, datetime.combine(on, time(), PARIS))
    note_end(tx, person_id, on)


def note_end(tx: Connection, person_id: str, on: date) -> None:
    """The term of R40 begins on that day."""
    put(tx, ended, {"person_id": person_id, "ended_on": on})


def rejoin(tx: Connection, person_id: str) -> None:
    """Who had left every organisation has a role again: no term runs."""
    tx.execute(delete(ended).where(ended.c.person_id == person_id, ended.c.erased_on.is_(None)))


def due(look: Connection, today: date, terms: Retention) -> Sequence[tuple[str, date]]:
    """(person id, day of the term) of people whose term has come, who came back nowhere, and are not erased."""
    has_role = exists().where(membership.c.person_id == ended.c.person_id)
    is_gone = or_(~person.c.is_active, ~has_role)
    found = (
        select(ended.c.person_id, ended.c.ended_on)
        .join(person, person.c.id == ended.c.person_id)
        .where(ended.c.erased_on.is_(None), is_gone)
    )
    rows = look.execute(found.order_by(ended.c.ended_on, ended.c.person_id)).all()
    terms_of = [(row.person_id, user_until(row.ended_on, terms)) for row in rows]
    return [(person_id, until) for person_id, until in terms_of if until <= today]


def erase(tx: Connection, person_id: str, today: date) -> None:
    """Names, addresses, accounts, roles, preferences, sessions and mail go; the id stays, and leads to nothing."""
    for table in (session, account, preference, membership, contact, notice, mail, present, feed, guest):
        tx.execute(delete(table).where(table.c.person_id == person_id))
    forgetting.forget(tx, person_id)
    tx.execute(update(person).where(person.c.id == person_id).values(ERASED))
    tx.execute(update(ended).where(ended.c.person_id == person_id).values(erased_on=today))
    wiping.ask(tx)
