"""What can go wrong with a definition or with a move of an instance. No error carries personal data."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy.exc import SQLAlchemyError

from shared.bpmn.findings import Finding
from shared.errors import Conflict, NotFound, Problem


class DefinitionRefused(Problem):
    """The files cannot be deployed. ``findings`` says everything that has to change."""

    code: ClassVar[str] = "bpmn.definition_refused"
    status: ClassVar[int] = 422

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(count=len(self.findings))

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class UnknownDefinition(NotFound):
    """No definition is registered under that process id or version."""

    code: ClassVar[str] = "bpmn.unknown_definition"


class ProcessFailure(Problem):
    """A move could not be made: nothing of it may be kept, an operator has to look.

    ``element_id``: where; ``reason``: a stable word (``condition_not_boolean``, ``step_budget``…);
    ``detail``: English, for operators, without personal data.
    """

    code: ClassVar[str] = "bpmn.process_failure"
    status: ClassVar[int] = 500

    passed: Sequence[str] = ()
    """Ids of the elements that the move passed before it failed, as far as they are known."""

    def __init__(self, element_id: str, reason: str, detail: str = "") -> None:
        self.element_id, self.reason, self.detail = element_id, reason, detail
        super().__init__(element_id=element_id, reason=reason, detail=detail)


class UnknownTask(NotFound):
    """The task is not open in this instance: done already, cancelled, or never opened."""

    code: ClassVar[str] = "bpmn.unknown_task"

    def __init__(self, task_id: str) -> None:
        super().__init__(task_id=task_id)


class NotAwaited(Conflict):
    """Nothing in this instance waits for that message, signal or timer now."""

    code: ClassVar[str] = "bpmn.not_awaited"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name=name)


class NotDue(NotAwaited):
    """The timer exists, its hour has not come."""

    code: ClassVar[str] = "bpmn.not_due"


class PayloadRefused(Problem):
    """Values from outside do not fit what the diagram declares. ``errors``: field name → stable word."""

    code: ClassVar[str] = "bpmn.payload_refused"
    status: ClassVar[int] = 422

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = dict(sorted(errors.items()))
        super().__init__(errors=self.errors)


class StateRefused(Problem):
    """Stored bytes are not a state that this version of the kernel and this definition can read."""

    code: ClassVar[str] = "bpmn.state_refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail=detail)


@contextmanager
def as_failure(element_id: str) -> Iterator[None]:
    """Whatever goes wrong in an element is a ProcessFailure that names it, by class only: texts may hold data.

    A database that does not answer is not the diagram's fault and goes on as it is.
    """
    try:
        yield
    except (Problem, SQLAlchemyError):
        raise
    except Exception as error:
        raise ProcessFailure(element_id, "unexpected", type(error).__name__) from error


class BusinessError(Exception):
    """Raised by an operation to take the error boundary event with this code on its service task."""

    def __init__(self, error_code: str, **params: Any) -> None:
        self.error_code = error_code
        super().__init__(error_code)
