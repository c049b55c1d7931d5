"""What the mailbox does with the services' news: the open tasks as the inbox knows them, and notices for people.

News may come in any order: a task that was closed before it was opened stays closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from services.inbox.notifications import choices, erasing
from services.inbox.notifications.appointments import Appointments
from services.inbox.notifications.hours import Hours
from services.inbox.notifications.notices import Matter, Telling, concerned
from services.inbox.notifications.tables import told_task
from shared.clock import Clock
from shared.database.upsert import keep_first
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.notifications import News, TaskNews, as_moment, from_data


@dataclass(frozen=True)
class Receiver:
    """``clock``: the business clock."""

    hours: Hours
    telling: Telling
    appointments: Appointments
    clock: Clock

    def handle(self, tx: Connection, envelope: Envelope) -> Handling:
        """The effect of one message, in the mailbox's transaction."""
        if envelope.type == erasing.ASKED:
            erasing.erase(tx, envelope.data["parcours"])
            return Handling.HANDLED
        news, now = from_data(envelope.data), self.clock.now()
        for task in news.opened:
            self._open(tx, envelope, news, task, now)
        for task_id, holder in news.held.items():
            self._hold(tx, news, task_id, holder, now)
        for task in news.moved:
            self._move(tx, news, task, now)
        for task_id in news.closed:
            _close(tx, envelope, news, task_id, now)
        for appointment in news.appointments:
            self.appointments.announce(tx, news, appointment, now)
        if news.has_incident:
            self._tell_incident(tx, envelope, news, now)
        return Handling.HANDLED

    def _open(self, tx: Connection, envelope: Envelope, news: News, task: TaskNews, now: datetime) -> None:
        due = as_moment(task.due)
        row = _identity(envelope, news, task.id) | {
            "name": task.name, "first_name": news.first_name, "organisation_id": task.organisation_id,
            "role": task.role, "assignee": task.assignee, "due": task.due, "is_sms_off": news.is_sms_off,
        } | self._deadlines(task.due, now)  # fmt: skip
        if keep_first(tx, told_task, row):
            people = concerned(tx, task.organisation_id, task.role, task.assignee, now)
            kind = choices.HANDOVER if task.is_handover else choices.TASK
            urgent = self.hours.is_urgent(due, now)
            matter = Matter(kind, task.id, news.parcours_id, urgent, news.is_sms_off)
            self.telling.tell(tx, people, matter, now, but=news.actor)

    def _hold(self, tx: Connection, news: News, task_id: str, holder: str | None, now: datetime) -> None:
        known = update(told_task).where(told_task.c.task_id == task_id, told_task.c.closed_at.is_(None))
        row = tx.execute(known.values(assignee=holder).returning(told_task)).first()
        if row is not None and holder is not None:
            urgent = self.hours.is_urgent(as_moment(row.due), now)
            matter = Matter(choices.TASK, task_id, news.parcours_id, urgent, row.is_sms_off)
            people = concerned(tx, row.organisation_id, row.role, holder, now)
            self.telling.tell(tx, people, matter, now, but=news.actor)

    def _move(self, tx: Connection, news: News, task: TaskNews, now: datetime) -> None:
        """Another organisation has the task: its people are told, and of its deadline too."""
        known = update(told_task).where(told_task.c.task_id == task.id, told_task.c.closed_at.is_(None))
        whose = {"organisation_id": task.organisation_id, "assignee": task.assignee}
        row = tx.execute(known.values(whose).returning(told_task)).first()
        if row is not None:
            again = update(told_task).where(told_task.c.task_id == task.id)
            tx.execute(
                again.values(self._deadlines(row.due, now))
            )  # what was said of them was said to others
            self.telling.drop(tx, news.parcours_id, task.id)
            people = concerned(tx, task.organisation_id, row.role, task.assignee, now)
            urgent = self.hours.is_urgent(as_moment(row.due), now)
            matter = Matter(choices.HANDOVER, task.id, news.parcours_id, urgent, row.is_sms_off)
            self.telling.tell(tx, people, matter, now, but=news.actor)

    def _deadlines(self, told_due: str | None, now: datetime) -> dict[str, datetime | None]:
        """When people are to be told that a task is due soon, and that it is late; columns of ``told_task``."""
        due = as_moment(told_due)
        if due is None:
            return {"near_at": None, "late_at": None}
        near = self.hours.near_at(due)  # who is told of the task only then is told when it is due
        return {"near_at": near if near > now else None, "late_at": self.hours.late_at(due)}

    def _tell_incident(self, tx: Connection, envelope: Envelope, news: News, now: datetime) -> None:
        """To whom the open tasks of the parcours are; once a day, however often it is tried."""
        query = select(told_task).where(
            told_task.c.parcours_id == news.parcours_id, told_task.c.closed_at.is_(None)
        )
        people = [
            person
            for row in tx.execute(query).all()
            for person in concerned(tx, row.organisation_id, row.role, row.assignee, now)
        ]
        about = f"{envelope.subject}:{now:%Y-%m-%d}"
        matter = Matter(choices.INCIDENT, about, news.parcours_id, is_sms_off=news.is_sms_off)
        self.telling.tell(tx, people, matter, now)


Handle = Callable[[Connection, Envelope], Handling]


def _identity(envelope: Envelope, news: News, task_id: str) -> dict[str, object]:
    return {
        "task_id": task_id, "service": envelope.source, "instance_id": envelope.subject,
        "parcours_id": news.parcours_id,
    }  # fmt: skip


def _close(tx: Connection, envelope: Envelope, news: News, task_id: str, now: datetime) -> None:
    """What was said of the task goes with it; its row stays, so that no news that come late open it again."""
    closed = {"closed_at": now, "near_at": None, "late_at": None, "first_name": None, "name": None}
    known = update(told_task).where(told_task.c.task_id == task_id).values(closed)
    if tx.execute(known.returning(told_task.c.task_id)).first() is None:
        keep_first(tx, told_task, _identity(envelope, news, task_id) | closed)


def forget(tx: Connection, before: datetime) -> None:
    """Drop tasks that were closed before an instant."""
    tx.execute(delete(told_task).where(told_task.c.closed_at < before))
