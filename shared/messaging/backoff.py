"""How long to wait before trying again."""

from collections.abc import Callable
from datetime import timedelta

Random = Callable[[], float]
"""A number in [0, 1), ``random.random`` outside tests."""


def delay(attempt: int, random: Random, *, first: float = 1.0, longest: float = 300.0) -> timedelta:
    """The pause after failed ``attempt`` (1, 2…): doubled each time, give or take half (crowds disperse)."""
    seconds = min(longest, first * 2.0 ** min(attempt - 1, 30))
    return timedelta(seconds=seconds * (0.5 + random()))
