"""Every path of the diagram of a family's word, and who has its task."""

from datetime import date, datetime
from itertools import count

import pytest

from shared.bpmn import Progress, Runtime
from shared.clock import PARIS
from tests.diagrams.coverage import everything, last_end, taken
from tests.diagrams.files import definition, vocabulary

PROCESS = "mot_famille"
MORNING = datetime(2026, 10, 6, 9, tzinfo=PARIS)
WRITTEN = {
    "eleve_nom": "Moreau", "eleve_prenom": "Lina", "lycee": "0690043X", "mission_locale": "ml-lyon-centre",
    "referent": "p-1", "conseiller": "p-2", "mot_objet": "trouve", "mot_texte": None, "mot_auteur": "Lina Moreau",
    "mot_le": date(2026, 10, 6), "delais": {"action": 5, "calendrier": "FR/A"},
}  # fmt: skip
STORIES = {
    "referent": ("repondre_referent", "lycee", "0690043X", "p-1", "fin_referent"),
    "conseiller": ("repondre_conseiller", "mission_locale", "ml-lyon-centre", "p-2", "fin_conseiller"),
}


def walk(follows: str) -> tuple[Progress, Progress]:
    """Begun, and answered."""
    ids = count(1)
    runtime = Runtime(definition(PROCESS), vocabulary(PROCESS), lambda: f"id-{next(ids)}")
    begun = runtime.start(
        "p", variables=WRITTEN | {"mot_pour": follows}, message=None, now=MORNING, context=None
    )
    answer = {"mot_suite": "continue", "mot_reponse": None}
    return begun, runtime.complete(begun.state, begun.opened[0].id, answer, now=MORNING, context=None)


@pytest.mark.parametrize("follows", STORIES)
def test_who_follows_the_parcours_has_the_task_and_ends_it(follows: str) -> None:
    element, kind, place, person, end = STORIES[follows]
    begun, answered = walk(follows)
    (task,) = begun.opened
    found = (task.element_id, task.organisation, task.organisation_id, task.assignee)
    assert found == (element, kind, place, person)
    assert str(task.due).startswith("2026-10-13")  # five working days (R45)
    assert (answered.ended, last_end(PROCESS, answered)) == (True, end)


def test_the_stories_take_every_sequence_flow() -> None:
    walked = {each for follows in STORIES for moved in walk(follows) for each in taken(PROCESS, moved)}
    assert everything(PROCESS) - walked == set()
