"""What a move does to the hand-overs of its parcours: each node passed that marks one brings it to a status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from shared.bpmn import ASKED, ASKING, GUESTS, PARTS, Definition, Element, OpenedTask, Progress
from shared.clock import PARIS
from shared.ids import Ids
from shared.process.passations.tables import DATES, passation

REMINDED = "relancee"
OVER = ("close", "refusee", "retournee")
BETWEEN = {"lycee": "mission_locale", "mission_locale": "lycee", ASKING: ASKED, ASKED: ASKING}
"""Lane → the other one of the hand-over."""
_SENT_BY = ("preparee", "envoyee")
_PASSED = ("completed", "caught", "thrown")


@dataclass(frozen=True)
class Handing:
    """The move of one parcours, as hand-overs see it. ``values``: the process's variables after it."""

    definition: Definition
    parcours_id: str
    progress: Progress
    values: Mapping[str, Any]
    now: datetime
    ids: Ids


def marks(definition: Definition, progress: Progress) -> list[Element]:
    """The nodes that the move passed and that mark a hand-over, in the order in which it did."""
    passed = dict.fromkeys(entry.element_id for entry in progress.trace if entry.event in _PASSED)
    return [element for each in passed if (element := definition.elements[each]).passation]


def write(tx: Connection, handing: Handing, marked: Iterable[Element]) -> None:
    """Bring the hand-overs of the parcours to what the ``marked`` nodes say, one after the other.

    What ends one or reminds of it begins none: one that is over stays as it ended.
    """
    for element in marked:
        row = _current(tx, handing)
        if row is None and element.passation in (*OVER, REMINDED):
            continue
        if row is None:
            row = _open(tx, handing, element)
        tx.execute(
            update(passation).where(passation.c.id == row.id).values(**_changes(handing, element, row))
        )


def close_open(tx: Connection, parcours_id: str, process_id: str, why: str, now: datetime) -> None:
    """The process was cancelled: the hand-over that it had open is over."""
    mine = (passation.c.parcours_id == parcours_id, passation.c.process_id == process_id)
    ended = {"status": "close", "closed_at": now, "motive": why}
    tx.execute(update(passation).where(*mine, passation.c.status.not_in(OVER)).values(**ended))


def _current(tx: Connection, handing: Handing) -> Row[Any] | None:
    """The one that is not over yet; there is never more than one in a process of a parcours."""
    own = (
        passation.c.parcours_id == handing.parcours_id,
        passation.c.process_id == handing.definition.process_id,
        passation.c.status.not_in(OVER),
    )
    return tx.execute(select(passation).where(*own).order_by(passation.c.number.desc())).first()


def _open(tx: Connection, handing: Handing, element: Element) -> Row[Any]:
    """From the side that prepares or sends it, in whose lane the node is; else to the side of the lane."""
    ours, theirs = element.organisation, BETWEEN[element.organisation]
    giver, taker = (ours, theirs) if element.passation in _SENT_BY else (theirs, ours)
    last = select(func.max(passation.c.number)).where(passation.c.parcours_id == handing.parcours_id)
    new = {
        "id": handing.ids(), "parcours_id": handing.parcours_id, "number": (tx.scalar(last) or 0) + 1,
        "process_id": handing.definition.process_id,
        "from_kind": _kind(handing, giver), "to_kind": _kind(handing, taker),
        "from_id": handing.values.get(giver), "to_id": None, "status": "preparee", "reminders": 0,
    }  # fmt: skip
    return tx.execute(insert(passation).values(**new).returning(*passation.columns)).one()


def _changes(handing: Handing, element: Element, row: Row[Any]) -> dict[str, Any]:
    """Columns to write. A date is that of the first time: a second interview does not close a hand-over twice."""
    if element.passation == REMINDED:
        return {"reminders": row.reminders + 1, "reminded_at": handing.now}
    column = DATES[element.passation]
    changed = {"status": element.passation, column: getattr(row, column) or handing.now}
    if element.passation != "preparee" and row.to_id is None:
        to = ASKED if element.organisation in GUESTS else row.to_kind
        changed["to_id"] = handing.values.get(to)
    if element.motif:
        changed["motive"] = handing.values.get(element.motif)
    if due := _due(handing.progress.opened, row.to_kind):
        changed["due_at"] = due
    return changed


def _due(opened: Iterable[OpenedTask], organisation: str) -> datetime | None:
    """The first deadline among the tasks that the move opened for the receiver."""
    dues = [_instant(each.due) for each in opened if each.organisation == organisation and each.due]
    return min(dues, default=None)


def _instant(due: date | datetime) -> datetime:
    return due if isinstance(due, datetime) else datetime.combine(due, time(), PARIS)


def _kind(handing: Handing, lane: str) -> str:
    """What the lane says, or the kind of whoever plays its part."""
    return str(handing.values[PARTS[lane]]) if lane in PARTS else lane
