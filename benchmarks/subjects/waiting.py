"""What 10 000 waiting instances cost a worker in ten minutes (a shorter window, scaled), and its memory."""

import time
from collections.abc import Iterator
from functools import partial

import psycopg

from benchmarks import house, measuring
from benchmarks.bench import Bench
from benchmarks.children import Answer, Child, alternate, median
from benchmarks.report import Figure, compared

TEN_MINUTES = 600.0
WAITING = 10_000
SETTLING_SECONDS = 3.0
INSTANCES = """
insert into process_instance (id, parcours_id, process_id, version, status, state, label, position, moves, started_at)
select 'i' || g, 'p' || g, 'w1', v.version, 'running', decode('00', 'hex'), '', '[]', 1, now()
from generate_series(1, %(count)s) g, (select version from process_definition limit 1) v"""
TIMERS = """
insert into timer (instance_id, timer_id, element_id, due_at)
select 'i' || g, 't1', 't1', now() + interval '1 year' from generate_series(1, %(count)s) g"""
MESSAGES = """
insert into awaited_message (instance_id, name, parcours_id)
select 'i' || g, 'banc.reponse.v1', 'p' || g from generate_series(1, %(count)s) g"""


def figures(bench: Bench) -> Iterator[Figure]:
    window = bench.pick(30.0, 4.0)
    with bench.database("postgresql") as many, bench.database("postgresql") as none:
        for url, count in ((many, WAITING), (none, 0)):
            house.prepare(url)
            _fill(url, count)
        asks = {"many": partial(_window, bench, many, window), "none": partial(_window, bench, none, window)}
        found = alternate(asks, bench.pick(3, 1), warm=0)
    scaled = {name: median(answers) * TEN_MINUTES / window for name, answers in found.items()}
    name = f"worker and database in ten minutes, {WAITING:,} waiting ({window:.0f} s, scaled)"
    yield compared(name, scaled["many"], "s CPU", "nobody waiting", scaled["none"])
    yield Figure("memory of a worker", round(median(found["many"], "memory"), 1), "MB RSS")


def _window(bench: Bench, url: str, seconds: float) -> Answer:
    with Child("waiting", url, bench.folder) as worker:
        worker.ask(None)
        time.sleep(SETTLING_SECONDS)
        before = worker.ask(None)["cpu"] + measuring.tree_cpu(bench.postmaster)
        time.sleep(seconds)
        after = worker.ask(None)
        return {
            "cpu": after["cpu"] + measuring.tree_cpu(bench.postmaster) - before, "memory": after["memory"]
        }  # fmt: skip


def _fill(url: str, count: int) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in (INSTANCES, TIMERS, MESSAGES):
            connection.execute(statement, {"count": count})
        connection.execute("vacuum analyze")
