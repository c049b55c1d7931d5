"""Workflows as scopes: a process, a called process, a subprocess and a multi-instance item each have their own.

A variable is stored once, in the scope that declares it; tokens carry no data, so no stale copy can overwrite it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.bpmn.engine.kernel import BpmnProcessSpec, Task, TaskState
from shared.bpmn.errors import ProcessFailure, as_failure
from shared.bpmn.model import Variable
from shared.bpmn.values import ValueMismatch, fit

ORIGIN = "(start)"  # no BPMN id can hold a parenthesis
ROOT_ID = -1


class ScopeSpec(BpmnProcessSpec):
    """The specification of one scope. ``isolated``: it does not see the variables around it (a called process).

    ``listeners``: the steps that wait for the events of its event subprocesses, in document order;
    ``steps``: the nodes in it, in scopes and processes within too;
    ``handled``: the activities that have a handler. Of a scope that undoes: ``undo_steps``, by the names of its
    records; ``stands_in``: the scope that it sees, whose activities it undoes.
    """

    def __init__(self, name: str, variables: Mapping[str, Variable], isolated: bool) -> None:
        super().__init__(name)
        self.task_specs.clear()  # the library's own start and end joins are not used
        self.variables, self.isolated = variables, isolated
        self.listeners: tuple[str, ...] = ()
        self.handled: frozenset[str] = frozenset()
        self.undo_steps: Mapping[str, str] = {}
        self.stands_in = ""
        self.steps = 0

    @property
    def records(self) -> bool:
        """Whether it keeps what it completed: what undoes does not."""
        return not self.undo_steps


class Token(Task):
    """A task of the library's tree, without its log: at level DEBUG that would write people's data."""

    def __init__(self, workflow: Any, spec: Any, parent: Any, state: int, id: int) -> None:
        super().__init__(workflow, spec, parent, state, id)
        workflow.top_workflow.attending.add(self)

    def _set_state(self, value: int) -> None:
        self._state = value


def grow(
    workflow: Any, spec_name: str, parent: Any, via: str = "", data: Mapping[str, Any] | None = None
) -> Any:
    """A new token at a step; ``via``: the flow it came by; ``data``: what it takes over from the token before it.

    Raises what the step raises when it is entered.
    """
    token_id = workflow.top_workflow.next_id()
    task = Token(workflow, workflow.spec.task_specs[spec_name], parent, TaskState.FUTURE, token_id)
    task.internal_data.update(data or {})
    if task.task_spec.is_join:
        task.internal_data["via"] = via
    with as_failure(task.task_spec.element_id):
        task.task_spec._update(task)
    return task


def plant(workflow: Any) -> None:
    """The root of a workflow's tree: tokens and races are its children, nothing lies deeper than three levels."""
    workflow.task_tree = Token(workflow, workflow.spec.task_specs[ORIGIN], None, TaskState.COMPLETED, ROOT_ID)


def uproot(task: Any) -> None:
    """Take a token out of the tree: what happened is in the trace, never in the state."""
    if task.id in task.workflow.tasks:
        task.workflow._remove_task(task.id)


def move_to_root(task: Any) -> None:
    root = task.workflow.task_tree
    if task.parent is not root:
        task.parent._children.remove(task.id)
        task.parent = root
        root._children.append(task.id)


def enter_scope(workflow: Any, start: str) -> None:
    """Begin a planted scope: its event subprocesses listen before its first token moves."""
    for listener in workflow.spec.listeners:
        grow(workflow, listener, workflow.task_tree)
    grow(workflow, start, workflow.task_tree)


def is_over(workflow: Any) -> bool:
    """Whether nothing but listeners is left in a scope."""
    return not any(workflow.tasks[child].task_spec.keeps_open for child in workflow.task_tree._children)


def is_alive(task: Any) -> bool:
    """Whether a token still waits: what fired before it may have ended it."""
    return task.id in task.workflow.tasks and task.state == TaskState.WAITING


def tokens(workflow: Any) -> Iterator[Any]:
    """The tokens of one workflow in the order of their creation, the root left out."""
    for task in sorted(workflow.tasks.values(), key=lambda task: task.id):
        if task is not workflow.task_tree:
            yield task


def holder(workflow: Any, name: str) -> Any | None:
    """The nearest workflow, from this one outwards, that declares ``name``."""
    while workflow is not None:
        if name in workflow.spec.variables:
            return workflow
        workflow = outward(workflow)
    return None


def outward(workflow: Any) -> Any | None:
    """The workflow whose variables are seen next."""
    if workflow.spec.isolated:
        return None
    around = workflow.parent_workflow
    while workflow.spec.stands_in and around.spec.name != workflow.spec.stands_in:
        around = around.parent_workflow
    return around


def read(workflow: Any, name: str, element_id: str) -> Any:
    found = holder(workflow, name)
    if found is None:
        raise ProcessFailure(element_id, "unknown_variable", name)
    return found.data.get(name)


def write(workflow: Any, name: str, value: Any, element_id: str) -> None:
    """Write to the nearest scope that declares the name; the value has to fit the declared type."""
    found = holder(workflow, name)
    if found is None:
        raise ProcessFailure(element_id, "unknown_variable", name)
    try:
        found.data[name] = fit(value, found.spec.variables[name].type)
    except ValueMismatch as error:
        raise ProcessFailure(element_id, "value_type", f"{name}: {error}") from error
    found.top_workflow.written.add(found)


def visible_names(workflow: Any) -> frozenset[str]:
    """The names of all variables seen from a workflow."""
    found: set[str] = set()
    while workflow is not None:
        found.update(workflow.spec.variables)
        workflow = outward(workflow)
    return frozenset(found)


def visible(workflow: Any) -> dict[str, Any]:
    """All variables seen from a workflow, nearest first, null when never written."""
    found: dict[str, Any] = {}
    while workflow is not None:
        for name in workflow.spec.variables:
            found.setdefault(name, workflow.data.get(name))
        workflow = outward(workflow)
    return found
