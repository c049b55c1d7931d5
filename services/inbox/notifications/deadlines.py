"""What time brings: tasks that are due soon, or late. Each is said once; closed tasks are not looked at."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, select, update

from services.inbox.notifications import choices
from services.inbox.notifications.notices import Matter, Telling, concerned, responsible
from services.inbox.notifications.tables import told_task
from shared.clock import Clock
from shared.database import Database

BATCH = 100


@dataclass(frozen=True)
class Deadlines:
    """``clock``: the business clock."""

    database: Database
    telling: Telling
    clock: Clock

    def tell_due(self) -> int:
        """One turn: a hundred tasks at most of each kind; how many people were to be told of."""
        return self._turn(told_task.c.near_at, choices.NEAR) + self._turn(told_task.c.late_at, choices.LATE)

    def _turn(self, column: Column[Any], kind: str) -> int:
        now = self.clock.now()
        due = (
            select(told_task.c.task_id)
            .where(column.is_not(None), column <= now)
            .order_by(column)
            .limit(BATCH)
        )
        with self.database.read() as look:
            found = list(look.execute(due).scalars())
        return sum(self._tell(task_id, column, kind) for task_id in found)

    def _tell(self, task_id: str, column: Column[Any], kind: str) -> bool:
        """In a transaction of its own; False: another worker has told it, or it is closed by now."""
        with self.database.begin() as tx:
            taken = update(told_task).where(told_task.c.task_id == task_id, column.is_not(None))
            row = tx.execute(taken.values({column.name: None}).returning(told_task)).first()
            if row is None:
                return False
            matter = Matter(kind, task_id, row.parcours_id, is_sms_off=row.is_sms_off)
            self.telling.tell(tx, self._people(tx, row, kind), matter, self.clock.now())
            return True

    def _people(self, tx: Connection, row: Row[Any], kind: str) -> list[str]:
        people = concerned(tx, row.organisation_id, row.role, row.assignee, self.clock.now())
        return people + responsible(tx, row.organisation_id) if kind == choices.LATE else people
