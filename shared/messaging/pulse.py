"""Whether the loops of a worker still turn: what probes ask."""

import json
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from shared.clock import Clock

logger = logging.getLogger(__name__)

WRITE_EVERY = timedelta(seconds=1)


class Pulse:
    """The instant of each loop's last turn, in memory and in ``file``, there for another process."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._lock = Lock()
        self._turned_at: dict[str, datetime] = {}
        self._written_at: datetime | None = None

    def of(self, loop: str) -> Callable[[], None]:
        """The function that ``loop`` calls at each turn; from now on the loop is watched."""

        def turn() -> None:
            with self._lock:
                self._turned_at[loop] = self._clock.now()
                self._write()

        turn()
        return turn

    def ages(self) -> dict[str, timedelta]:
        """How long ago each loop last turned."""
        with self._lock:
            return _ages(self._turned_at, self._clock.now())

    def _write(self) -> None:
        now = self._clock.now()
        if self._file is None or (self._written_at is not None and now - self._written_at < WRITE_EVERY):
            return
        text = json.dumps({loop: instant.isoformat() for loop, instant in self._turned_at.items()})
        draft = self._file.with_name(f"{self._file.name}.new")
        self._written_at = now
        try:
            draft.write_text(text, encoding="ascii")
            os.replace(draft, self._file)
        except OSError as error:  # the probe will see an old file; the loop that turns has no part in it
            logger.warning("the pulse could not be written: %s", error.strerror)


def ages_in(file: Path, now: datetime) -> dict[str, timedelta]:
    """What a worker in another process wrote to ``file``; empty when there is nothing yet."""
    if not file.exists():
        return {}
    turned_at = json.loads(file.read_text(encoding="ascii"))
    return _ages({loop: datetime.fromisoformat(text) for loop, text in turned_at.items()}, now)


def _ages(turned_at: dict[str, datetime], now: datetime) -> dict[str, timedelta]:
    return {loop: now - instant for loop, instant in turned_at.items()}
