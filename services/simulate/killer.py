"""Ends a random worker with SIGKILL every so many seconds, and starts it again."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from shared.servers.processes import ServerProcess


@dataclass(frozen=True)
class Worker:
    """How a worker is started, again and again, and the ``pulse`` that it writes once it is at work."""

    run: Callable[[], ServerProcess]
    pulse: Path

    def start(self) -> ServerProcess:
        self.pulse.unlink(missing_ok=True)
        return self.run()


class Killer:
    """Starts the workers and, at its ``turn``, kills one when it is time; never when ``every`` is None.

    One that is not at work yet is left alone: on a busy machine nothing would ever come to work. For the main thread
    only.
    """

    def __init__(self, workers: Sequence[Worker], every: float | None, random: Random) -> None:
        self._workers, self._every, self._random = workers, every, random
        self._running = [worker.start() for worker in workers]
        self._killed_at = time.monotonic()
        self._kills = 0

    def turn(self) -> None:
        if self._every is None or time.monotonic() < self._killed_at + self._every:
            return
        number = self._random.randrange(len(self._running))
        if not self._workers[number].pulse.exists():
            return
        self._running[number].stop(signal.SIGKILL)
        self._running[number] = self._workers[number].start()
        self._killed_at = time.monotonic()
        self._kills += 1

    def count(self) -> int:
        """How many were killed."""
        return self._kills
