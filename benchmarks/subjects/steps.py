"""CPU of one step: ours with a store round trip, the library with its own, and the library in memory."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from benchmarks import workload
from benchmarks.bench import Bench
from benchmarks.children import Child, alternate, median
from benchmarks.report import Figure, compared


def figures(bench: Bench) -> Iterator[Figure]:
    for size in bench.pick((1_000, 4_000, 20_000), (4_000,)):
        with ExitStack() as stack:
            ours = stack.enter_context(Child("engine", size))
            trip = stack.enter_context(Child("floor", "round-trip", size))
            memory = stack.enter_context(Child("floor", "mem", size))
            many = {"instances": bench.pick(12, 3)}
            children = {"ours": ours, "trip": trip, "memory": memory}
            asks = {name: partial(child.ask, many) for name, child in children.items()}
            found = alternate(asks, bench.pick(7, 3))
        yield from _compared(workload.SIZES[size], *(median(found[name]) * 1e3 for name in asks))


def _compared(size: str, ours: float, trip: float, memory: float) -> Iterator[Figure]:
    name = f"step at {size}, state stored and read back"
    yield compared(name, ours, "ms CPU", "SpiffWorkflow with its serializer", trip)
    yield compared(name, ours, "ms CPU", "SpiffWorkflow in memory", memory)
