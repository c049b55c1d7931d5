"""Conditional events: they come when a condition becomes true, after any step that wrote a variable.

Nobody looks while nothing was written: an instance that waits costs nothing.
"""

from collections.abc import Iterator
from typing import Any

from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import is_alive


def meet(top: Any) -> bool:
    """Fire the waiting conditional events whose condition has become true; whether there was one.

    An event beside an activity fires on each change to true: its token remembers that it was (``met``).
    """
    fired = False
    for task in list(_waiting(top)):
        if not is_alive(task):
            continue  # one before it ended its scope
        if not _holds(task):
            task.internal_data.pop("met", None)
        elif "met" not in task.internal_data:
            task.task_spec.fire(task)
            fired = True
    return fired


def would_meet(top: Any) -> bool:
    """Whether one would come if they were asked now; nothing is changed. Raises ProcessFailure."""
    return any("met" not in task.internal_data and _holds(task) for task in _waiting(top))


def _holds(task: Any) -> bool:
    step = task.task_spec
    evaluator = task.workflow.top_workflow.evaluator(task.workflow, step.element_id)
    return bool(evaluator.holds(step.node.trigger.condition))


def _waiting(top: Any) -> Iterator[Any]:
    """Innermost scope first, then in the order of their beginning."""
    found = [task for task in top.live()
             if task.state == TaskState.WAITING and task.task_spec.node.trigger.kind == "conditional"]  # fmt: skip
    yield from sorted(found, key=lambda task: (-task.workflow.depth, task.id))
