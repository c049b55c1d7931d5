"""What a task is when it opens, and the port through which tasks reach the process behind them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Connection, Row, Select

from shared.forms import AttachedFile
from shared.identity import Actor

TaskRow = Row[Any]
"""A row of `shared.tasks.tables.task`."""


@dataclass(frozen=True)
class NewTask:
    """A task to open. `organisation`: its id; `due_at`: a whole day, an aware instant, or neither;
    `objet`: which of several tasks alike it is.
    """

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
    objet: str | None = None
    due_at: date | datetime | None = None
    priority: int = 0


Note = Callable[[Actor, str], None]
"""Told who has read something of which parcours, of another organisation than her or his own (R41)."""


def unnoted(_actor: Actor, _parcours_id: str) -> None:
    """Nobody keeps who reads."""


FilesOf = Callable[[Connection, Actor, str, Collection[str]], Mapping[str, AttachedFile]]
"""Of some ids, the files that an actor's organisation has attached to a parcours: what an answer may name."""


def no_files(
    _tx: Connection, _actor: Actor, _parcours_id: str, _ids: Collection[str]
) -> Mapping[str, AttachedFile]:
    """Where nothing can be attached."""
    return {}


class Receipt(NamedTuple):
    """The request by which a task is completed: its idempotency key, and a digest of what was asked."""

    key: str
    request: str


class TaskInstance(Protocol):
    """The running process behind one task."""

    def form(self, task: TaskRow) -> bytes:
        """The task's form (form-js JSON), as pinned by its instance."""

    def values(self, task: TaskRow, actor: Actor) -> dict[str, Any]:
        """The variables in the task's scope that the actor's side may see, as Python values of FEEL."""

    def after(self, task: TaskRow, actor: Actor) -> list[dict[str, Any]]:
        """What may follow on the open task, way by way, as JSON; without names of what is the other side's own."""

    def complete(
        self, task: TaskRow, outputs: Mapping[str, Any], actor: Actor, at: datetime, receipt: Receipt, *,
        is_party: bool,
    ) -> None:  # fmt: skip
        """Let the process go on with the form's answers; it closes the task's row as `close_task` does.

        `is_party`: whether the actor's organisation has a part in the parcours already.
        """

    def taken(self, task: TaskRow, person_id: str | None, actor: Actor) -> None:
        """Word of who holds the task by now, or that nobody does, for those who are told of it."""

    def refuse(self, task: TaskRow, reason: str, actor: Actor, at: datetime) -> bool:
        """Let the process go on by the way its diagram has for a refusal, the row closed; False: it has none."""


class TaskProcess(Protocol):
    """The processes behind tasks. All happens on the transaction `tx` of the caller; nothing commits."""

    def holding(self, tasks: Select[Any]) -> Select[Any]:
        """A read of tasks that holds each one's instance, also one that has ended, then the task itself.

        Both are held until the transaction ends and read as whoever held them before has left them. What else is
        read with them may be older: the column `waited` is true when the instance was moved meanwhile.
        """

    def held(self, tx: Connection, row: TaskRow) -> TaskInstance:
        """The instance in a row of what `holding` gives."""

    def look(self, tx: Connection, task: TaskRow) -> TaskInstance:
        """The instance of a task as it is now, not held."""

    def has_part(self, parcours_id: ColumnElement[str]) -> ColumnElement[bool]:
        """SQL: whether the organisation of the binds `organisation`, `organisation_kind` has a part in a parcours."""

    def is_party(self, tx: Connection, parcours_id: str, actor: Actor) -> bool:
        """Whether the actor's organisation has a part in a parcours."""

    def parcours_of(self, tx: Connection, actor: Actor, before: str | None, most: int) -> Sequence[str]:
        """The parcours in which an actor's organisation has a part, by id, the last first; `before`: after that one."""

    def is_erased(self, tx: Connection, parcours_id: str) -> bool:
        """Whether what the parcours held of a person was erased: nothing is added to it."""
