"""One seed: what is wrong in its history, if anything."""

from tests.diagrams.world import World
from tests.histories.invariants import broken
from tests.histories.life import live


class Broken(AssertionError):
    """An invariant does not hold."""


def look(seed: int) -> str:
    """What was found there, empty when nothing."""
    try:
        world = live(seed, _look)
    except Exception as error:  # a crash is a finding as well
        return f"seed {seed}: {type(error).__name__}: {error}"
    going_on = sorted(service for service, progress in world.now_at.items() if not progress.ended)
    return f"seed {seed}: {going_on} never end" if going_on else ""


def _look(world: World) -> None:
    if faults := broken(world):
        raise Broken(", ".join(faults))
