"""Event subprocesses (BPMN 2.0.2, sections 10.2.5 and 13.5.4): who waits for their event, and what handles it."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn.engine.containers import ContainerStep
from shared.bpmn.engine.events import CatchStep
from shared.bpmn.engine.scopes import grow, uproot, write
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
                self._wait_for_a_correction(workflow)
                uproot(my_task)
        grow(workflow, self.handler, workflow.task_tree, data={"payload": values})

    def _wait_for_a_correction(self, workflow: Any) -> None:
        """A date told by variables that has passed comes again when they are corrected to a later one."""
        kind, text = self.node.trigger.timer
        if kind == "date" and text.startswith("="):
            grow(workflow, self.name, workflow.task_tree, data={"passed": True})


class HandlerStep(ContainerStep):
    """An event subprocess at work: a scope within the scope that it listens in."""

    def fill(self, my_task: Any, nested: Any) -> None:
        for name, value in my_task.internal_data.pop("payload").items():
            write(nested, name, value, self.start)
