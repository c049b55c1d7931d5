"""What a task is when it opens, and the port through which tasks reach the process behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from shared.identity import Actor

TaskRow = Row[Any]
"""A row of `shared.tasks.tables.task`."""


@dataclass(frozen=True)
class NewTask:
    """A task to open. `organisation`: its id; `due_at`: a whole day, an aware instant, or neither."""

    id: str
    instance_id: str
    parcours_id: str
    process_id: str
    element_id: str
    name: str
    subject: str
    organisation_kind: str
    organisation: str
    opened_at: datetime
    etape: int | None = None
    side: str = "both"
    role: str | None = None
    assignee: str | None = None
    assignee_name: str | None = None
    form: str | None = None
    due_at: date | datetime | None = None
    priority: int = 0


class TaskProcess(Protocol):
    """The process behind a task. All happens on the transaction `tx` of the caller; nothing commits."""

    def lock(self, tx: Connection, instance_id: str) -> None:
        """Hold the instance until the transaction ends, also one that has ended."""

    def form(self, tx: Connection, task: TaskRow) -> bytes:
        """The task's form (form-js JSON), as pinned by its instance."""

    def values(self, tx: Connection, task: TaskRow, actor: Actor) -> dict[str, Any]:
        """The variables in the task's scope that the actor's side may see, as Python values of FEEL."""

    def is_party(self, tx: Connection, parcours_id: str, actor: Actor) -> bool:
        """Whether the actor's organisation has a part in a parcours."""

    def complete(self, tx: Connection, task: TaskRow, outputs: Mapping[str, Any], actor: Actor) -> None:
        """Let the process go on with the form's answers."""

    def refuse(self, tx: Connection, task: TaskRow, reason: str, actor: Actor) -> bool:
        """Let the process go on by the way its diagram has for a refusal; False when it has none."""
