"""What history costs: a child ``history loop|row TURNS``. CPU and bytes of a step, early and late."""

import sys
import time
from itertools import chain

from benchmarks import house, models, workload
from benchmarks.children import Answer, serve
from shared.bpmn import Progress, Runtime, load
from shared.clock import SystemClock
from shared.ids import uuid7

WINDOW = 10
INSTANCES = 8


def main(kind: str, turns: str) -> None:
    offered, clock, last = house.vocabulary(), SystemClock(), int(turns)
    files = models.loop() if kind == "loop" else models.row(last + 1)
    runtime = Runtime(load(files, kind, offered), offered, uuid7)

    def complete(progress: Progress) -> Progress:
        (task,) = progress.opened
        return runtime.complete(progress.state, task.id, {"note": "x" * 100}, now=clock.now())

    def one_round(_question: None) -> Answer:
        variables = {"lycee": "0690043X", "reference": workload.start_variables(8_000)["note"]}
        kept = [runtime.start("parcours", variables=variables, now=clock.now()) for _ in range(INSTANCES)]
        cpu: list[float] = []
        sizes: list[int] = []
        for _ in range(last):
            before = time.process_time()
            kept = [complete(progress) for progress in kept]
            cpu.append((time.process_time() - before) / INSTANCES)
            sizes.append(len(kept[0].state))
        windows = {"early": slice(4, 4 + WINDOW), "late": slice(last - WINDOW, last)}
        told = (_window(name, cpu[part], sizes[part]) for name, part in windows.items())
        return dict(chain.from_iterable(each.items() for each in told))

    serve(one_round)


def _window(name: str, cpu: list[float], sizes: list[int]) -> Answer:
    return {name: sorted(cpu)[len(cpu) // 2], f"{name}_bytes": float(sizes[-1])}


if __name__ == "__main__":
    main(*sys.argv[1:])
