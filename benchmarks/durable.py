"""One task done for good, by ``Commands.complete``: a child ``durable SIZE URL [PID]``.

State, task rows, story, timers, outbox and the answer for a second click in one transaction, the form validated.
``PID``: the postmaster, whose processes' CPU is added.
"""

import statistics
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, select

from benchmarks import house, measuring, workload
from benchmarks.children import Answer, in_threads, serve
from shared.ids import uuid7
from shared.process.service import ProcessService
from shared.process.task_process import TaskProcess
from shared.tasks.commands import Commands
from shared.tasks.forms import TaskForms
from shared.tasks.tables import task

OpenTask = tuple[str, str, int]


class Counter:
    """Statements and commits of each transaction, apart per thread. BEGIN, COMMIT and NOTIFY do not count."""

    def __init__(self, built: ProcessService) -> None:
        self._own = threading.local()
        self.statements: list[int] = []
        event.listen(built.database.engine, "before_cursor_execute", self._statement)
        event.listen(built.database.engine, "commit", self._commit)

    def _statement(
        self, _connection: Any, _cursor: Any, text: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if "pg_notify" not in text and not text.startswith("BEGIN"):
            self._own.count = getattr(self._own, "count", 0) + 1

    def _commit(self, _connection: Any) -> None:
        self.statements.append(self._own.count)
        self._own.count = 0


def open_tasks(built: ProcessService, parcours: Sequence[str]) -> list[OpenTask]:
    """(id, element, version) of one open task of each parcours."""
    wanted = select(task.c.parcours_id, task.c.id, task.c.element_id, task.c.version)
    with built.database.read() as look:
        rows = look.execute(
            wanted.where(task.c.status == "open", task.c.parcours_id.in_(parcours)).order_by(task.c.id)
        )
        found = {row.parcours_id: (row.id, row.element_id, row.version) for row in reversed(rows.all())}
    return [found[each] for each in parcours]


def main(size: str, url: str, postmaster: str = "") -> None:
    house.prepare(url)
    built = house.build(url)
    counter = Counter(built)
    process = TaskProcess(built.processes)
    commands = Commands(built.database, process, built.clock, built.ids, TaskForms({}))

    def used() -> float:
        return time.process_time() + (measuring.tree_cpu(int(postmaster)) if postmaster else 0.0)

    def complete(found: OpenTask) -> None:
        task_id, element, version = found
        commands.complete(house.REFERENT, task_id, [version], uuid7(), workload.answers(element))

    def one_round(question: dict[str, int]) -> Answer:
        parcours = [house.start(built, int(size)) for _ in range(question["instances"])]
        cpu, counter.statements[:] = 0.0, []
        for _ in workload.TASKS:
            todo = open_tasks(built, parcours)
            before = used()
            in_threads(question.get("clients", 1), todo, complete)
            cpu += used() - before
        done = len(parcours) * len(workload.TASKS)
        counts = counter.statements
        return {
            "cpu": cpu / done, "statements": statistics.median(counts), "most": max(counts),
            "commits": len(counts) / done,
        }  # fmt: skip

    serve(one_round)


if __name__ == "__main__":
    main(*sys.argv[1:])
