"""``shared.bpmn`` alone: a child ``engine SIZE``. Bytes in and bytes out at every completion, no database."""

import sys
import time

from benchmarks import house, workload
from benchmarks.children import Answer, serve
from shared.bpmn import Progress, Runtime, load
from shared.clock import SystemClock
from shared.ids import uuid7


def main(size: str) -> None:
    offered, clock = house.vocabulary(), SystemClock()
    runtime = Runtime(load(house.files(), "w1", offered), offered, uuid7)
    variables = {**workload.start_variables(int(size)), "lycee": workload.LYCEE}

    def start() -> tuple[bytes, list[tuple[str, str]]]:
        return _kept(runtime.start("parcours", variables=variables, now=clock.now()), [])

    def complete(state: bytes, open_tasks: list[tuple[str, str]]) -> tuple[bytes, list[tuple[str, str]]]:
        (task_id, element), *others = open_tasks
        answers = workload.answers(element)
        return _kept(runtime.complete(state, task_id, answers, now=clock.now()), others)

    def one_round(question: dict[str, int]) -> Answer:
        kept = [start() for _ in range(question["instances"])]
        bytes_mid = 0
        before = time.process_time()
        for element in workload.TASKS:
            kept = [complete(*each) for each in kept]
            bytes_mid = len(kept[0][0]) if element == "u4" else bytes_mid
        used = time.process_time() - before
        return {"cpu": used / (len(kept) * len(workload.TASKS)), "bytes": bytes_mid}

    serve(one_round)


def _kept(progress: Progress, others: list[tuple[str, str]]) -> tuple[bytes, list[tuple[str, str]]]:
    return progress.state, others + [(task.id, task.element_id) for task in progress.opened]


if __name__ == "__main__":
    main(*sys.argv[1:])
