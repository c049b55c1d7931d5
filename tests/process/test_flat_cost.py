"""What a move costs does not depend on what happened before, nor on who else waits: counted, never timed."""

import pytest
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH
from sqlalchemy import func, select, text

from benchmarks import house as w1
from benchmarks import models, workload
from benchmarks.durable import Counter, open_tasks
from shared.bpmn import Runtime, load
from shared.clock import SystemClock
from shared.database import Database
from shared.ids import uuid7
from shared.process.delivery import fire_due_timers
from shared.process.service import TABLES, ProcessService
from shared.process.task_process import TaskProcess
from shared.tasks.commands import Commands
from shared.tasks.forms import TaskForms
from tests.support.counted import statements
from tests.support.databases import MakeDatabase

# one of them is the look for the open task, where it ends no transaction of its own
SQLITE, POSTGRESQL = (7, 9), (3, 4)
"""Statements of a task, in the median and at most. On PostgreSQL all that a move writes is one."""


WRITTEN = ("process_instance", "task", "timer", "story", "outbox")


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
    with statements(built.database) as seen:
        parcours_id = w1.start(built, 500)
        for _ in workload.TASKS:
            _complete(built, parcours_id)
    assert max(len(text) for text, _ in seen) <= MAX_CACHED_STATEMENT_LENGTH, (
        "a longer text is read anew each time"
    )
    built.database.dispose()


def test_a_move_finds_its_rows_by_key_also_while_tables_are_small(
    make_postgresql_database: MakeDatabase,
) -> None:
    """A plan that is made then is kept: it would read whole what has grown meanwhile."""
    built = w1.registered(make_postgresql_database(TABLES).url)
    before = _read_whole(built)
    for _ in range(4):
        parcours_id = w1.start(built, 500)
        for _ in workload.TASKS:
            _complete(built, parcours_id)
    assert _read_whole(built) == before
    built.database.dispose()


def _read_whole(built: ProcessService) -> dict[str, int]:
    """How often each table was read from end to end."""
    with built.database.begin() as tx:
        tx.execute(select(func.pg_stat_force_next_flush()))
    with built.database.read() as look:
        counts = look.execute(text("SELECT relname, seq_scan FROM pg_stat_user_tables"))
        return {row.relname: row.seq_scan for row in counts if row.relname in WRITTEN}


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
    with statements(built.database) as seen:
        assert fire_due_timers(built.database, built.processes) == 0
    return len(seen)


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
