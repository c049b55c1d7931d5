"""Standard loops (BPMN 2.0.2, section 10.3.8): an activity that is done one turn after the other."""

from typing import Any

from shared.bpmn.engine.completed import record_item
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import grow
from shared.bpmn.engine.steps import Step
from shared.bpmn.model import Node, StandardLoop

TURNS = "nb_tours"  # for the condition: the turns that are done


class LoopStep(Step):
    """A looped activity. Its token holds the number of turns; each turn is an item of one, with its own scope."""

    def __init__(self, scope: Any, node: Node, loop: StandardLoop, item: str) -> None:
        super().__init__(scope, node.id, node)
        self.loop, self.item = loop, item

    def enter(self, my_task: Any) -> bool:
        my_task.internal_data["next"] = 0
        my_task._set_state(TaskState.STARTED)
        if self.loop.test_before and not self._goes_on(my_task):
            return True
        self._turn(my_task)
        return False

    def _turn(self, my_task: Any) -> None:
        grow(my_task.workflow, self.item, my_task)
        my_task.internal_data["next"] += 1

    def item_done(self, my_task: Any, item: Any, nested: Any) -> None:
        """A turn's scope has no token left."""
        record_item(my_task, item, nested)
        my_task.workflow.top_workflow.cancel_token(item)
        if self._goes_on(my_task):
            self._turn(my_task)
        else:
            my_task._ready()

    def _goes_on(self, my_task: Any) -> bool:
        done = my_task.internal_data["next"]
        if self.loop.maximum is not None and done >= self.loop.maximum:
            return False
        if not self.loop.condition:
            return True
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        return bool(evaluator.condition(self.loop.condition, {TURNS: done}))

    def note(self, my_task: Any, event: str) -> None:
        """Its turns tell the story."""
