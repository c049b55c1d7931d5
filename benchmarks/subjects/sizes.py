"""Bytes of a stored instance against the JSON of its variables, and against the library's own text."""

import json
from collections.abc import Iterator

from benchmarks import workload
from benchmarks.bench import Bench
from benchmarks.children import Child
from benchmarks.report import Figure, compared

HALF = workload.TASKS[:4]


def figures(bench: Bench) -> Iterator[Figure]:
    """In the middle of W1, where two tasks have been open together."""
    for size in bench.pick((500, 4_000, 20_000), (4_000,)):
        with Child("engine", size) as ours, Child("floor", "round-trip", size) as floor:
            stored = ours.ask({"instances": 1})["bytes"]
            theirs = floor.ask({"instances": 1})["bytes"]
        variables = workload.plain(workload.start_variables(size))
        variables |= {name: text for task in HALF for name, text in workload.answers(task).items()}
        plain = len(json.dumps(variables))
        name = f"state stored at {workload.SIZES[size]}"
        yield compared(name, stored, "bytes", "JSON of the variables", plain)
        yield compared(name, stored, "bytes", "SpiffWorkflow's serializer", theirs)
