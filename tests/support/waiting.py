"""Waiting for a condition, with a deadline: never for a time."""

import time
from collections.abc import Callable

INTERVAL_SECONDS = 0.01


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Return as soon as ``condition()`` is true; AssertionError when it is not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            name = getattr(condition, "__qualname__", condition)
            raise AssertionError(f"not true within {seconds} s: {name}")
        time.sleep(INTERVAL_SECONDS)
