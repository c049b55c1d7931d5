"""Conditional events: they come when a condition becomes true, after any step that wrote a variable.

Nobody looks while nothing was written: an instance that waits costs nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import is_alive, outward
from shared.bpmn.errors import as_failure


def meet(top: Any, written: Collection[Any]) -> bool:
    """Fire the waiting conditional events whose condition has become true; whether there was one.

    ``written``: scopes; who sees none of them is not asked. An event beside an activity fires on each change to true:
    its token remembers that it was (``met``).
    """
    fired = False
    for task in _from_within(task for task in _waiting(top) if _sees(task.workflow, written)):
        if not is_alive(task):
            continue  # one before it ended its scope
        if not _holds(task):
            task.internal_data.pop("met", None)
        elif "met" not in task.internal_data:
            task.task_spec.fire(task)
            fired = True
    return fired


def would_meet(top: Any) -> bool:
    """Whether one would come if they were asked now; nothing is changed. Raises ProcessFailure, as ``meet`` would."""
    return any(_holds(task) and "met" not in task.internal_data for task in _from_within(_waiting(top)))


def _holds(task: Any) -> bool:
    step = task.task_spec
    evaluator = task.workflow.top_workflow.evaluator(task.workflow, step.element_id)
    with as_failure(step.element_id):
        return bool(evaluator.holds(step.node.trigger.condition))


def _waiting(top: Any) -> Iterator[Any]:
    return (task for task in top.attending.of("conditional") if task.state == TaskState.WAITING)


def _from_within(found: Iterable[Any]) -> list[Any]:
    """Innermost scope first, then in the order of their beginning."""
    return sorted(found, key=lambda task: (-task.workflow.depth, task.id))


def _sees(workflow: Any, written: Collection[Any]) -> bool:
    while workflow is not None and workflow not in written:
        workflow = outward(workflow)
    return workflow is not None
