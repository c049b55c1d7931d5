"""Event subprocesses (BPMN 2.0.2, sections 10.2.5 and 13.5.4): who waits for their event, and what handles it."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.engine.containers import ContainerStep
from shared.bpmn.engine.events import CatchStep
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import Token, grow, uproot, write
from shared.bpmn.errors import as_failure
from shared.bpmn.model import Node


class ListenerStep(CatchStep):
    """Waits for the event of an event subprocess while the scope around it lives, and never keeps that scope open.

    Interrupting: all else in the scope is cancelled, other listeners too; else the handler runs beside, and the
    event may come again. Timers and conditions are asked in the scope around, where the listener is.
    """

    aside = True
    keeps_open = False

    def __init__(self, scope: Any, name: str, start: Node, handler: str) -> None:
        super().__init__(scope, name, start)
        self.handler = handler

    @property
    def heeds_corrections(self) -> bool:
        """Whether its date, once it has passed, may be corrected to a later one: a date told by variables."""
        kind, text = self.node.trigger.timer
        return kind == "date" and text.startswith("=") and not self.node.interrupting

    def is_awaited(self, my_task: Any) -> bool:
        return False  # what hangs beside it hangs all the same

    def fire(self, my_task: Any) -> None:
        self.take(my_task, {})

    def take(self, my_task: Any, values: Mapping[str, Any]) -> None:
        """What was waited for has come; ``values`` of a message are for the handler's scope and those around it."""
        workflow = my_task.workflow
        with as_failure(self.element_id):
            if self.node.interrupting:
                workflow.top_workflow.cancel_scope(workflow)
            else:
                self.wait_again(my_task, workflow.task_tree)
                if self.heeds_corrections:
                    self.wait_for_a_correction(workflow)
                uproot(my_task)
        grow(workflow, self.handler, workflow.task_tree, data={"payload": values})

    def wait_for_a_correction(self, workflow: Any) -> None:
        """Its date has come: whatever its text gives now, only a correction to a later one makes it come again."""
        number, root = workflow.top_workflow.next_id(), workflow.task_tree
        token = Token(workflow, self, root, TaskState.WAITING, number)
        token.internal_data["passed"] = True


class HandlerStep(ContainerStep):
    """An event subprocess at work: a scope within the scope that it listens in."""

    def fill(self, my_task: Any, nested: Any) -> None:
        for name, value in my_task.internal_data.pop("payload").items():
            write(nested, name, value, self.start)
