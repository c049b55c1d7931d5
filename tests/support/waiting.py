"""Waiting for a condition, with a deadline: never for a time."""

import time
from collections.abc import Callable

INTERVAL_SECONDS = 0.01
PATIENCE_SECONDS = 60.0
"""How long a test waits for what is promised without a time: long enough for a machine that does much else."""


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as ``condition()`` is true; AssertionError when it is not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            name = getattr(condition, "__qualname__", condition)
            raise AssertionError(f"not true within {seconds} s: {name}")
        time.sleep(INTERVAL_SECONDS)
