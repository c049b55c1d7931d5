"""Makes of what one person is to be told by now one e-mail, and an SMS for who wants it.

What is settled meanwhile is not told: a task that is done, or that a colleague holds by now; nor to whom it is no
concern any more, who has left, lost the role or stands in for nobody now. Reminders leave at most once in a cool-down.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, update

from services.inbox.notifications import choices, contacts
from services.inbox.notifications.hours import Hours
from services.inbox.notifications.letters import Letters, Line
from services.inbox.notifications.notices import Reader
from services.inbox.notifications.outgoing import EMAIL, SMS, Mail, Post
from services.inbox.notifications.tables import notice, told_task
from services.inbox.tables import person
from services.inbox.taking import links
from shared.catalogue import sentence
from shared.clock import Clock
from shared.database import Database

PEOPLE = 50
PENDING, TOLD, DROPPED = "pending", "told", "dropped"


@dataclass(frozen=True)
class Composer:
    """``clock``: the business clock; ``secrets`` gives what nobody guesses, for links that take in charge."""

    database: Database
    hours: Hours
    letters: Letters
    post: Post
    clock: Clock
    secrets: Callable[[], str]

    def compose_due(self) -> int:
        """One turn: fifty people at most, each in a transaction of its own; how many were looked at."""
        now = self.clock.now()
        query = select(notice.c.person_id).where(self._due(now)).group_by(notice.c.person_id).limit(PEOPLE)
        with self.database.read() as look:
            people = list(look.execute(query).scalars())
        return sum(self._compose(person_id, now) for person_id in people)

    def _due(self, now: datetime) -> ColumnElement[bool]:
        """Outside working hours only what is urgent."""
        is_due = and_(notice.c.state == PENDING, notice.c.due_at <= now)
        return is_due if self.hours.is_open(now) else and_(is_due, notice.c.is_urgent)

    def _compose(self, person_id: str, now: datetime) -> bool:
        with self.database.begin() as tx:
            query = select(notice).where(self._due(now), notice.c.person_id == person_id)
            locked = query.order_by(notice.c.due_at, notice.c.id).with_for_update(skip_locked=True)
            due = tx.execute(locked).all()
            told, stale = self._sorted_out(tx, due, Reader.of(tx, person_id, now))
            told = self._without_early_reminders(tx, person_id, told, now)
            mail_id = None
            if told:
                mail_id = self._write(tx, person_id, told, now, is_urgent=_urgent(told))
            _settle(tx, [row for row, _ in told], now, state=TOLD, mail_id=mail_id)
            _settle(tx, stale, now, state=DROPPED)
            return bool(due)

    def _sorted_out(
        self, tx: Connection, due: Sequence[Row[Any]], reader: Reader
    ) -> tuple[list[tuple[Row[Any], Line]], list[Row[Any]]]:
        """What is still true and the reader's concern, each with its line; and what is not."""
        tasks, troubled = _tasks(tx, [row.about for row in due]), _troubled(tx, due, reader)
        told, stale, seen = [], [], set()
        for row in sorted(due, key=_importance):
            if row.kind == choices.INCIDENT:
                line = _incident_line(row) if row.parcours_id in troubled else None
            else:
                line = _line(row, tasks.get(row.about), reader)
            if line is None or (row.about in seen):
                stale.append(row)
            else:
                told.append((row, line))
                seen.add(row.about)  # a task that is new and late at once is told once, as late
        return told, stale

    def _without_early_reminders(
        self, tx: Connection, person_id: str, told: list[tuple[Row[Any], Line]], now: datetime
    ) -> list[tuple[Row[Any], Line]]:
        """Reminders wait until the cool-down is over; other news do not."""
        query = select(notice.c.settled_at).where(
            notice.c.person_id == person_id, notice.c.state == TOLD, notice.c.kind.in_(choices.REMINDERS)
        )
        last = tx.scalar(query.order_by(notice.c.settled_at.desc()).limit(1))
        if last is None or (again := self.hours.reminder_at(last)) <= now:
            return told
        early = [row for row, _ in told if row.kind in choices.REMINDERS]
        if early:
            later = update(notice).where(notice.c.id.in_([row.id for row in early]))
            tx.execute(later.values(due_at=again))
        return [(row, line) for row, line in told if row.kind not in choices.REMINDERS]

    def _write(
        self, tx: Connection, person_id: str, told: Sequence[tuple[Row[Any], Line]], now: datetime, *,
        is_urgent: bool,
    ) -> str | None:  # fmt: skip
        """The e-mail's id. To whom has no address nothing is written: the organisation's page says who that is."""
        if not tx.scalar(select(person.c.is_active).where(person.c.id == person_id)):
            return None
        found, mail_id = contacts.find(tx, person_id), None
        if found.email:
            mail_id = self._write_email(tx, person_id, found.email, told, now, is_urgent=is_urgent)
        wanted = choices.chosen(tx, person_id)[choices.SMS] == choices.YES
        lines = [line for row, line in told if wanted and not row.is_sms_off]
        if found.phone and lines:
            text = self.letters.summary_sms(lines)
            self.post.put(tx, Mail(SMS, found.phone, "", text, person_id=person_id, is_urgent=is_urgent), now)
        return mail_id

    def _write_email(
        self, tx: Connection, person_id: str, to: str, told: Sequence[tuple[Row[Any], Line]], now: datetime, *,
        is_urgent: bool,
    ) -> str | None:  # fmt: skip
        """What is handed over can be taken in charge from it: such a mail is secret."""
        lines = [
            replace(line, take=links.offer(tx, person_id, row.about, self.secrets, now))
            if row.kind == choices.HANDOVER
            else line
            for row, line in told
        ]
        subject, body = self.letters.summary(lines)
        is_secret = any(line.take for line in lines)
        letter = Mail(EMAIL, to, subject, body, person_id=person_id, is_urgent=is_urgent, is_secret=is_secret)
        return self.post.put(tx, letter, now)


def _urgent(told: Sequence[tuple[Row[Any], Line]]) -> bool:
    return any(row.is_urgent for row, _ in told)


def _importance(row: Row[Any]) -> int:
    order = (choices.INCIDENT, choices.LATE, choices.HANDOVER, choices.NEAR, choices.TASK)
    return order.index(row.kind)


def _tasks(tx: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    rows = tx.execute(select(told_task).where(told_task.c.task_id.in_(ids)))
    return {row.task_id: row for row in rows}


def _troubled(tx: Connection, due: Sequence[Row[Any]], reader: Reader) -> set[str]:
    """The parcours of incidents in which a task is, or was, the reader's concern."""
    parcours = [row.parcours_id for row in due if row.kind == choices.INCIDENT]
    if not parcours:
        return set()
    whose = told_task.c.parcours_id, told_task.c.organisation_id, told_task.c.role, told_task.c.assignee
    rows = tx.execute(select(*whose).where(told_task.c.parcours_id.in_(parcours)).distinct())
    return {row.parcours_id for row in rows if reader.is_concerned(row)}


def _incident_line(row: Row[Any]) -> Line:
    return Line(row.kind, sentence("notifications.incident_line"), None, None, f"/parcours/{row.parcours_id}")


def _line(row: Row[Any], task: Row[Any] | None, reader: Reader) -> Line | None:
    """None for what need not be told any more."""
    if task is None or task.closed_at is not None:
        return None
    # the responsible hear also of what others hold, once it is late
    is_answerable = row.kind == choices.LATE and reader.is_responsible(task.organisation_id)
    if not is_answerable and not reader.is_concerned(task):
        return None
    return Line(row.kind, task.name, task.first_name, task.due, f"/taches/{task.service}/{task.task_id}")


def _settle(tx: Connection, rows: Sequence[Row[Any]], now: datetime, **values: Any) -> None:
    if rows:
        settled = update(notice).where(notice.c.id.in_([row.id for row in rows]))
        tx.execute(settled.values(settled_at=now, **values))


def forget(tx: Connection, before: datetime) -> None:
    """Drop notices that were settled before an instant."""
    tx.execute(notice.delete().where(notice.c.settled_at < before))
