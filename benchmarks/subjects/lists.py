"""A page of 25 of my tasks among few and among very many open ones, against one indexed query behind bare Flask."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import psycopg

from benchmarks import floor_web, house, measuring
from benchmarks.bench import Bench
from benchmarks.children import Answer, alternate, median
from benchmarks.report import Figure, compared
from benchmarks.served import Served, served
from shared.clock import SystemClock
from shared.identity import TokenSigner, new_private_key, public_key
from shared.ids import uuid7

ORGANISATIONS = 100
OURS = """
insert into task (id, instance_id, parcours_id, process_id, element_id, name, subject, etape, side, organisation_kind,
  organisation_id, role, due_sort, priority, status, version, opened_at)
select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'w1', 'u1', 'Task u1', 'REF-2026-000001', 2, 'both',
  'lycee', case when g %% %(kinds)s = 0 then %(mine)s else 'lycee-' || g %% %(kinds)s end, 'referent',
  now() + g * interval '1 second', 0, 'open', 1, now()
from generate_series(1, %(count)s) g"""
FLOOR = """
insert into floor_task select gen_random_uuid(), gen_random_uuid(), 'u1', 'u' || g %% %(kinds)s, 1,
  (now() + g * interval '1 second')::text from generate_series(1, %(count)s) g"""


def figures(bench: Bench) -> Iterator[Figure]:
    found: dict[int, float] = {}
    sizes = (10_000, bench.pick(1_000_000, 100_000))
    for count in sizes:
        ours, floor = _measured(bench, count)
        found[count] = ours
        yield compared(f"task list among {count:,}", ours, "ms CPU", "bare Flask route", floor)
    few, many = sizes
    yield compared(f"task list among {many:,}, growth", found[many], "ms CPU", f"among {few:,}", found[few])


def _measured(bench: Bench, count: int) -> tuple[float, float]:
    private = new_private_key()
    signer = TokenSigner({"k": private}, SystemClock(), uuid7)
    with ExitStack() as stack:
        our_url, their_url = (stack.enter_context(bench.database("postgresql")) for _ in range(2))
        house.prepare(our_url)
        floor_web.prepare(their_url)
        _fill(our_url, OURS, "task", count)
        _fill(their_url, FLOOR, "floor_task", count)
        keys = json.dumps({"k": public_key(private)})
        ours = stack.enter_context(served("house_web", {"HOUSE_URL": our_url, "HOUSE_KEYS": keys}))
        floor = stack.enter_context(served("floor_web", {"FLOOR_URL": their_url}))
        pages = bench.pick(40, 20)
        asks = {
            "ours": partial(_round, bench, ours, "/tasks?scope=mine&limit=25", pages, signer),
            "floor": partial(_round, bench, floor, "/tasks?owner=u1", pages, signer),
        }
        answers = alternate(asks, bench.pick(25, 9), warm=3)
    return median(answers["ours"]) * 1e3, median(answers["floor"]) * 1e3


def _fill(url: str, statement: str, table: str, count: int) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        binds = {"kinds": ORGANISATIONS, "count": count, "mine": house.REFERENT.organisation_id}
        connection.execute(statement, binds)  # type: ignore[call-overload]
        connection.execute(f"vacuum analyze {table}")  # type: ignore[call-overload]


def _round(bench: Bench, server: Served, path: str, pages: int, signer: TokenSigner) -> Answer:
    before = server.cpu() + measuring.tree_cpu(bench.postmaster)
    for _ in range(pages):
        headers = {"Authorization": f"Bearer {signer.sign(house.REFERENT, house.NAME)}"}
        found = server.call("GET", path, headers=headers)
    if len(found["items"] if isinstance(found, dict) else found) != 25:
        raise RuntimeError(f"{path} gave another page")
    return {"cpu": (server.cpu() + measuring.tree_cpu(bench.postmaster) - before) / pages}
