"""A parcours lived by chance through the doors of the services; now and then it changes hands, or waits for that."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Row

from shared.forms.errors import SampleImpossible
from tests.histories.life import LAPSING, LIKELY, MOVES, STANDING, YEARS, born_by_chance
from tests.histories.stored import Stored, World, opened

LATER = (0.05, 0.1, 0.5, 0.85)
"""The chance of a message to stay on its way for one more move; each history has one of these."""
MEFS = ("2403341111", "2412213422", "2473120133", "2472540733", "2512341122", "2223230622")
SHARES = {
    **dict.fromkeys(STANDING, 0.015), "suspendre_suivi": 0.1, "signaler_depart": 0.03, "reprendre_suivi": 0.4,
    "repondre_transfert": 0.5, "decider_suite": 0.4, "decider_responsable": 0.6,
}  # fmt: skip
"""The share of moves in which a task may be done, where it is not each one: other things happen meanwhile."""

Look = Callable[[Stored], None]


def live_stored(world: World, seed: int, look: Look, moves: int | None = None) -> Stored:
    """A history from its opening to its end, or that many moves of it; ``look`` is called after every move."""
    random = Random(f"{seed}:stored")
    day = random.choice(list(YEARS.values())) + timedelta(days=random.randrange(120))
    stored = opened(world, random, born_by_chance(random, day), random.choice(MEFS), day)
    later = random.choice(LATER)
    look(stored)
    for _ in range(MOVES if moves is None else moves):
        if not _move(stored, random, later):
            return stored
        look(stored)
    if moves is not None:
        return stored
    raise AssertionError(
        f"still going on after {MOVES} moves: {[row.element_id for _, row in stored.tasks()]}"
    )


def _move(stored: Stored, random: Random, later: float) -> bool:
    """One thing that happens; False when nothing can any more."""
    if stored.on_way and random.random() > later:
        stored.arrive(0 if random.random() < 0.8 else random.randrange(len(stored.on_way)))
        return True
    if random.random() < 0.07:
        random.choice((stored.ask_transfer, stored.ask_transfer, stored.replace))()
        return True
    there, due_at, is_coming = stored.tasks(), stored.next_due(), bool(stored.on_way)
    tasks = [
        (service, row) for service, row in there
        if random.random() < SHARES.get(row.element_id, 1)
    ]  # fmt: skip
    if tasks and (due_at is None or random.random() < 0.85):
        service, row = random.choice(tasks)
        if row.element_id == "accepter_role" and random.random() < 0.2:
            stored.refuse(service, row)
        else:
            _do(stored, random, service, row)
    elif due_at is not None:
        stored.pass_to(due_at)
    elif stored.on_way:
        stored.arrive(0)
    return bool(there or due_at or is_coming)


def _do(stored: Stored, random: Random, service: str, row: Row[Any]) -> None:
    likely = LIKELY.get(row.element_id, {}) if random.random() < 0.85 else {}
    try:
        stored.do(service, row, likely)
    except SampleImpossible:  # what is likely is not possible any more
        if row.element_id not in LAPSING:
            stored.do(service, row, {})
