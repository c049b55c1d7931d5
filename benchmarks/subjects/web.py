"""One task completed over HTTP, with token and form, against the floor behind a bare Flask route."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks import floor_web, house, measuring, workload
from benchmarks.bench import Bench
from benchmarks.children import Answer, alternate, in_threads, median
from benchmarks.durable import open_tasks
from benchmarks.report import Figure, compared
from benchmarks.served import Served, served
from shared.clock import SystemClock
from shared.identity import TokenSigner, new_private_key, public_key
from shared.ids import uuid7

Job = Callable[[], Any]


def figures(bench: Bench) -> Iterator[Figure]:
    for kind in bench.pick(("sqlite", "postgresql"), ("postgresql",)):
        yield from _figures(bench, kind)


def _figures(bench: Bench, kind: str) -> Iterator[Figure]:
    private = new_private_key()
    signer = TokenSigner({"k": private}, SystemClock(), uuid7)
    postmaster = bench.postmaster if kind == "postgresql" else None
    with ExitStack() as stack:
        our_url, their_url = (stack.enter_context(bench.database(kind)) for _ in range(2))
        house.prepare(our_url)
        floor_web.prepare(their_url)
        keys = json.dumps({"k": public_key(private)})
        ours = stack.enter_context(served("house_web", {"HOUSE_URL": our_url, "HOUSE_KEYS": keys}))
        theirs = stack.enter_context(served("floor_web", {"FLOOR_URL": their_url}))
        built = house.build(our_url)
        stack.callback(built.database.dispose)
        for clients in bench.pick((1, 8), (1,)):
            count = bench.pick(16, 8)
            asks = {
                "ours": partial(_round, _House(ours, built, signer), count, clients, postmaster),
                "floor": partial(_round, _Floor(theirs), count, clients, postmaster),
            }
            found = alternate(asks, bench.pick(5, 2))
            name = f"task completed over HTTP, {kind}, 0.5 kB, clients: {clients}"
            yield compared(name, median(found["ours"]) * 1e3, "ms CPU", "floor", median(found["floor"]) * 1e3)
        yield Figure(f"memory of a web process, {kind}", round(ours.memory_of_one(), 1), "MB PSS")


class _House:
    """W1 through our API, a fresh token for each request, as the inbox signs them."""

    def __init__(self, server: Served, built: Any, signer: TokenSigner) -> None:
        self.server, self._built, self._signer = server, built, signer

    def start(self) -> str:
        return house.start(self._built, 500)

    def jobs(self, parcours: Sequence[str]) -> list[Job]:
        return [partial(self._complete, *found) for found in open_tasks(self._built, parcours)]

    def _complete(self, task_id: str, element: str, version: int) -> None:
        headers = {
            "Authorization": f"Bearer {self._signer.sign(house.REFERENT, house.NAME)}",
            "If-Match": f'"{version}"', "Idempotency-Key": uuid7(),
        }  # fmt: skip
        body = {"values": workload.answers(element)}
        self.server.call("POST", f"/tasks/{task_id}/complete", body, headers)


class _Floor:
    """W1 through the bare route."""

    def __init__(self, server: Served) -> None:
        self.server = server

    def start(self) -> str:
        return str(self.server.call("POST", "/start", {"size": 500}))

    def jobs(self, parcours: Sequence[str]) -> list[Job]:
        return [
            partial(self._complete, each, *self.server.call("GET", f"/open/{each}")[0]) for each in parcours
        ]

    def _complete(self, instance: str, uid: str, name: str) -> None:
        self.server.call("POST", f"/complete/{instance}/{uid}", workload.answers(name))


def _round(side: _House | _Floor, count: int, clients: int, postmaster: int | None) -> Answer:
    def used() -> float:
        return side.server.cpu() + (measuring.tree_cpu(postmaster) if postmaster else 0.0)

    parcours, cpu = [side.start() for _ in range(count)], 0.0
    for _ in workload.TASKS:
        jobs = side.jobs(parcours)
        before = used()
        in_threads(clients, jobs, _run)
        cpu += used() - before
    return {"cpu": cpu / (count * len(workload.TASKS))}


def _run(job: Job) -> None:
    job()
