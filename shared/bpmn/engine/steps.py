"""The step that every flow node is, and the races that steps run: who ends whom, and who catches what."""

from collections.abc import Sequence
from typing import Any

from shared.bpmn.engine.completed import remember
from shared.bpmn.engine.kernel import BpmnTaskSpec, TaskState
from shared.bpmn.engine.scopes import grow, move_to_root, tokens, uproot
from shared.bpmn.errors import BusinessError, ProcessFailure
from shared.bpmn.model import REFUSAL, Flow, Node

REACHED = ("completed", "caught", "thrown")


class Step(BpmnTaskSpec):
    """A place that a token goes through. It predicts nothing and inherits nothing: the tree holds live tokens only.

    ``targets``: outgoing flow and the name of the step it leads to (the race around it, when it has one).
    """

    is_join = False
    aside = (
        False  # waits beside the flow: no place where the process stands, and no news when it was not needed
    )
    keeps_open = True  # its scope goes on while the token is there
    word_at_leaving = "completed"
    attends = ""  # what its waiting tokens are looked for by: "join", or the kind of the event

    def __init__(self, scope: Any, name: str, node: Node) -> None:
        super().__init__(scope, name)
        self.node = node
        self.element_id = node.id
        self.targets: list[tuple[Flow, str]] = []

    # the library's protocol

    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """No prediction: it is recursive, and grows with the diagram."""

    def _update_hook(self, my_task: Any) -> bool:
        return self.enter(my_task)

    def _on_ready_hook(self, my_task: Any) -> None:
        my_task.workflow.top_workflow.queue.append(my_task)

    def _run_hook(self, my_task: Any) -> bool:
        try:
            self.work(my_task)
        except BusinessError as error:
            throw_error(my_task, error.error_code)
        return True

    def _on_complete(self, my_task: Any) -> None:
        if my_task.id in my_task.workflow.tasks:  # not when its own work interrupted it
            self.leave(my_task)

    # ours

    def enter(self, my_task: Any) -> bool:
        """True: run it next; False: it waits (its state is set)."""
        self.note(my_task, "entered")
        return True

    def work(self, my_task: Any) -> None:
        """What the step does."""

    def leave(self, my_task: Any) -> None:
        """The token goes on along ``taken`` flows; what raced against it is over."""
        if self.word_at_leaving:
            self.note(my_task, self.word_at_leaving)
        remember(my_task)
        workflow = my_task.workflow
        settle(my_task)
        uproot(my_task)
        for flow, target in self.taken(my_task):
            grow(workflow, target, workflow.task_tree, flow.id)

    def taken(self, my_task: Any) -> Sequence[tuple[Flow, str]]:
        return self.targets

    def cancelled(self, my_task: Any) -> None:
        self.note(my_task, "cancelled")

    def may_release(self, my_task: Any) -> bool:
        """Asked when nothing else moves: may a waiting token go on now? (inclusive joins)"""
        return False

    def is_awaited(self, my_task: Any) -> bool:
        """Whether someone or something outside can make this token move."""
        return False

    def is_shown(self, my_task: Any) -> bool:
        """Whether it is a position of the instance."""
        return self.is_awaited(my_task) and not self.aside

    def note(self, my_task: Any, event: str) -> None:
        top = my_task.workflow.top_workflow
        top.note(self.node, event, self.told(my_task))
        if self.node.jalon and event in REACHED:
            top.reach(self.node, my_task)

    def told(self, my_task: Any) -> str:
        """How the story names what a token does here."""
        return self.node.name


class Origin(Step):
    """The root of each scope's tree."""

    def test(self) -> None:
        """It has no input, by nature."""


class Race(Step):
    """Tokens of which one may end the others: an activity with its boundary events, or events after a gateway."""

    def enter(self, my_task: Any) -> bool:
        my_task._set_state(TaskState.COMPLETED)
        for name in self._outputs:
            grow(my_task.workflow, name, my_task)
        return False

    def cancelled(self, my_task: Any) -> None:
        """A race leaves no trace, its members do."""


class BoundaryRace(Race):
    """First output: the activity; the others: its boundary events."""


class EventRace(Race):
    """An event-based gateway: every event waits on its own, each timer has its own date."""

    def enter(self, my_task: Any) -> bool:
        self.note(my_task, "entered")
        return super().enter(my_task)


def race_of(task: Any) -> Any | None:
    return task.parent if task.parent is not None and isinstance(task.parent.task_spec, Race) else None


def settle(my_task: Any) -> None:
    """The token has won its race, if it runs one: cancel the others."""
    race = race_of(my_task)
    if race is not None:
        move_to_root(my_task)
        my_task.workflow.top_workflow.cancel_token(race)


def around(task: Any) -> Any | None:
    """The token that holds this one: a multi-instance activity its item, a container its inner scope."""
    parent = task.parent
    if (
        parent is not None
        and parent is not task.workflow.task_tree
        and not isinstance(parent.task_spec, Race)
    ):
        return parent
    return None if task.workflow is task.workflow.top_workflow else task.workflow.container


def boundary(task: Any, kind: str, code: str, *, exact: bool = False) -> Any | None:
    """The waiting boundary event of this kind on the token's activity; one without code catches any."""
    race = race_of(task)
    members = [] if race is None else sorted(race.children, key=lambda member: member.id)
    attached = [member for member in members if member.task_spec.node.attached_to and member is not task]
    return _fitting(attached, kind, code, exact=exact)


def listener(task: Any, kind: str, code: str) -> Any | None:
    """The event subprocess of the token's scope that waits for it; a handler never catches what leaves itself."""
    listening = [each for each in tokens(task.workflow)
                 if not each.task_spec.keeps_open and each.task_spec.handler != task.task_spec.name]  # fmt: skip
    return _fitting(listening, kind, code)


def _fitting(waiting: Sequence[Any], kind: str, code: str, *, exact: bool = False) -> Any | None:
    same = [each for each in waiting if each.task_spec.node.trigger.kind == kind]
    named = [each for each in same if each.task_spec.node.trigger.name == code]
    anonymous = [each for each in same if not each.task_spec.node.trigger.name and not exact]
    return next(iter(named + anonymous), None)


def catcher(task: Any | None, kind: str, code: str) -> Any | None:
    """What catches an error or escalation, outwards from a token: the boundary events of its activity, the event
    subprocesses of its scope, the boundary events of the activity around, and so on (BPMN 2.0.2, section 10.5.6)."""
    while task is not None:
        outer = around(task)
        found = boundary(task, kind, code)
        if found is None and (outer is None or outer.workflow is not task.workflow):
            found = listener(task, kind, code)
        if found is not None:
            return found
        task = outer
    return None


def throw_error(my_task: Any, code: str) -> None:
    found = catcher(my_task, "error", code)
    if found is None:
        raise ProcessFailure(my_task.task_spec.element_id, "error_not_caught", code)
    found.task_spec.fire(found)


def refusal_of(task: Any) -> Any | None:
    """The boundary event ``refus`` on a user task, or on the multi-instance activity that the task is an item of."""
    found = boundary(task, "error", REFUSAL, exact=True)
    if found is None and task.workflow.spec.name.startswith("(item)"):
        item = around(task)
        return boundary(around(item), "error", REFUSAL, exact=True)
    return found
