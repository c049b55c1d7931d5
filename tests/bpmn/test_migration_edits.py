"""Random edits of the shipped diagrams, running instances carried over: each is where its life would have led it."""

from random import Random

import pytest

from tests.diagrams.files import SERVICES
from tests.support.migration_dates import BORN, DATE_EDITS
from tests.support.migration_edits import draw
from tests.support.migration_oracle import judge
from tests.support.migration_pool import corrected, payloads, running

PARCOURS = 20  # played by chance, to draw running instances from
EDITS, INSTANCES = 12, 20
DATED_EDITS, DATED_INSTANCES = 6, 10
MANY_EDITS, MANY_INSTANCES = 500, 50
MANY_DATED_EDITS = 200
BIRTHS = tuple({BORN: day} for day in ("2010-11-03", "2009-02-01", "2008-12-24", "2006-01-01", "1999-05-05"))


def misplaced(seed: int, instances: int) -> list[str]:
    """What is wrong with instances of one service carried to one edited version."""
    service, random = SERVICES[seed % len(SERVICES)], Random(seed)
    edited, known = draw(service, seed), payloads(service, PARCOURS)
    judged = [
        (each.name, judge(each, edited, random, known))
        for each in running(service, instances, random, PARCOURS)
    ]
    return [f"edit {seed} of {service} {edited.told} {edited.mapping}, instance {name}: {found.faults}"
            for name, found in judged if found.faults]  # fmt: skip


def wrong_dates(seed: int, instances: int) -> list[str]:
    """The same for edits of étape 4's date events; a date of birth may be corrected before the move, and after."""
    service, random = "accompaniment", Random(seed)
    edited, known = draw(service, seed, DATE_EDITS), payloads(service, PARCOURS)
    found = []
    for each in running(service, instances, random, PARCOURS):
        before, after = (random.choice((None, None, *BIRTHS)) for _ in range(2))
        instance = each if before is None else corrected(each, before)
        if faults := judge(instance, edited, random, known, correction=after).faults:
            found.append(
                f"edit {seed} {edited.told} {edited.mapping}, {each.name}, {before} {after}: {faults}"
            )
    return found


@pytest.mark.parametrize("seed", range(EDITS))
def test_an_instance_on_an_edited_version_is_where_its_life_would_have_led_it(seed: int) -> None:
    assert misplaced(seed, INSTANCES) == []


@pytest.mark.parametrize("seed", range(DATED_EDITS))
def test_a_date_event_of_an_edited_version_waits_for_the_hour_that_its_life_would_have_led_to(
    seed: int,
) -> None:
    assert wrong_dates(seed, DATED_INSTANCES) == []


@pytest.mark.long
@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in range(0, MANY_EDITS, 50)], ids=str)
def test_none_of_very_many_is_corrupted(seeds: range) -> None:
    assert [line for seed in seeds for line in misplaced(1_000 + seed, MANY_INSTANCES)] == []


@pytest.mark.long
@pytest.mark.parametrize(
    "seeds", [range(start, start + 50) for start in range(0, MANY_DATED_EDITS, 50)], ids=str
)
def test_no_date_of_very_many_is_wrong(seeds: range) -> None:
    assert [line for seed in seeds for line in wrong_dates(1_000 + seed, MANY_INSTANCES)] == []


def test_most_instances_can_move_to_most_edited_versions() -> None:
    outcomes = [
        judge(each, edited, Random(seed), payloads(service, PARCOURS)).outcome
        for seed, service in enumerate(SERVICES * 3)
        for edited in [draw(service, seed)]
        for each in running(service, 5, Random(seed), PARCOURS)
    ]
    assert outcomes.count("moves") > len(outcomes) * 0.7
