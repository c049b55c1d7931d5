"""One seed: what is wrong in its history, if anything."""

import tempfile
from functools import cache
from pathlib import Path

from shared.database import Database
from tests.diagrams.world import World
from tests.histories.invariants import broken
from tests.histories.life import live
from tests.histories.stored import Stored
from tests.histories.stored import World as StoredWorld
from tests.histories.stored_invariants import broken_stored, left_behind
from tests.histories.stored_life import live_stored
from tests.support.databases import SqliteCopies

STORED_EVERY = 15
"""One history of so many goes through the doors of the services; there it changes hands as well."""


class Broken(AssertionError):
    """An invariant does not hold."""


def look(seed: int, folder: Path) -> str:
    """What was found there, empty when nothing. ``folder``: for databases, which the histories of a process share."""
    try:
        found = _stored(seed, folder) if seed % STORED_EVERY == 0 else _played(seed)
    except Exception as error:  # a crash is a finding as well
        stored_world.cache_clear()
        return f"seed {seed}: {type(error).__name__}: {error}"
    return f"seed {seed}: {found}" if found else ""


@cache
def stored_world(folder: Path) -> StoredWorld:
    """The services of this process, on databases in a folder of its own."""
    copies = SqliteCopies(Path(tempfile.mkdtemp(dir=folder)))
    return StoredWorld(lambda packages: Database(copies.url(packages), application_name="histories"))


def _played(seed: int) -> str:
    world = live(seed, _look_played)
    going_on = sorted(service for service, progress in world.now_at.items() if not progress.ended)
    return f"{going_on} never end" if going_on else ""


def _stored(seed: int, folder: Path) -> str:
    return ", ".join(left_behind(live_stored(stored_world(folder), seed, look_stored)))


def _look_played(world: World) -> None:
    if faults := broken(world):
        raise Broken(", ".join(faults))


def look_stored(stored: Stored) -> None:
    """Raises Broken when an invariant does not hold now."""
    if faults := broken_stored(stored):
        raise Broken(", ".join(faults))
