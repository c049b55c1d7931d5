"""Whatever people answer, in whatever order, nobody is left waiting: chance plays every role."""

from datetime import date
from random import Random

import pytest

from shared.forms.errors import SampleImpossible
from tests.diagrams.scenarios import Do, Refuse, Scenario, Wait
from tests.diagrams.world import World

STANDING = (
    "retirer_volontariat",
    "signaler_fait",
    "signaler_absence_lycee",
    "signaler_absence_ml",
    "signaler_fin_anticipee",
    "signaler_depart",
    "suspendre_suivi",
    "signer_pacea",
)  # rarely done
LIKELY = {
    "recueillir_volontariat": {"volontariat_choix": "oui", "engagement": "aucun"},
    "renseigner_examen": {"session_examen": "derniere"},
    "designer_conseiller": {"reponse_ml": "prise_en_charge"},
    "fixer_entretien": {"contact_resultat": "rendez_vous_pris"},
    "valider_entretien": {"entretien_suite": "tenu"},
    "decider_admission": {"decision_admission": "admis"},
    "composer_plan": {"plan_action": "terminer"},
    "recueillir_signatures": {"projet_signe": "oui"},
}
MOVES = 400


def play_by_chance(seed: int) -> World:
    """A parcours in which tasks are done in any order, and time passes when it may."""
    random = Random(seed)
    born_on = random.choice([date(2010, 11, 3), date(2009, 1, 1), date(2006, 1, 1)])
    world = World(Scenario((), {}, facts={"eleve_ne_le": born_on}), seed)
    for _ in range(MOVES):
        if not move_by_chance(world, random):
            return world
    raise AssertionError(f"still going on after {MOVES} moves: {world.ends}")


def move_by_chance(world: World, random: Random) -> bool:
    tasks = [
        f"{service}/{task.element_id}"
        for service, opened in world.open.items()
        for task in opened
        if task.element_id not in STANDING or random.random() < 0.03
    ]
    timers = [
        (timer.due_at, f"{service}/{timer.element_id}")
        for service, progress in world.now_at.items()
        for timer in progress.timers
        if not progress.ended
    ]
    if tasks and (not timers or random.random() < 0.9):
        do_by_chance(world, random, random.choice(tasks))
    elif timers:
        world.play(Wait(min(timers)[1]))
    return bool(tasks or timers)


def do_by_chance(world: World, random: Random, task: str) -> None:
    if task == "enrolment/accepter_role" and random.random() < 0.2:
        world.play(Refuse(task))
    else:
        answers = LIKELY.get(task.partition("/")[2], {}) if random.random() < 0.8 else {}
        try:
            world.play(Do(task, answers))
        except SampleImpossible:  # what is likely is not possible any more
            world.play(Do(task))


@pytest.mark.parametrize("seed", range(20))
def test_a_parcours_always_comes_to_an_end_in_every_service_that_it_reached(seed: int) -> None:
    world = play_by_chance(seed)
    assert {service for service, progress in world.now_at.items() if not progress.ended} == set()
    assert world.ends.keys() == world.now_at.keys()
