"""Does history cost? A loop's turn 200 against turn 10, the last of 40 tasks against an early one."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.children import Child, alternate, median
from benchmarks.report import Figure, compared

CASES = (("loop", 200, "turn 200 of a loop", "turn 10"), ("row", 40, "task 40 of a row", "task 10"))


def figures(bench: Bench) -> Iterator[Figure]:
    for kind, turns, late, early in CASES:
        with Child("history", kind, turns) as child:
            (answers,) = alternate({"ours": partial(child.ask, None)}, bench.pick(7, 2)).values()
        yield compared(
            f"{late}, 4 kB", median(answers, "late") * 1e3, "ms CPU", early, median(answers, "early") * 1e3
        )
        sizes = [median(answers, f"{name}_bytes") for name in ("late", "early")]
        yield compared(f"{late}, state stored", sizes[0], "bytes", early, sizes[1])
