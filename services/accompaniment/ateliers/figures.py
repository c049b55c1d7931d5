"""Figures of the workshops: sessions, and what the sheets say of pupils (R32), of a campagne's cycles."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.rules import PRESCRIT, REALISE, REFUS_JEUNE, REFUS_TIERS, REPORTE
from services.accompaniment.ateliers.sessions import CANCELLED, CLOSED, PLANNED
from services.accompaniment.ateliers.tables import attendance, cycle, pupil, session
from shared.identity import Actor
from shared.process.figures import scope
from shared.process.figures.small_counts import Sums, Told, suppressed

SESSIONS = {CLOSED: "seances_tenues", PLANNED: "seances_prevues", CANCELLED: "seances_annulees"}
MARKS = {
    REALISE: "presences", REFUS_JEUNE: "absences", REFUS_TIERS: "excuses", PRESCRIT: "a_noter",
}  # fmt: skip
ENROLLED, PLACES = "eleves", "inscriptions"
OF_PEOPLE = (ENROLLED, PLACES, *MARKS.values())
FIGURES = (*SESSIONS.values(), *OF_PEOPLE)
SUMS: Sums = {PLACES: tuple(MARKS.values())}

OWN = {"lycee": cycle.c.uai, "mission_locale": cycle.c.mission_locale}


@dataclass(frozen=True)
class Workshops:
    """``rows``: group (an organisation's id, an académie; "" without Mission Locale) → figure → count."""

    rows: Mapping[str, Mapping[str, int]]
    total: Mapping[str, int]

    def told(self) -> tuple[Told, dict[str, int | None]]:
        """For who reads aggregates: counts of people suppressed where they are small; sessions are nobody."""
        rows, total = suppressed(
            {key: _only_people(row) for key, row in self.rows.items()}, _only_people(self.total), SUMS
        )
        return {key: {**row, **rows[key]} for key, row in self.rows.items()}, {**self.total, **total}


def workshops(look: sa.Connection, actor: Actor, campagne: str, group: str) -> Workshops:
    """The cycles of a campagne that the actor may have counted; Forbidden for who may have none."""
    within = scope.covers(actor)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for row, figure, count in _counted(look, sa.and_(cycle.c.campagne == campagne, *scope.own(actor, OWN))):
        if within(row.lycee):
            rows[scope.key_of(group, row) or ""][figure] += count
            total[figure] += count
    return Workshops({key: _whole(counts) for key, counts in sorted(rows.items())}, _whole(total))


def _counted(look: sa.Connection, which: sa.ColumnElement[bool]) -> Iterator[tuple[Any, str, int]]:
    """(organisations, figure, count): a pupil rescheduled to another session counts where he or she is awaited."""
    count = sa.func.count()
    held = cycle.join(session, session.c.cycle_id == cycle.c.id)
    for row in look.execute(_by(which, session.c.status, count, held)):
        yield row, SESSIONS[row.kind], row.number
    marked = held.join(attendance, attendance.c.session_id == session.c.id)
    in_force = sa.and_(which, session.c.status != CANCELLED, attendance.c.status != REPORTE)
    for row in look.execute(_by(in_force, attendance.c.status, count, marked)):
        yield row, MARKS[row.kind], row.number
        yield row, PLACES, row.number
    enrolled = cycle.join(pupil, pupil.c.cycle_id == cycle.c.id)
    for row in look.execute(_by(which, None, count, enrolled)):
        yield row, ENROLLED, row.number
    for row in look.execute(_by(which, None, sa.func.sum(cycle.c.erased_pupils), cycle)):
        yield row, ENROLLED, row.number


def _by(
    which: sa.ColumnElement[bool],
    kind: sa.ColumnElement[str] | None,
    count: sa.ColumnElement[int],
    joined: sa.FromClause,
) -> sa.Select[Any]:
    """(lycee, mission_locale, number), and the kind if there is one, of what is joined to the cycles."""
    by = [cycle.c.uai.label("lycee"), cycle.c.mission_locale.label("mission_locale")]
    by += [kind.label("kind")] if kind is not None else []
    return sa.select(*by, count.label("number")).select_from(joined).where(which).group_by(*by)


def _whole(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in FIGURES}


def _only_people(row: Mapping[str, int]) -> dict[str, int]:
    return {name: row[name] for name in OF_PEOPLE}
