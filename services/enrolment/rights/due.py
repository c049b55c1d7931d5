"""Whose data have come to their term (R40), and who is kept since a parcours still runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.enrolment.pupils.tables import opened_parcours, pupil
from shared.bpmn.tables import instance
from shared.campagnes import current
from shared.clock import local_date
from shared.database import Database
from shared.parcours.campagne import Campagne, UnknownCampagne, campagne_named, campagne_on
from shared.parcours.campagne import Retention as Terms
from shared.parcours.retention import pupil_until
from shared.process import Processes

PAGE = 500


@dataclass(frozen=True)
class Due:
    """A pupil whose term has come. ``running``: parcours that are not over, for which nothing is erased."""

    pupil_id: str
    until: date
    parcours: tuple[str, ...]
    running: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """Looks for what has come to its term, by the terms of the last campagne in which a parcours was opened."""

    database: Database
    processes: Processes

    def count(self) -> int:
        """How many pupils will be looked at."""
        with self.database.read() as look:
            return look.scalar(select(func.count()).select_from(pupil)) or 0

    def pages(self, today: date) -> Iterator[tuple[int, list[Due]]]:
        """Page by page: how many pupils were looked at, and those whose term has come by ``today``."""
        after = ""
        while True:
            with self.database.read() as look:
                campagnes = [version.campagne for version in current(look).values()]
                rows = _pupils(look, after)
                terms = [_terms(row.campagne, today, campagnes) for row in rows]
                looked_at = zip(rows, terms, strict=True)
                due = [each for row, its in looked_at if (each := self._due(look, row, its, today))]
            yield len(rows), due
            if len(rows) < PAGE:
                return
            after = rows[-1].id

    def _due(self, look: Connection, row: Row[Any], terms: Terms, today: date) -> Due | None:
        if pupil_until(row.born_on, _earliest_exit(row), terms) > today:
            return None  # whatever its parcours say: they need not be read
        instances = _instances(look, row.id)
        running = tuple(each.parcours_id for each in instances if each.status != "ended")
        exits = [self._exit(look, each) for each in instances if each.status == "ended"]
        until = pupil_until(row.born_on, max(exits) if exits else row.left_on, terms)
        if until > today:
            return None
        return Due(row.id, until, tuple(each.parcours_id for each in instances), running)

    def _exit(self, look: Connection, row: Row[Any]) -> date:
        """The day of exit that the parcours says, else that of its closing."""
        values: Mapping[str, Any] = self.processes.variables(look, row)
        found = values.get("sortie_le")
        return found if isinstance(found, date) else local_date(row.ended_at)


def _terms(code: str | None, today: date, campagnes: Sequence[Campagne]) -> Terms:
    """Those of the campagne as it is published now; of today's for a pupil without parcours, or of one unknown now."""
    try:
        found = campagne_named(code, campagnes) if code else campagne_on(today, campagnes)
    except UnknownCampagne:
        found = campagne_on(today, campagnes)
    return found.retention


def _earliest_exit(row: Row[Any]) -> date | None:
    """A day before which no exit of a pupil can be."""
    return local_date(row.opened_at) if row.opened_at else row.left_on


def _pupils(look: Connection, after: str) -> Sequence[Row[Any]]:
    mine = opened_parcours.c.pupil_id == pupil.c.id
    opened_at = select(func.min(opened_parcours.c.opened_at)).where(mine).scalar_subquery()
    campagne = select(func.max(opened_parcours.c.campagne)).where(mine).scalar_subquery()
    found = select(
        pupil.c.id, pupil.c.born_on, pupil.c.left_on, opened_at.label("opened_at"), campagne.label("campagne")
    )
    return look.execute(found.where(pupil.c.id > after).order_by(pupil.c.id).limit(PAGE)).all()


def _instances(look: Connection, pupil_id: str) -> Sequence[Row[Any]]:
    joined = select(instance).join(opened_parcours, opened_parcours.c.parcours_id == instance.c.parcours_id)
    return look.execute(joined.where(opened_parcours.c.pupil_id == pupil_id)).all()
