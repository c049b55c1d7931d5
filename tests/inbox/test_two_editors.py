"""Two people at one task by chance: nothing that one has saved is replaced by the other unseen, and no page fails."""

import random
from itertools import count

import pytest

from shared.ids import uuid7
from tests.inbox.editors import Editor, Interleaving
from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

SEED = 20261122


@pytest.fixture
def people(world: World) -> dict[str, Visitor]:
    names = ("Karim Benali", "Claire Fontaine")
    return {name: Visitor(world.app.test_client()).sign_in(name) for name in names}


def live(world: World, interview: OpenInterview, people: dict[str, Visitor], seed: int) -> Interleaving:
    chance, numbers = random.Random(seed), count(1)
    world.enrolment.process.completed.clear()
    task = interview(parcours_id=uuid7())
    editors = [Editor(name, page, address(task), chance, numbers) for name, page in people.items()]
    told = Interleaving(world, task, editors, chance)
    told.run()
    return told


@pytest.mark.parametrize("batch", range(4))
def test_a_hundred_interleavings_of_two_editors(
    world: World, interview: OpenInterview, people: dict[str, Visitor], batch: int
) -> None:
    for number in range(25):
        live(world, interview, people, SEED + batch * 25 + number)


@pytest.mark.long
@pytest.mark.parametrize("batch", range(10))
def test_a_thousand_interleavings_of_two_editors(
    world: World, interview: OpenInterview, people: dict[str, Visitor], batch: int
) -> None:
    for number in range(100):
        live(world, interview, people, SEED + 1_000 + batch * 100 + number)
