"""Looks at the services' databases, never a write: what is open, what is under way, what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from shared.bpmn.tables import instance, timer
from shared.database import Database
from shared.messaging.envelope import NEWS
from shared.messaging.tables import IS_PENDING, IS_RETRY, mailbox, outbox
from shared.process.replacing.replace import REPLACED
from shared.process.replacing.transferring import TRANSFERRED
from shared.tasks.tables import IS_OPEN, task

SERVICES = ("enrolment", "accompaniment", "bilan")
"""In the order in which a parcours goes through them, and in which people act for one pupil."""
CHUNK = 500  # ids in one query
TOLD_TO: Mapping[str, int] = {TRANSFERRED: 3, REPLACED: 2}
"""How many services hear a message, where it is more than one."""
IS_TRANSFER = ~outbox.c.type.endswith(NEWS)
"""What services send one another; their news for the inbox move no parcours."""


@dataclass(frozen=True)
class OpenTask:
    service: str
    id: str
    parcours_id: str
    element: str
    organisation: str
    role: str | None
    assignee: str | None
    version: int


@dataclass(frozen=True)
class Looks:
    """``databases``: service → its database. ``marks``: service → the last row of its outbox that is known to have
    been received, so that a look does not grow with what has long passed."""

    databases: Mapping[str, Database]
    marks: dict[str, int] = field(default_factory=dict)

    def open_tasks(self, service: str, parcours_id: str | None = None) -> list[OpenTask]:
        """The open tasks of a service, of all parcours or of one."""
        found = select(
            task.c.id, task.c.parcours_id, task.c.element_id, task.c.organisation_id, task.c.role,
            task.c.assignee, task.c.version,
        ).where(IS_OPEN)  # fmt: skip
        if parcours_id is not None:
            found = found.where(task.c.parcours_id == parcours_id)
        return [OpenTask(service, *row) for row in self.rows(service, found)]

    def is_settled(self, now: datetime) -> bool:
        """No message is under way or to be tried again, no timer is due: only people or time can go on."""
        for service in SERVICES:
            with self.databases[service].read() as look:
                if _is_busy(look, now):
                    return False
        return self._is_received()

    def under_way(self) -> tuple[int, ...]:
        """A trace of the messages to be sent, news for people included: while it changes, the services are at work."""
        first = select(func.min(outbox.c.id)).where(IS_PENDING)
        return tuple(self._scalar(service, first) or 0 for service in SERVICES)

    def _is_received(self) -> bool:
        """Whether each message between services has come to all that it is for, of those since this was true last."""
        found = [
            (service, *row)
            for service in SERVICES
            for row in self.rows(
                service,
                select(outbox.c.id, outbox.c.message_id, outbox.c.type, IS_TRANSFER).where(
                    outbox.c.id > self.marks.get(service, 0)
                ),
            )
        ]
        sent = [
            (message_id, TOLD_TO.get(type_, 1))
            for _, _, message_id, type_, is_transfer in found
            if is_transfer
        ]
        chunks = (sent[at : at + CHUNK] for at in range(0, len(sent), CHUNK))
        if sum(times for _, times in sent) > sum(
            self._received([each for each, _ in chunk]) for chunk in chunks
        ):
            return False
        for service, number, *_ in found:
            self.marks[service] = max(number, self.marks.get(service, 0))
        return True

    def _received(self, ids: Sequence[str]) -> int:
        query = select(mailbox.c.message_id).where(
            mailbox.c.source.in_(SERVICES), mailbox.c.message_id.in_(ids)
        )
        return sum(1 for _ in self.everywhere(query))

    def next_timer(self) -> datetime | None:
        """When the next timer of a running instance is due."""
        first = select(func.min(timer.c.due_at)).join(instance, instance.c.id == timer.c.instance_id)
        running = first.where(instance.c.status == "running")
        found = [self._scalar(service, running) for service in SERVICES]
        return min((due_at for due_at in found if due_at is not None), default=None)

    def ended(self) -> int:
        """How many parcours have been closed in enrolment."""
        ended = (instance.c.status == "ended", instance.c.process_id == "enrolment")
        query = select(func.count()).select_from(instance).where(*ended)
        return int(self._scalar("enrolment", query))

    def rows(self, service: str, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.databases[service].read() as look:
            return look.execute(query).all()

    def everywhere(self, query: Select[Any]) -> Iterator[tuple[str, Row[Any]]]:
        """The rows of a query in each service, with the service."""
        for service in SERVICES:
            for row in self.rows(service, query):
                yield service, row

    def close(self) -> None:
        for database in self.databases.values():
            database.dispose()

    def _scalar(self, service: str, query: Select[Any]) -> Any:
        with self.databases[service].read() as look:
            return look.scalar(query)


def _is_busy(look: Connection, now: datetime) -> bool:
    due = select(timer.c.timer_id).join(instance, instance.c.id == timer.c.instance_id)
    waits = (
        select(outbox.c.id).where(IS_PENDING, IS_TRANSFER),
        select(mailbox.c.message_id).where(IS_RETRY),
        due.where(timer.c.due_at <= now, instance.c.status == "running"),
    )
    return any(look.execute(wait.limit(1)).first() is not None for wait in waits)
