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

from shared.clock import Clock
from shared.database import Database
from shared.database.upsert import keep_first
from shared.identity import Actor
from shared.process.personal.tables import access

What = Literal["parcours", "task", "export", "operator", "ateliers", "refused", "support"]
PLATFORM = ("plateforme", "system")
"""The organisation of who looks with somebody else's eyes: her or his own, not that person's."""
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
        self.many(actor, [parcours_id])

    def many(self, actor: Actor, parcours: Sequence[str]) -> None:
        """A page of parcours was read: as each of them, in one transaction and one statement."""
        if actor.is_support or actor.organisation_kind != self._owner:
            self._write(actor, parcours, "parcours")

    def cycle(self, actor: Actor, cycle_id: str) -> None:
        """Names of a cycle of workshops were read: noted, unless by the lycée, whose pupils they are."""
        if actor.is_support or actor.organisation_kind != "lycee":
            self.note(actor, cycle_id, "ateliers")

    def task(self, actor: Actor, parcours_id: str) -> None:
        """A task of another organisation was read, or one's own in a parcours that is (still) others'."""
        self.note(actor, parcours_id, "task")

    def operator(self, actor: Actor, parcours_id: str) -> None:
        """An operator has looked at an instance."""
        self.note(actor, parcours_id, "operator")

    def note(self, actor: Actor, parcours_id: str, what: What) -> None:
        """Somebody has read; a second reading within the hour adds nothing."""
        self._write(actor, [parcours_id], what)

    def _write(self, actor: Actor, parcours: Sequence[str], what: What) -> None:
        what = "support" if actor.is_support and what != "refused" else what
        hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
        keys = {each: (each, hour, actor.person_id, actor.organisation_id, what) for each in sorted(parcours)}
        unknown = [each for each, key in keys.items() if not self._is_known(key)]
        if not unknown:
            return
        with self._database.begin() as tx:
            write(tx, actor, unknown, what, hour)
        with self._lock:
            self._known.update((keys[each], None) for each in unknown)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def _is_known(self, key: tuple[Any, ...]) -> bool:
        with self._lock:
            return key in self._known


def write(tx: Connection, actor: Actor, parcours: Sequence[str], what: What, hour: datetime) -> None:
    """A row of the log for each parcours, unless it is there; in one order: no two writers wait for each other."""
    place = PLATFORM if actor.is_support else (actor.organisation_id, actor.organisation_kind)
    rows = [
        {"parcours_id": each, "hour": hour, "person_id": actor.person_id, "person_name": actor.name,
         "organisation_id": place[0], "organisation_kind": place[1], "what": what}
        for each in sorted(parcours)
    ]  # fmt: skip
    keep_first(tx, access, rows)


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
