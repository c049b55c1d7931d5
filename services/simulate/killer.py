"""Ends a random worker with SIGKILL every so many seconds, and starts it again."""

import signal
import time
from collections.abc import Callable, Sequence
from random import Random

from shared.servers.processes import ServerProcess


class Killer:
    """Starts the workers and, at its ``turn``, kills one when it is time; never when ``every`` is None.

    For the main thread only.
    """

    def __init__(
        self, starts: Sequence[Callable[[], ServerProcess]], every: float | None, random: Random
    ) -> None:
        self._starts, self._every, self._random = starts, every, random
        self._running = [start() for start in starts]
        self._killed_at = time.monotonic()
        self._kills = 0

    def turn(self) -> None:
        if self._every is None or time.monotonic() < self._killed_at + self._every:
            return
        number = self._random.randrange(len(self._running))
        self._running[number].stop(signal.SIGKILL)
        self._running[number] = self._starts[number]()
        self._killed_at = time.monotonic()
        self._kills += 1

    def count(self) -> int:
        """How many were killed."""
        return self._kills
