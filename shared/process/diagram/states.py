"""The state of each element of one parcours for one side, now or at the end of a past day.

An element has one state, however often it was done: what is read is a line per element and event, not the story. It
comes of the lines that ``views.told_story`` would tell this reader, never of more (R12, R37, R38); what the story
tells to nobody (a gateway, what the machine does) has no state either.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from shared.bpmn import Definition, Element
from shared.clock import PARIS
from shared.identity import Actor
from shared.process.record import REPAIR
from shared.process.tables import story
from shared.process.views import TOLD_TYPES

DONE, CURRENT, CANCELLED, NOT_REACHED = "done", "current", "cancelled", "not_reached"
PRIVATE, UNTOLD = "private", "untold"
STATES = (DONE, CURRENT, CANCELLED, NOT_REACHED, PRIVATE, UNTOLD)
_HAPPENED = ("completed", "caught", "thrown")
_WAITING = ("userTask", "receiveTask", "intermediateCatchEvent")
HOLDING = ("subProcess", "callActivity")
_TOLD = tuple(each for each in TOLD_TYPES if each != REPAIR)


@dataclass
class Seen:
    """What the story tells of one element: how often each event, and the last line of each."""

    times: dict[str, int] = field(default_factory=dict)
    last: dict[str, Row[Any]] = field(default_factory=dict)

    @property
    def happened(self) -> Row[Any] | None:
        lines = [self.last[event] for event in _HAPPENED if event in self.last]
        return max(lines, key=lambda line: str(line.id), default=None)

    @property
    def done_times(self) -> int:
        """An event that is thrown and left has two lines each time."""
        return max((self.times.get(event, 0) for event in _HAPPENED), default=0)

    @property
    def is_open(self) -> bool:
        """Entered more often than left."""
        left = sum(self.times.get(event, 0) for event in (*_HAPPENED, "cancelled"))
        return self.times.get("entered", 0) > left


def end_of(day: date) -> datetime:
    """The instant at which a day is over in Paris."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS).astimezone(UTC)


def elements(
    tx: Connection, row: Row[Any], definition: Definition, holders: Mapping[str, frozenset[str]], actor: Actor,
    on: date | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Every element of the definition with its state and, of what is done or current, since when and by whom.

    ``row``: an instance; ``holders``: of ``Sheet``; ``on``: None for now. What is the other side's own has no name.
    """
    seen = _seen(tx, row, actor, on)
    waiting = _waiting(row, definition, seen, on)
    told = {
        element.id: _element(element, seen.get(element.id, Seen()), actor, is_waiting=element.id in waiting)
        for element in definition.elements.values()
    }
    _hold(told, holders, seen)
    return list(told.values())


def _seen(tx: Connection, row: Row[Any], actor: Actor, on: date | None) -> dict[str, Seen]:
    """What the story says of each element; of a process that began anew in its row, since then."""
    visible = [
        story.c.at >= row.started_at,
        story.c.parcours_id == row.parcours_id, story.c.instance_id == row.id,
        story.c.side.in_(("both", actor.side)), story.c.type.in_((*_TOLD, *HOLDING)),
    ]  # fmt: skip
    if on is not None:
        visible.append(story.c.at < end_of(on))
    grouped = (
        select(func.max(story.c.id).label("last"), func.count().label("times"))
        .where(*visible)
        .group_by(story.c.element_id, story.c.event)
        .subquery()
    )
    lines = select(story, grouped.c.times).join(grouped, story.c.id == grouped.c.last)
    found: dict[str, Seen] = {}
    for line in tx.execute(lines):
        known = found.setdefault(line.element_id, Seen())
        known.times[line.event], known.last[line.event] = line.times, line
    return found


def _waiting(row: Row[Any], definition: Definition, seen: Mapping[str, Seen], on: date | None) -> set[str]:
    """Where it waits: now, as the instance says; on a past day, what had been entered and not left."""
    if on is None:
        return set(row.position)
    if row.ended_at is not None and row.ended_at < end_of(on):
        return set()
    waits = (each for each in definition.elements.values() if each.type in _WAITING)
    return {each.id for each in waits if seen.get(each.id, Seen()).is_open}


def _element(element: Element, seen: Seen, actor: Actor, *, is_waiting: bool) -> dict[str, Any]:
    state = _state(element, seen, actor, is_waiting=is_waiting)
    line = {
        CURRENT: seen.last.get("entered"),
        DONE: seen.happened,
        CANCELLED: seen.last.get("cancelled"),
    }.get(state)
    return {
        "element_id": element.id, "name": "" if state == PRIVATE else element.name, "type": element.type,
        "etape": element.etape,
        "organisation": element.organisation or None, "state": state,
        "times": seen.done_times if state in (DONE, CURRENT) else 0,
        "at": line.at.isoformat() if line else None,
        "actor_name": line.actor_name if line and state == DONE and element.type == "userTask" else None,
    }  # fmt: skip


def _state(element: Element, seen: Seen, actor: Actor, *, is_waiting: bool) -> str:
    if element.side not in ("both", actor.side):
        return PRIVATE
    if is_waiting and element.name:
        return CURRENT
    if element.type not in TOLD_TYPES or not element.name or (element.type == "startEvent" and element.path):
        return UNTOLD
    if seen.happened is not None:
        return DONE
    return CANCELLED if "cancelled" in seen.last else NOT_REACHED


def _hold(
    told: Mapping[str, dict[str, Any]], holders: Mapping[str, frozenset[str]], seen: Mapping[str, Seen]
) -> None:
    """What holds others has a state only through what one may see inside it: current while one of them is, done once
    one of them was. Which of several calls of a process it is, its own lines say."""
    reached = [
        (each["state"], holder)
        for key, each in told.items()
        if each["state"] in (DONE, CURRENT)
        for holder in holders.get(key, ())
    ]
    for state, holder in sorted(set(reached), reverse=True):  # done, then current, which is the stronger
        own = seen.get(holder, Seen())
        if told[holder]["state"] != PRIVATE and own.times:
            told[holder]["state"] = CURRENT if state == CURRENT and own.is_open else DONE
