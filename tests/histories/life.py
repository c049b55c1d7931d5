"""A parcours lived by chance: who the pupil is, what people answer, when they do it, which messages come late."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from shared.forms.errors import SampleImpossible
from tests.diagrams.scenarios import FEW, Arrive, Do, Refuse, Scenario, Wait
from tests.diagrams.world import World

STANDING = frozenset({
    "retirer_volontariat", "signaler_fin_anticipee", "signaler_depart", "signaler_absence_lycee", "signaler_absence_ml",
    "suspendre_suivi", "signer_pacea",
})  # fmt: skip
"""Tasks that stay open in case, and are rarely done."""
LAPSING = frozenset({"suspendre_suivi"})
"""Of these, what stays open although no answer is possible any more: nothing is suspended after the end of status."""
LIKELY = {
    "recueillir_volontariat": {"volontariat_choix": "oui", "engagement": "aucun"},
    "renseigner_examen": {"session_examen": "derniere"},
    "designer_conseiller": {"reponse_ml": "prise_en_charge"},
    "fixer_entretien": {"contact_resultat": "rendez_vous_pris"},
    "valider_entretien": {"entretien_suite": "tenu"},
    "decider_admission": {"decision_admission": "admis"},
    "ouvrir_droits": FEW,
    "composer_plan": {"plan_action": "terminer"},
    "recueillir_signatures": {"projet_signe": "oui"},
}
AT_ONCE = ("enrolment/ouvrir_droit",)
"""Whoever opens a right opens those beside it in the same hour."""
YEARS = {"2023-2024": date(2023, 9, 4), "2024-2025": date(2024, 9, 2), "2025-2026": date(2025, 9, 1)}
"""Campagnes with their rentrée."""
MESSAGES = (
    "enrolment.parcours_confie.v1", "enrolment.bilan_a_preparer.v1", "accompaniment.bilan_a_preparer.v1",
    "bilan.inscription_close.v1", "bilan.suivi_clos.v1", "accompaniment.depart_signale.v1",
)  # fmt: skip
"""Those that a history may hold up on their way."""
MOVES = 600

Look = Callable[[World], None]


def live(seed: int, look: Look, moves: int | None = None) -> World:
    """A history from its opening to its end, or that many moves of it; ``look`` is called after every move."""
    random = Random(seed)
    world = World(_pupil(random), seed)
    look(world)
    for _ in range(MOVES if moves is None else moves):
        if not _move(world, random):
            return world
        look(world)
    if moves is not None:
        return world
    raise AssertionError(f"still going on after {MOVES} moves: {sorted(world.open)}")


def _pupil(random: Random) -> Scenario:
    """Somebody of 15 to 20 years, or near 26; now and then born on 29 February; opened in the autumn of a campagne."""
    campagne, rentree = random.choice(list(YEARS.items()))
    opened = rentree + timedelta(days=random.randrange(120))
    born_on = born_by_chance(random, opened)
    late = frozenset(name for name in MESSAGES if random.random() < 0.1)
    facts = {
        "eleve_ne_le": born_on, "campagne": campagne, "rentree_le": rentree,
        "diplome": random.choice(("cap", "bac_pro", "bma", "dtms")),
        "pacea_propose": random.random() < 0.8,
    }  # fmt: skip
    return Scenario((), {}, opened=opened, facts=facts, late=late)


def born_by_chance(random: Random, opened: date) -> date:
    """The birthday of somebody of 15 to 20 years, or near 26."""
    age = random.choice((15, 16, 17, 17, 17, 18, 18, 19, 25))
    born_on = opened - timedelta(days=round(age * 365.25) + random.randrange(366))
    return date(2008, 2, 29) if random.random() < 0.05 else born_on


def _move(world: World, random: Random) -> bool:
    """One thing that happens; False when nothing can any more."""
    held_up = world.held_up()
    if held_up and random.random() < 0.3:
        world.play(Arrive(random.choice(held_up)))
        return True
    tasks = [
        f"{service}/{task.element_id}"
        for service, opened in world.open.items()
        for task in opened
        if task.element_id not in STANDING or random.random() < 0.03
    ]
    timers = sorted(
        (timer.due_at, f"{service}/{timer.element_id}")
        for service, progress in world.now_at.items()
        for timer in progress.timers
        if not progress.ended
    )
    if tasks and (not timers or random.random() < 0.85):
        chosen = random.choice(tasks)
        for _ in range(tasks.count(chosen) if chosen in AT_ONCE else 1):
            _do(world, random, chosen)
    elif timers:
        world.play(Wait(timers[0][1]))
    elif held_up:
        world.play(Arrive(held_up[0]))
    return bool(tasks or timers or held_up)


def _do(world: World, random: Random, task: str) -> None:
    if task == "enrolment/accepter_role" and random.random() < 0.2:
        world.play(Refuse(task))
        return
    element = task.partition("/")[2]
    likely = LIKELY.get(element, {}) if random.random() < 0.85 else {}
    try:
        world.play(Do(task, likely))
    except SampleImpossible:  # what is likely is not possible any more: nobody is admitted a year too late
        if element not in LAPSING:
            world.play(Do(task))
