"""Activities that do one thing: tasks for people, scripts, services and decisions."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from shared.bpmn.engine.scopes import read, visible, visible_names, write
from shared.bpmn.engine.steps import Step
from shared.bpmn.errors import BusinessError, ProcessFailure, as_failure
from shared.bpmn.model import PARTS
from shared.bpmn.progress import OpenedTask
from shared.bpmn.timers import TimerRefused, due_at, instant_of
from shared.bpmn.vocabulary import OperationCall
from shared.errors import Unavailable


class HumanStep(Step):
    """A user task: it waits until somebody completes it."""

    def _on_ready_hook(self, my_task: Any) -> None:
        top = my_task.workflow.top_workflow
        my_task.internal_data["id"] = top.move.ids()
        top.move.opened.append(self._opened(my_task, top))

    def _opened(self, my_task: Any, top: Any) -> OpenedTask:
        node = self.node
        return OpenedTask(
            id=my_task.internal_data["id"],
            element_id=node.id,
            name=node.name,
            organisation=self.organisation_kind(my_task),
            organisation_id=self.organisation_id(my_task),
            role=node.role,
            form=node.form,
            due=self._due(my_task, top),
            assignee=self._assignee(my_task, top),
            label=top.label(),
            etape=node.etape,
            side=node.side,
            objet=self.objet(my_task),
        )

    def organisation_id(self, my_task: Any) -> str:
        return self._named(my_task, self.node.organisation)

    def organisation_kind(self, my_task: Any) -> str:
        """What the lane says, or the kind of whoever plays its part."""
        part = PARTS.get(self.node.organisation)
        return self._named(my_task, part) if part else self.node.organisation

    def _named(self, my_task: Any, variable: str) -> str:
        value = read(my_task.workflow, variable, self.node.id)
        if not value:
            raise ProcessFailure(self.node.id, "no_organisation", variable)
        return str(value)

    def _due(self, my_task: Any, top: Any) -> date | datetime | None:
        if not self.node.due:
            return None
        value = top.evaluator(my_task.workflow, self.node.id).value(self.node.due)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            if isinstance(value, datetime):
                return instant_of(value)
            return due_at("duration", value if not isinstance(value, str) else None, top.move.now)
        except TimerRefused as error:
            detail = "not a date, a date and time or a positive duration"
            raise ProcessFailure(self.node.id, "due_unusable", detail) from error

    def _assignee(self, my_task: Any, top: Any) -> str | None:
        if not self.node.assignee:
            return None
        value = top.evaluator(my_task.workflow, self.node.id).value(self.node.assignee)
        if value is not None and not isinstance(value, str):
            raise ProcessFailure(self.node.id, "assignee_unusable", "not a string")
        return value

    def objet(self, my_task: Any) -> str | None:
        """Which of several tasks alike it is; a title like the process's, null while it cannot be told."""
        if not self.node.objet:
            return None
        with as_failure(self.node.id):
            evaluator = my_task.workflow.top_workflow.evaluator(my_task.workflow, self.node.id)
            text = evaluator.quiet(self.node.objet)
        return text if isinstance(text, str) else None

    def told(self, my_task: Any) -> str:
        objet = self.objet(my_task)
        return f"{self.node.name} : {objet}" if objet else self.node.name

    def cancelled(self, my_task: Any) -> None:
        super().cancelled(my_task)
        my_task.workflow.top_workflow.move.cancelled.append(my_task.internal_data["id"])

    def is_awaited(self, my_task: Any) -> bool:
        return True


class ScriptStep(Step):
    """``name = FEEL`` lines, each seeing what the lines before it wrote."""

    def work(self, my_task: Any) -> None:
        workflow = my_task.workflow
        for line in self.node.script:
            value = workflow.top_workflow.evaluator(workflow, self.node.id).value(line.expression)
            write(workflow, line.variable, value, self.node.id)


class ServiceStep(Step):
    """Calls an operation of the service, in the caller's transaction."""

    def work(self, my_task: Any) -> None:
        workflow, top = my_task.workflow, my_task.workflow.top_workflow
        operation = top.move.vocabulary.operations.get(self.node.operation)
        if operation is None:  # the service lost it after this version was registered
            raise ProcessFailure(self.node.id, "unknown_operation", self.node.operation)
        names = operation.reads | (operation.optional & visible_names(workflow))
        reads = {name: deepcopy(read(workflow, name, self.node.id)) for name in names}
        call = OperationCall(reads, top.move.now, top.parcours_id, top.move.context)
        written = self._call(operation, call)
        if not set(written) <= operation.writes:
            raise ProcessFailure(self.node.id, "operation_writes", f"{self.node.operation}: undeclared write")
        for name, value in written.items():
            write(workflow, name, value, self.node.id)

    def _call(self, operation: Any, call: OperationCall) -> Any:
        try:
            return operation.call(call) or {}
        except (BusinessError, ProcessFailure, SQLAlchemyError, Unavailable):
            raise  # a database that does not answer is not the diagram's fault
        except Exception as error:  # its text may hold personal data: only its class goes on
            detail = f"{self.node.operation}: {type(error).__name__}"
            raise ProcessFailure(self.node.id, "operation_failed", detail) from error


class DecisionStep(Step):
    """Evaluates a DMN decision with the visible variables that it asks for."""

    def work(self, my_task: Any) -> None:
        workflow, top = my_task.workflow, my_task.workflow.top_workflow
        model = top.plan.decisions[self.node.decision]
        seen = visible(workflow)
        inputs = {name: seen.get(name) for name in model.decisions[self.node.decision].inputs}
        try:
            functions = top.move.vocabulary.functions
            evaluation = model.evaluate(
                self.node.decision,
                inputs,
                now=top.move.now,
                functions=functions,
                limits=top.move.purse.limits(),
            )
            top.move.purse.pay(evaluation)
        except Exception as error:
            detail = f"{self.node.decision}: {type(error).__name__}"
            raise ProcessFailure(self.node.id, "decision_failed", detail) from error
        if evaluation.failures:
            detail = f"{self.node.decision}: {'; '.join(evaluation.failures)}"
            raise ProcessFailure(self.node.id, "decision_failed", detail)
        if evaluation.value is None:
            raise ProcessFailure(
                self.node.id, "decision_null", "; ".join(evaluation.reasons) or "no rule gave a value"
            )
        write(workflow, self.node.result, evaluation.value, self.node.id)
