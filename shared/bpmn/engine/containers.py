"""Activities with a scope of their own: subprocesses, called processes, multi-instance activities and their items."""

from typing import Any

from shared.bpmn.engine.completed import record_item, record_scope
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import enter_scope, grow, read, write
from shared.bpmn.engine.steps import Step, settle
from shared.bpmn.errors import ProcessFailure
from shared.bpmn.model import MultiInstance, Node

MAX_ITEMS = 1_000


class ContainerStep(Step):
    """An embedded subprocess: its token stays until no token is left in its scope."""

    def __init__(self, scope: Any, name: str, node: Node, inner: str, start: str) -> None:
        super().__init__(scope, name, node)
        self.inner, self.start = inner, start

    def enter(self, my_task: Any) -> bool:
        self.note(my_task, "entered")
        my_task._set_state(TaskState.STARTED)
        nested = my_task.workflow.top_workflow.nest(my_task, self.inner)
        self.fill(my_task, nested)
        enter_scope(nested, self.start)
        return False

    def fill(self, my_task: Any, nested: Any) -> None:
        """Give the new scope its first values."""

    def finish(self, my_task: Any, nested: Any) -> None:
        """The scope has no token left: what its outputs make true comes too late for the events on it."""
        record_scope(my_task, nested)
        settle(my_task)
        self.collect(my_task, nested)
        my_task.workflow.top_workflow.drop_scope(my_task)
        my_task._ready()

    def collect(self, my_task: Any, nested: Any) -> None:
        """Take what the scope gives back."""


class CallStep(ContainerStep):
    """A call activity: values go in and out by its mappings only."""

    def fill(self, my_task: Any, nested: Any) -> None:
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        for mapped in self.node.inputs:
            write(nested, mapped.variable, evaluator.value(mapped.expression), self.node.id)

    def collect(self, my_task: Any, nested: Any) -> None:
        evaluator = my_task.workflow.top_workflow.evaluator(nested, self.node.id)
        for mapped in self.node.outputs:
            write(my_task.workflow, mapped.variable, evaluator.value(mapped.expression), self.node.id)


class ItemStep(ContainerStep):
    """One item of a multi-instance activity: a scope with the activity in it."""

    def enter(self, my_task: Any) -> bool:
        my_task.internal_data["index"] = my_task.parent.internal_data["next"]
        return super().enter(my_task)

    def fill(self, my_task: Any, nested: Any) -> None:
        if self.node.multi is not None and self.node.multi.item:
            items = my_task.parent.internal_data["items"]
            write(nested, self.node.multi.item, items[my_task.internal_data["index"]], self.node.id)

    def finish(self, my_task: Any, nested: Any) -> None:
        activity = my_task.parent
        activity.task_spec.item_done(activity, my_task, nested)

    def note(self, my_task: Any, event: str) -> None:
        """The activity inside tells its own story."""


class MultiStep(Step):
    """A multi-instance activity. Its token holds the items' values, the results so far, and the next index."""

    def __init__(self, scope: Any, node: Node, many: MultiInstance, item: str) -> None:
        super().__init__(scope, node.id, node)
        self.many, self.item = many, item

    def enter(self, my_task: Any) -> bool:
        items, count = self._items(my_task)
        my_task.internal_data.update(items=items, count=count, next=0, results={})
        my_task._set_state(TaskState.STARTED)
        if count == 0:
            return self._finish(my_task)
        for _ in range(1 if self.many.sequential else count):
            self._next(my_task)
        return False

    def _items(self, my_task: Any) -> tuple[list[Any], int]:
        if self.many.collection:
            items = read(my_task.workflow, self.many.collection, self.node.id)
            if not isinstance(items, list):
                raise ProcessFailure(self.node.id, "collection_null", self.many.collection)
            return items if self.many.item else [], self._bounded(len(items))
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        return [], self._bounded(evaluator.value(self.many.cardinality))

    def _bounded(self, count: Any) -> int:
        if (
            count is None
            or isinstance(count, str | bool)
            or count != int(count)
            or not 0 <= count <= MAX_ITEMS
        ):
            raise ProcessFailure(
                self.node.id, "cardinality", f"a whole number from 0 to {MAX_ITEMS} is needed"
            )
        return int(count)

    def _next(self, my_task: Any) -> None:
        grow(my_task.workflow, self.item, my_task)
        my_task.internal_data["next"] += 1

    def item_done(self, my_task: Any, item: Any, nested: Any) -> None:
        """An item's scope has no token left: keep its result, go on or finish."""
        data = my_task.internal_data
        record_item(my_task, item, nested)
        data["results"][str(item.internal_data["index"])] = nested.data.get(self.many.result)
        my_task.workflow.top_workflow.cancel_token(item)
        finished = len(data["results"])
        if finished == data["count"] or self._is_enough(my_task, finished):
            for other in list(my_task.children):
                my_task.workflow.top_workflow.cancel_token(other)
            settle(my_task)
            self._finish(my_task)
            my_task._ready()
        elif self.many.sequential:
            self._next(my_task)

    def _is_enough(self, my_task: Any, finished: int) -> bool:
        if not self.many.completion:
            return False
        count, active = my_task.internal_data["count"], len(my_task.children)
        counts = {"nb_instances": count, "nb_terminees": finished, "nb_actives": active}
        known = counts | ({self.many.results: self._results(my_task)} if self.many.results else {})
        evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
        return bool(evaluator.condition(self.many.completion, known))

    def _results(self, my_task: Any) -> list[Any]:
        results = my_task.internal_data["results"]
        return [results[index] for index in sorted(results, key=int)]

    def _finish(self, my_task: Any) -> bool:
        if self.many.results:
            write(my_task.workflow, self.many.results, self._results(my_task), self.node.id)
        return True

    def note(self, my_task: Any, event: str) -> None:
        """Its items tell the story."""
