"""One task completed for good by the Python API, against the floor: bare SpiffWorkflow, its serializer, one row."""

from collections.abc import Iterator
from functools import partial

from benchmarks import workload
from benchmarks.bench import Bench
from benchmarks.children import Child, alternate, median
from benchmarks.report import Figure, compared


def figures(bench: Bench) -> Iterator[Figure]:
    for size in bench.pick((500, 4_000, 20_000), (500,)):
        for kind in ("sqlite", "postgresql"):
            yield from _figures(bench, kind, size, bench.pick((1, 8), (1,)) if size < 20_000 else (1,))


def _figures(bench: Bench, kind: str, size: int, all_clients: tuple[int, ...]) -> Iterator[Figure]:
    postmaster = bench.postmaster if kind == "postgresql" else ""
    with bench.database(kind) as our_url, bench.database(kind) as their_url:
        with (
            Child("durable", size, our_url, postmaster) as ours,
            Child("floor", kind, size, their_url, postmaster) as floor,
        ):
            for clients in all_clients:
                question = {"instances": 8, "clients": clients}
                asks = {"ours": partial(ours.ask, question), "floor": partial(floor.ask, question)}
                found = alternate(asks, bench.pick(15, 4))
                name = f"task completed, {kind}, {workload.SIZES[size]}, clients: {clients}"
                yield compared(
                    name, median(found["ours"]) * 1e3, "ms CPU", "floor", median(found["floor"]) * 1e3
                )
        yield from _statements(f"{kind}, {workload.SIZES[size]}", found["ours"])


def _statements(name: str, ours: list[dict[str, float]]) -> Iterator[Figure]:
    yield Figure(f"statements per task, median, {name}", median(ours, "statements"), "statements")
    yield Figure(f"statements per task, most, {name}", max(each["most"] for each in ours), "statements")
    yield Figure(f"commits per task, {name}", median(ours, "commits"), "commits")
