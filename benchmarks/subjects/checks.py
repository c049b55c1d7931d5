"""CPU of reading a diagram into a running definition, and of all the checks before it is deployed."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.children import Child, alternate, median
from benchmarks.report import Figure


def figures(bench: Bench) -> Iterator[Figure]:
    for nodes in (25, 250):
        with Child("checking", nodes) as child:
            (answers,) = alternate({"ours": partial(child.ask, None)}, bench.pick(5, 1), warm=0).values()
        yield Figure(f"read a diagram of {nodes} nodes", round(median(answers, "read") * 1e3, 1), "ms CPU")
        yield Figure(f"check a diagram of {nodes} nodes", round(median(answers, "check") * 1e3, 1), "ms CPU")
