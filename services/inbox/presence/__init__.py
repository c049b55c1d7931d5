"""« Nadia Cherif a ce dossier ouvert »: who else has a task open, by the clock (ADR 31).

Opening a task's page, and the page itself as long as it is in front, say that somebody is there; nobody says that she
has left. Colleagues are named; of another organisation that may see the task only the organisation is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names
from services.inbox.presence.tables import present
from shared.catalogue import sentence
from shared.database import Database
from shared.database.upsert import put

BEAT = timedelta(seconds=25)
"""How often a page in front says that it is there."""
EXPIRES = timedelta(seconds=70)
KEPT = timedelta(minutes=15)
"""How long a row is kept that its page may touch again: a computer that slept."""
MOST_NAMED = 5


def who_else(inbox: Inbox, who: SignedIn, task: Mapping[str, Any]) -> Sequence[str]:
    """The person is at an open task, which its service let her see: sentences on who else is."""
    if task["status"] != "open" or who.actor.is_support:
        return ()
    _arrive(inbox.database, who, task["id"], inbox.clock.now())
    return _told(inbox, who, task["id"])


def still_there(inbox: Inbox, who: SignedIn, task_id: str) -> Sequence[str]:
    """As ``who_else``, from a page that was opened before; nothing for a person who has not opened the task."""
    now = inbox.clock.now()
    mine = (present.c.task_id == task_id, present.c.person_id == who.actor.person_id)
    with inbox.database.begin() as tx:
        found = tx.execute(
            update(present).where(*mine).values(seen_at=now).returning(present.c.task_id)
        ).first()
    return _told(inbox, who, task_id) if found else ()


def _arrive(database: Database, who: SignedIn, task_id: str, now: datetime) -> None:
    """A page that is drawn again at once writes nothing."""
    mine = (present.c.task_id == task_id, present.c.person_id == who.actor.person_id)
    with database.read() as look:
        seen_at = look.scalar(select(present.c.seen_at).where(*mine))
    if seen_at is not None and now - seen_at < BEAT:
        return
    row = {
        "task_id": task_id, "person_id": who.actor.person_id, "organisation_id": who.organisation.id, "seen_at": now
    }  # fmt: skip
    with database.begin() as tx:
        put(tx, present, row)
        tx.execute(delete(present).where(present.c.seen_at < now - KEPT))


def _told(inbox: Inbox, who: SignedIn, task_id: str) -> Sequence[str]:
    with inbox.database.read() as look:
        colleagues, places = _others(look, who, task_id, inbox.clock.now())
        known = names(look, [*colleagues, *places])
    told = [known[each] for each in (*colleagues, *places) if known.get(each)]
    more = [sentence("saisie.more_present", count=len(told) - MOST_NAMED)] if len(told) > MOST_NAMED else []
    return [sentence("saisie.present", name=name) for name in told[:MOST_NAMED]] + more


def _others(
    look: Connection, who: SignedIn, task_id: str, now: datetime
) -> tuple[Sequence[str], Sequence[str]]:
    """Ids of the colleagues and of the other organisations that have the task open."""
    others = select(present.c.person_id, present.c.organisation_id).where(
        present.c.task_id == task_id,
        present.c.person_id != who.actor.person_id,
        present.c.seen_at > now - EXPIRES,
    )
    rows = look.execute(others.order_by(present.c.person_id)).all()
    mine = who.organisation.id
    colleagues = [row.person_id for row in rows if row.organisation_id == mine]
    return colleagues, sorted({row.organisation_id for row in rows if row.organisation_id != mine})
