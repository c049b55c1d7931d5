"""Every path of the shipped diagrams is walked with their own forms, tables, operations and messages."""

from functools import cache

import pytest

from tests.diagrams.coverage import everything
from tests.diagrams.files import OF_PARCOURS
from tests.diagrams.scenarios import SCENARIOS
from tests.diagrams.world import World


@cache
def walked(name: str) -> World:
    return World(SCENARIOS[name])


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_story_ends_as_it_should(name: str) -> None:
    assert walked(name).ends == SCENARIOS[name].ends


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_story_leaves_the_facts_it_should(name: str) -> None:
    assert {fact: walked(name).variable(fact) for fact in SCENARIOS[name].sees} == SCENARIOS[name].sees


@pytest.mark.parametrize("service", OF_PARCOURS)
def test_the_stories_take_every_sequence_flow_and_boundary_event(service: str) -> None:
    taken = set().union(*(walked(name).taken[service] for name in SCENARIOS))
    assert everything(service) - taken == set()
