"""Who looked at whose file (R41): each reading by another organisation than the one it belongs to, and by operators.

One row for a person, a parcours, a kind of reading and an hour. What this process has written within the hour it does
not write again: most readings cost nothing.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from shared.clock import Clock
from shared.database import Database
from shared.identity import Actor
from shared.process.personal.tables import access

What = Literal["parcours", "task", "export", "operator", "ateliers"]
REMEMBERED = 10_000  # readings; what falls out is only asked of the database again


class AccessLog:
    """Writes the log of one service, in transactions of their own, after what was read.

    ``owner``: the kind of organisation to which the parcours belong, as far as this service knows them.
    """

    def __init__(self, database: Database, clock: Clock, owner: str) -> None:
        self._database, self._clock, self._owner = database, clock, owner
        self._known: OrderedDict[tuple[Any, ...], None] = OrderedDict()
        self._lock = Lock()

    def parcours(self, actor: Actor, parcours_id: str) -> None:
        """A parcours was read: noted, unless by the organisation to which it belongs."""
        if actor.organisation_kind != self._owner:
            self.note(actor, parcours_id, "parcours")

    def cycle(self, actor: Actor, cycle_id: str) -> None:
        """Names of a cycle of workshops were read: noted, unless by the lycée, whose pupils they are."""
        if actor.organisation_kind != "lycee":
            self.note(actor, cycle_id, "ateliers")

    def task(self, actor: Actor, parcours_id: str) -> None:
        """A task of another organisation was read, or one's own in a parcours that is (still) others'."""
        self.note(actor, parcours_id, "task")

    def operator(self, actor: Actor, parcours_id: str) -> None:
        """An operator has looked at an instance."""
        self.note(actor, parcours_id, "operator")

    def note(self, actor: Actor, parcours_id: str, what: What) -> None:
        """Somebody has read; a second reading within the hour adds nothing."""
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        key = (parcours_id, hour, actor.person_id, actor.organisation_id, what)
        if self._is_known(key):
            return
        with self._database.begin() as tx:
            write(tx, actor, parcours_id, what, hour)
        with self._lock:
            self._known[key] = None
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def _is_known(self, key: tuple[Any, ...]) -> bool:
        with self._lock:
            return key in self._known


def write(tx: Connection, actor: Actor, parcours_id: str, what: What, hour: datetime) -> None:
    """One row of the log, unless it is there."""
    row = {
        "parcours_id": parcours_id, "hour": hour, "person_id": actor.person_id, "person_name": actor.name,
        "organisation_id": actor.organisation_id, "organisation_kind": actor.organisation_kind, "what": what,
    }  # fmt: skip
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    tx.execute(insert(access).values(row).on_conflict_do_nothing())


def of_parcours(
    look: Connection, parcours: Sequence[str], limit: int, before: datetime | None = None
) -> Sequence[Row[Any]]:
    """Who read these parcours, the newest first; ``before``: the hour of the last row of a page."""
    return matching(look, access.c.parcours_id.in_(parcours), limit, before)


def matching(
    look: Connection, which: ColumnElement[bool], limit: int, before: datetime | None = None
) -> Sequence[Row[Any]]:
    """The same of any rows of the log."""
    found = select(access).where(which)
    if before is not None:
        found = found.where(access.c.hour < before)
    order = (access.c.hour.desc(), access.c.person_id, access.c.what)
    return look.execute(found.order_by(*order).limit(limit)).all()
