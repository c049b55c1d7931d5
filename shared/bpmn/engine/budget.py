"""How many automatic steps one command may take: a guard against endless loops, whatever the number of items.

A command has a fixed number of steps. Each multi-instance item that moves in it brings, once, as many steps as its
content has nodes, and so does each activity that is undone: a thousand of them do not use up what one may, and yet the
sum is bounded. A loop that never waits brings nothing by turning: not around items (they are the same ones again, by
their places), not in an item.
"""

from collections.abc import Iterator
from typing import Any

from shared.bpmn.engine.containers import ItemStep

STEP_BUDGET = 200
Place = tuple[tuple[str, int], ...]


def brought(workflow: Any, met: set[Place]) -> int:
    """The steps of the items around a token that had not been met before in this command; they are, from now on."""
    found, path = 0, tuple(_path(workflow))
    for start, (_, _, steps) in enumerate(path):
        place = tuple((name, index) for name, index, _ in path[start:])
        if steps and place not in met:
            met.add(place)
            found += steps
    return found


def _path(workflow: Any) -> Iterator[tuple[str, int, int]]:
    """(step that holds a scope, which of its items, steps that this one brings) from a scope outwards."""
    top = workflow.top_workflow
    while workflow is not top:
        holder = workflow.container
        step = holder.task_spec
        if isinstance(step, ItemStep) and step.node.multi is not None:
            yield step.name, holder.internal_data["index"], workflow.spec.steps
        elif workflow.spec.undo_steps:  # what is still to be undone tells one undoing from the next
            yield step.name, sum(record[1] for record in workflow.done), workflow.spec.steps
        else:
            yield step.name, 0, 0
        workflow = holder.workflow
