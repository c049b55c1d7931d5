"""What a move costs does not depend on what happened before, nor on who else waits: counted, never timed."""

from typing import Any

import pytest
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH
from sqlalchemy import event

from benchmarks import house as w1
from benchmarks import models, workload
from benchmarks.durable import Counter, open_tasks
from shared.bpmn import Runtime, load
from shared.clock import SystemClock
from shared.database import Database
from shared.ids import uuid7
from shared.process.delivery import fire_due_timers
from shared.process.service import ProcessService
from shared.process.task_process import TaskProcess
from shared.tasks.commands import Commands
from shared.tasks.forms import TaskForms

# one of them is the look for the open task, where it ends no transaction of its own
SQLITE, POSTGRESQL = (7, 9), (3, 4)
"""Statements of a task, in the median and at most. On PostgreSQL all that a move writes is one."""


@pytest.fixture
def built(database: Database) -> ProcessService:
    return w1.registered(database.url)


def _complete(built: ProcessService, parcours_id: str) -> None:
    commands = Commands(built.database, TaskProcess(built.processes), built.clock, built.ids, TaskForms({}))
    ((task_id, element, version),) = open_tasks(built, [parcours_id])
    commands.complete(w1.REFERENT, task_id, [version], uuid7(), workload.answers(element))


def test_a_task_is_done_in_one_commit_and_few_statements(built: ProcessService) -> None:
    parcours_id = w1.start(built, 500)
    _complete(built, parcours_id)  # the definition is read once per process
    counter = Counter(built)
    for _ in workload.TASKS[1:]:
        _complete(built, parcours_id)
    counts = sorted(counter.statements)
    assert len(counts) == len(workload.TASKS) - 1
    median, most = POSTGRESQL if built.database.is_postgresql else SQLITE
    assert (counts[len(counts) // 2] <= median, counts[-1] <= most) == (True, True), counts
    built.database.dispose()


def test_psycopg_keeps_what_it_has_read_of_the_statement_of_a_move(built: ProcessService) -> None:
    seen: list[str] = []
    event.listen(built.database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    parcours_id = w1.start(built, 500)
    for _ in workload.TASKS:
        _complete(built, parcours_id)
    assert max(map(len, seen)) <= MAX_CACHED_STATEMENT_LENGTH, "a longer text is read anew each time"
    built.database.dispose()


def test_who_only_waits_is_asked_nothing_by_the_worker(built: ProcessService) -> None:
    alone = _statements_of_a_turn(built)
    for _ in range(3):
        parcours_id = w1.start(built, 500)
        for _ in range(2):
            _complete(built, parcours_id)  # up to the task with a timer
    assert (alone, _statements_of_a_turn(built)) == (1, 1)
    built.database.dispose()


def _statements_of_a_turn(built: ProcessService) -> int:
    """How many statements the timers' loop executes when nothing is due."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_others: Any) -> None:
        seen.append(text)

    event.listen(built.database.engine, "before_cursor_execute", note)
    assert fire_due_timers(built.database, built.processes) == 0
    event.remove(built.database.engine, "before_cursor_execute", note)
    return len([text for text in seen if not text.startswith("BEGIN")])


def test_a_loop_that_has_turned_two_hundred_times_is_stored_as_small_as_at_first() -> None:
    offered, clock = w1.vocabulary(), SystemClock()
    runtime = Runtime(load(models.loop(), "loop", offered), offered, uuid7)
    progress = runtime.start("p", variables={"lycee": "0690043X"}, now=clock.now())
    sizes, tokens = [], []
    for _ in range(200):
        (task,) = progress.opened
        progress = runtime.complete(progress.state, task.id, {"note": "encore"}, now=clock.now())
        sizes.append(len(progress.state))
        tokens.append(len(progress.position))
    assert max(sizes) - min(sizes[:20]) <= 16, "ids and the counter grow by digits only"
    assert set(tokens) == {1}
