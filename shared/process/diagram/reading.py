"""One drawing of a parcours, with the state of its elements for one reader."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from shared.bpmn import Definition
from shared.bpmn.tables import instance
from shared.errors import NotFound
from shared.identity import Actor
from shared.process.diagram.sheets import Sheet, Sheets
from shared.process.diagram.states import CURRENT, HOLDING, PRIVATE, elements, end_of
from shared.process.processes import Processes
from shared.process.views import parcours_instance

_READ = (
    instance.c.id, instance.c.parcours_id, instance.c.process_id, instance.c.version, instance.c.position,
    instance.c.status, instance.c.etape, instance.c.started_at, instance.c.ended_at,
)  # fmt: skip


class Diagrams:
    """Reads the drawings of each version once."""

    def __init__(self, processes: Processes) -> None:
        self._processes, self._sheets = processes, Sheets()

    def read(
        self, tx: Connection, actor: Actor, parcours_id: str, drawing_id: str | None, on: date | None
    ) -> dict[str, Any]:
        """One drawing, and the elements of the process that it belongs to.

        ``drawing_id``: None for the parcours's own; ``on``: None for now, else as at the end of that day in Paris.
        NotFound: no part in the parcours, nothing of it yet on that day, or no such drawing.
        """
        parcours_instance(tx, actor, parcours_id)  # NotFound to who has no part
        known = [
            (row, definition, self._sheets.of(definition))
            for row in _instances(tx, parcours_id, on)
            for definition in (self._processes.definition(tx, row),)
        ]
        row, definition, sheet = _chosen(known, drawing_id)
        told = elements(tx, row, definition, sheet.holders, actor, on)
        return {
            "process_id": row.process_id, "process_name": definition.name, "version": row.version,
            "on": on.isoformat() if on else None,
            "choices": [{"id": key, "name": name} for _, _, each in known for key, name in each.names.items()],
            "drawing": _discreet(sheet, sheet.drawings.get(drawing_id or row.process_id), told),
            "elements": told, "next": _next(sheet, told),
        }  # fmt: skip


def _instances(tx: Connection, parcours_id: str, on: date | None) -> Sequence[Row[Any]]:
    """Of the parcours, the first is its own; what began after the day is not there."""
    wanted = select(*_READ).where(instance.c.parcours_id == parcours_id)
    if on is not None:
        wanted = wanted.where(instance.c.started_at < end_of(on))
    return tx.execute(wanted.order_by(instance.c.started_at, instance.c.id)).all()


def _chosen(
    known: Sequence[tuple[Row[Any], Definition, Sheet]], drawing_id: str | None
) -> tuple[Row[Any], Definition, Sheet]:
    for row, definition, sheet in known:
        if drawing_id in (None, row.process_id) or drawing_id in sheet.drawings:
            return row, definition, sheet
    raise NotFound


def _discreet(
    sheet: Sheet, drawing: Mapping[str, Any] | None, told: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The drawing without the names of what is the other side's own, nor of the lines that lead to it or from it."""
    if drawing is None:
        return None
    private = {each["element_id"] for each in told if each["state"] == PRIVATE}
    return {
        **drawing,
        "shapes": [_named(each, each["id"] not in private) for each in drawing["shapes"]],
        "lines": [
            _named(each, not private.intersection(sheet.ends.get(each["id"], ())))
            for each in drawing["lines"]
        ],
    }


def _named(drawn: Mapping[str, Any], may_be: bool) -> Mapping[str, Any]:
    return drawn if may_be else {**drawn, "name": ""}


def _next(sheet: Sheet, told: Sequence[Mapping[str, Any]]) -> list[str]:
    """What may follow on what the reader sees as current; what is current itself is not to come.

    What only holds others is left out: what follows on it comes after all that is in it.
    """
    current = [
        each["element_id"] for each in told if each["state"] == CURRENT and each["type"] not in HOLDING
    ]
    behind = (each for element_id in current for each in sheet.ahead.of(element_id))
    left_out = {*current, *(each["element_id"] for each in told if each["state"] == PRIVATE)}
    return [each for each in dict.fromkeys(behind) if each not in left_out]
