"""What a repair did, or would do: the instance before and after, told by names of elements and types of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from shared.bpmn import Definition, incident_store, store
from shared.messaging import operators, outbox
from shared.process.processes import Processes
from shared.tasks import TaskRow, tasks_of


@dataclass(frozen=True)
class Sight:
    """What there is of an instance, beside its row, at one moment."""

    tasks: Mapping[str, TaskRow]
    sent: int

    @classmethod
    def of(cls, tx: Connection, row: store.InstanceRow) -> "Sight":
        tasks = {task.id: task for task in tasks_of(tx, row.parcours_id) if task.instance_id == row.id}
        return cls(
            {id_: task for id_, task in tasks.items() if task.status == "open"},
            len(outbox.types_of(tx, row.parcours_id)),
        )


def effects(tx: Connection, processes: Processes, row: store.InstanceRow, before: Sight) -> dict[str, Any]:
    """The instance as it is now, and what has changed since ``before``."""
    now, after = store.get(tx, row.id) or row, Sight.of(tx, row)
    definition = processes.definition(tx, now)
    return {
        "instance_id": row.id,
        "parcours_id": row.parcours_id,
        "status": now.status,
        "moves": now.moves,
        "position": [named(definition, element) for element in now.position],
        "opened": [_task(after.tasks[id_]) for id_ in after.tasks.keys() - before.tasks.keys()],
        "closed": [_task(before.tasks[id_]) for id_ in before.tasks.keys() - after.tasks.keys()],
        "timers": [
            {**named(definition, timer.element_id), "due_at": timer.due_at}
            for timer in store.timers_of(tx, row.id)
        ],
        "awaited": list(store.awaited_by(tx, row.id)),
        "thrown": [type_ for type_, _ in outbox.types_of(tx, row.parcours_id)[before.sent :]],
        "incidents": [
            {**named(definition, each.element_id), "code": each.code, "detail": each.detail,
             "attempts": each.attempts}
            for each in incident_store.incidents_of(tx, row.id)
        ],
    }  # fmt: skip


def elsewhere(tx: Connection, definition: Definition, parcours_id: str) -> dict[str, list[str]]:
    """What other services may wait for, what still leaves, and what came here and has no effect: message types."""
    put = outbox.types_of(tx, parcours_id)
    return {
        "never_sent": sorted(definition.thrown_messages.keys() - {type_ for type_, _ in put}),
        "still_leaving": [type_ for type_, is_sent in put if not is_sent],
        "without_effect": operators.unhandled_types(tx, parcours_id),
    }


def named(definition: Definition, element_id: str | None) -> dict[str, str]:
    """An element's id with its French name."""
    element = definition.elements.get(element_id or "")
    return {"element_id": element_id or "", "name": element.name if element else ""}


def _task(task: TaskRow) -> dict[str, str]:
    return {"task_id": task.id, "element_id": task.element_id, "name": task.name}
