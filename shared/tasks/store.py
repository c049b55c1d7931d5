"""Rows of tasks, on a transaction that the caller opened. Nothing here commits or asks who may see what."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from shared.clock import PARIS
from shared.database.batch import Changes, Rows, Writer
from shared.identity import Actor
from shared.tasks.model import NewTask, Receipt, TaskRow
from shared.tasks.tables import IS_OPEN, idempotency, task, task_comment, task_event

NEVER = datetime(9999, 12, 1, tzinfo=UTC)
"""Sorts a task without due date behind all others."""
NO_DRAFT: dict[str, Any] = dict.fromkeys(("draft", "draft_by", "draft_by_name", "draft_at", "draft_page"))

# what every move executes is built once
_BY_ID = select(task).where(task.c.id == bindparam("task_id"))
_TASKS = Rows(task)
_CLOSINGS = Changes(task, only=task.c.status == "open", also={task.c.version: task.c.version + 1})


def open_tasks(tx: Writer, new: Sequence[NewTask]) -> None:
    """Write tasks that a process has opened. Opening and closing are told by the row itself, not by an event."""
    _TASKS.insert(tx, [_row(each) for each in new])


def close_task(
    tx: Writer, task_id: str, *, status: str, actor: Actor, at: datetime, receipt: Receipt | None = None
) -> None:
    """Mark an open task as `completed` by `actor`, or `cancelled` by the process. A closed task stays as it is.

    `receipt`: by which request it is completed, kept with it to answer a second click.
    Raises ValueError for another status. When the row is written, the database refuses a key under which another
    task was completed meanwhile (`second_clicks.one_task_a_key`).
    """
    key, request = receipt or (None, None)
    kept = {"completion_key": key, "completion_request": request}
    _CLOSINGS.update(tx, [{"id": task_id, **kept, **_closing(status, actor, at)}])


def completed(row: TaskRow, actor: Actor, at: datetime) -> dict[str, Any]:
    """The values by column of an open task as `close_task` leaves it completed, without asking again."""
    return {**row._asdict(), "version": row.version + 1, **_closing("completed", actor, at)}


def _closing(status: str, actor: Actor, at: datetime) -> dict[str, Any]:
    if status not in ("completed", "cancelled"):
        raise ValueError(f"a task is not closed as {status!r}")
    return {
        "status": status, "completed_at": at, "completed_by": actor.person_id, "completed_by_name": actor.name,
        **NO_DRAFT,
    }  # fmt: skip


def tasks_of(tx: Connection, parcours_id: str) -> Sequence[TaskRow]:
    """All tasks of a parcours in this service, oldest first. For the service itself: no access check."""
    return tx.execute(select(task).where(task.c.parcours_id == parcours_id).order_by(task.c.id)).all()


def forget_answers(tx: Connection, before: datetime) -> None:
    """Drop the answers kept for second clicks that are older than `before` (a day is plenty)."""
    tx.execute(delete(idempotency).where(idempotency.c.at < before))


def find(tx: Connection, task_id: str) -> TaskRow | None:
    return tx.execute(_BY_ID, {"task_id": task_id}).first()


def element_of_task(tx: Connection, task_id: str) -> str | None:
    """The element of the diagram that a task is of."""
    return tx.scalar(select(task.c.element_id).where(task.c.id == task_id))


def get(tx: Connection, task_id: str) -> TaskRow:
    """A task that is known to be there."""
    return tx.execute(_BY_ID, {"task_id": task_id}).one()


def change(tx: Connection, row: TaskRow, **values: Any) -> TaskRow:
    """Write `values` and count the version up. Returns the new row."""
    tx.execute(update(task).where(task.c.id == row.id).values(version=row.version + 1, **values))
    return get(tx, row.id)


def keep_draft(
    tx: Connection, row: TaskRow, values: Mapping[str, Any], by: tuple[str, str], page: str | None, at: datetime
) -> TaskRow:  # fmt: skip
    """A draft does not count as a new version: the page that saves it can still complete the task.

    ``by``: id and name of who wrote it last; ``page``: from which page.
    """
    kept = {
        "draft": dict(values),
        "draft_by": by[0],
        "draft_by_name": by[1],
        "draft_at": at,
        "draft_page": page,
    }
    tx.execute(update(task).where(task.c.id == row.id).values(**kept))
    return get(tx, row.id)


def log_event(
    tx: Connection, task_id: str, event: str, actor: Actor | None, at: datetime, *, detail: str | None = None
) -> None:
    """One line of history; no actor: the process itself."""
    person, name = (actor.person_id, actor.name) if actor else (None, None)
    row = {
        "task_id": task_id,
        "event": event,
        "at": at,
        "detail": detail,
        "actor": person,
        "actor_name": name,
    }
    tx.execute(insert(task_event).values(**row))


def events(tx: Connection, task_id: str) -> Sequence[TaskRow]:
    return tx.execute(
        select(task_event).where(task_event.c.task_id == task_id).order_by(task_event.c.id)
    ).all()


def add_comment(
    tx: Connection, comment_id: str, row: TaskRow, actor: Actor, *, text: str, private: bool, at: datetime
) -> None:
    tx.execute(
        insert(task_comment).values(
            id=comment_id,
            task_id=row.id,
            at=at,
            author=actor.person_id,
            author_name=actor.name,
            organisation_kind=actor.organisation_kind,
            organisation_id=actor.organisation_id,
            text=text,
            private=private,
        )
    )


def retitle(tx: Connection, instance_id: str, subject: str) -> None:
    """The instance has another title now: so have its tasks, done ones too. No new version: nothing else changed.

    A closed task whose title was taken away stays without.
    """
    titled = (task.c.instance_id == instance_id, or_(IS_OPEN, task.c.subject != ""))
    tx.execute(update(task).where(*titled).values(subject=subject))


def due_values(due: date | datetime | None) -> dict[str, Any]:
    """The three columns of a due date. A whole day sorts as its first instant in Europe/Paris."""
    if isinstance(due, datetime):
        return {"due_on": None, "due_at": due, "due_sort": due}
    if due is None:
        return {"due_on": None, "due_at": None, "due_sort": NEVER}
    return {"due_on": due, "due_at": None, "due_sort": datetime.combine(due, time(), PARIS)}


COPIED = (
    "id", "instance_id", "parcours_id", "process_id", "element_id", "name", "objet", "subject", "etape", "side", "form",
    "organisation_kind", "role", "assignee", "assignee_name", "priority", "opened_at",
)  # fmt: skip


def _row(new: NewTask) -> dict[str, Any]:
    return {
        **{name: getattr(new, name) for name in COPIED},
        **due_values(new.due_at),
        "organisation_id": new.organisation,
        "assigned_at": new.opened_at if new.assignee else None,
        "status": "open",
        "version": 1,
    }
