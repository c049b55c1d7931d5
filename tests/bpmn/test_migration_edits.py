"""Random edits of the shipped diagrams, running instances carried over: each is where its life would have led it."""

from random import Random

import pytest

from tests.diagrams.files import SERVICES
from tests.support.migration_edits import draw
from tests.support.migration_oracle import judge
from tests.support.migration_pool import payloads, running

PARCOURS = 20  # played by chance, to draw running instances from
EDITS, INSTANCES = 12, 20
MANY_EDITS, MANY_INSTANCES = 500, 50


def corrupted(seed: int, instances: int) -> list[str]:
    """What is wrong with instances of one service carried to one edited version."""
    service, random = SERVICES[seed % len(SERVICES)], Random(seed)
    edited, known = draw(service, seed), payloads(service, PARCOURS)
    judged = [
        (each.name, judge(each, edited, random, known))
        for each in running(service, instances, random, PARCOURS)
    ]
    return [f"edit {seed} of {service} {edited.told} {edited.mapping}, instance {name}: {found.faults}"
            for name, found in judged if found.faults]  # fmt: skip


@pytest.mark.parametrize("seed", range(EDITS))
def test_an_instance_on_an_edited_version_is_where_its_life_would_have_led_it(seed: int) -> None:
    assert corrupted(seed, INSTANCES) == []


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in range(0, MANY_EDITS, 50)], ids=str)
def test_none_of_very_many_is_corrupted(seeds: range) -> None:
    assert [line for seed in seeds for line in corrupted(1_000 + seed, MANY_INSTANCES)] == []


def test_most_instances_can_move_to_most_edited_versions() -> None:
    outcomes = [
        judge(each, draw(service, seed), Random(seed), payloads(service, PARCOURS)).outcome
        for seed, service in enumerate(SERVICES * 3)
        for each in running(service, 5, Random(seed), PARCOURS)
    ]
    assert outcomes.count("moves") > len(outcomes) * 0.7
