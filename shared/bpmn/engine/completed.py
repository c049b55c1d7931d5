"""What scopes have completed and could undo (BPMN 2.0.2, sections 10.6 and 13.5.5), in the order of completion.

A record is ``[name, times]`` of an activity with a handler, ``[name, times, values, records]`` of a scope without one
(a subprocess, a called process, a multi-instance item or a turn of a loop: ``(item)id``), with its values as they were
at its end. Equal ones in a row are one record.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.bpmn.model import Node, Process, Scope

Record = list[Any]


def undoable(
    scope: Scope, processes: Mapping[str, Process], known: dict[str, bool] | None = None
) -> list[Node]:
    """The activities of a scope that something can undo: their handler, or those of what is in them.

    ``known``: whether there are any in the processes that were looked at.
    """
    known = {} if known is None else known
    return [
        node for node in scope.nodes.values()
        if not node.is_beside and (node.id in scope.handlers or _is_undoable(node, processes, known))
    ]  # fmt: skip


def _is_undoable(node: Node, processes: Mapping[str, Process], known: dict[str, bool]) -> bool:
    if node.body is not None:
        return bool(undoable(node.body, processes, known))
    if node.called not in processes:
        return False
    if node.called not in known:
        known[node.called] = False  # one that calls itself is no endless question
        known[node.called] = bool(undoable(processes[node.called].scope, processes, known))
    return known[node.called]


def record_item(activity: Any, item: Any, nested: Any) -> None:
    """An item or a turn is complete; it counts once its activity is."""
    if nested.done:
        records = activity.internal_data.setdefault("done", [])
        _add(records, [f"(item){item.task_spec.node.id}", 1, values_of(nested), nested.done])


def record_scope(my_task: Any, nested: Any) -> None:
    """A scope has no token left."""
    if nested.done and my_task.task_spec.node.id not in my_task.workflow.spec.handled:
        my_task.internal_data["done"] = [[my_task.task_spec.name, 1, values_of(nested), nested.done]]


def values_of(nested: Any) -> dict[str, Any]:
    return {name: value for name, value in nested.data.items() if value is not None}


def remember(my_task: Any) -> None:
    """An activity is complete: keep what could undo it. What undoes is not itself undone."""
    workflow, own = my_task.workflow, my_task.task_spec.node.id
    if workflow.spec.records:
        for record in my_task.internal_data.pop("done", ()):
            _add(workflow.done, record)
    if own in workflow.spec.handled:
        _add(workflow.done, [own, 1])


def _add(records: list[Record], record: Record) -> None:
    last = records[-1] if records else [None]
    if last[0] == record[0] and last[2:] == record[2:]:
        last[1] += record[1]
    else:
        records.append(record)


def convert(records: Iterable[Record], value: Callable[[Any], Any]) -> list[Record]:
    """The records with each of their values written or read by ``value``."""
    return [[name, times, *([{key: value(each) for key, each in inner[0].items()}, convert(inner[1], value)]
             if inner else [])] for name, times, *inner in records]  # fmt: skip
