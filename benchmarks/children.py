"""Processes that run one round whenever they are asked, and answer with what it cost."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

ROOT = Path(__file__).resolve().parents[1]
Answer = dict[str, float]
T = TypeVar("T")


class Child(AbstractContextManager["Child"]):
    """``python -m benchmarks.<module> arguments``, which calls ``serve``."""

    def __init__(self, module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> None:
        command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter, no shell
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip
        self._told, self._heard = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, question: Any) -> Answer:
        """One round. RuntimeError when the child has ended instead of answering."""
        self._told.write(json.dumps(question) + "\n")
        self._told.flush()
        line = self._heard.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        answer: Answer = json.loads(line)
        return answer

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self


def serve(answer: Callable[[Any], Answer]) -> None:
    """The child's side: a round for each line that comes."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def in_threads(clients: int, items: Sequence[T], run: Callable[[T], object]) -> None:
    """``run`` each item by as many threads as there are clients; the threads stay, with their connections."""
    if clients == 1:
        for item in items:
            run(item)
    else:
        list(_pool(clients).map(run, items))


@cache
def _pool(clients: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(clients)


def alternate(
    asks: Mapping[str, Callable[[], Answer]], rounds: int, *, warm: int = 1
) -> dict[str, list[Answer]]:
    """Ask each in turn, ``rounds`` times over; the first ``warm`` turns fill caches and are not counted."""
    found: dict[str, list[Answer]] = {name: [] for name in asks}
    for turn in range(warm + rounds):
        for name, ask in asks.items():
            answer = ask()
            if turn >= warm:
                found[name].append(answer)
    return found


def median(answers: Sequence[Answer], key: str = "cpu") -> float:
    return statistics.median(answer[key] for answer in answers)
