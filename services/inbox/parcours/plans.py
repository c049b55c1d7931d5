"""The plan of a parcours as its page shows it: the line of its days, the gauge of R9, a calendar by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn

TOLD_BY = ("accompaniment", "enrolment")
"""The services that have a plan; the first that knows the days of the parcours is believed."""
WEEK = 7
LINE = 1000
"""Units of the line's drawing from the first day to the last."""


@dataclass(frozen=True)
class Cell:
    """A day of the parcours. ``hosts``: codes, of one or several."""

    day: date
    hosts: Sequence[str]
    is_today: bool


@dataclass(frozen=True)
class Month:
    """``weeks``: seven places each, from Monday; None where the parcours has no day of this month."""

    first: date
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True)
class Line:
    """The parcours from its first day to its last, at one day of it. ``number``: of that day, from 1; 0 before the
    first; ``at``: its place on the drawing, ``companies``: x and width of the periods in companies."""

    first: date
    last: date
    day: date
    total: int
    number: int
    at: int
    companies: Sequence[tuple[int, int]]

    @property
    def left(self) -> int:
        return self.total - self.number


@dataclass(frozen=True)
class Plan:
    """``gauge`` and ``solutions`` as the service tells them; ``hosts``: codes that the calendar shows."""

    line: Line
    gauge: Mapping[str, Any] | None
    solutions: Sequence[Mapping[str, Any]]
    is_signed: bool
    months: Sequence[Month]
    hosts: Sequence[str]


def of_parcours(inbox: Inbox, who: SignedIn, parcours_id: str, today: date, on: date | None) -> Plan | None:
    """As it is today, with the line at the past day ``on``, if one is asked for.

    None before the admission, on a day before the parcours, and when no service tells it.
    """
    replies, _ = inbox.sources.ask_each(
        who.actor, f"/parcours/{parcours_id}/plan", {name: {} for name in TOLD_BY}
    )
    known = (replies[name].body for name in TOLD_BY if name in replies and replies[name].is_ok)
    told = next((each for each in known if each.get("begins_on")), None)
    if told is None or (on is not None and on.isoformat() < told["begins_on"]):
        return None
    return plan_of(told, on or today)


def plan_of(told: Mapping[str, Any], day: date) -> Plan:
    days = [(date.fromisoformat(each["day"]), each["hosts"]) for each in told["days"]]
    cells = [Cell(each, hosts, each == day) for each, hosts in days]
    months = [
        _month(list(of_month)) for _, of_month in groupby(cells, key=lambda cell: cell.day.replace(day=1))
    ]
    shown = dict.fromkeys(host for cell in cells for host in cell.hosts)
    return Plan(_line(told, day), told["gauge"], told["solutions"], told["signed"], months, list(shown))


def _month(cells: Sequence[Cell]) -> Month:
    first = cells[0].day
    places: list[Cell | None] = [*[None] * first.weekday(), *cells]
    places += [None] * (-len(places) % WEEK)
    weeks = [places[start : start + WEEK] for start in range(0, len(places), WEEK)]
    return Month(first.replace(day=1), weeks)


def _line(told: Mapping[str, Any], day: date) -> Line:
    first, last = date.fromisoformat(told["begins_on"]), date.fromisoformat(told["ends_on"])
    total = (last - first).days + 1

    def place(on: date) -> int:
        return round(max(0, min(total, (on - first).days)) * LINE / total)

    companies = []
    for each in (each for each in told["solutions"] if each["company"]):
        start = place(date.fromisoformat(each["first_on"]))
        end = round(max(0, min(total, (date.fromisoformat(each["last_on"]) - first).days + 1)) * LINE / total)
        companies.append((start, max(1, end - start)))
    number = max(0, min(total, (day - first).days + 1))
    return Line(first, last, day, total, number, place(day), companies)
