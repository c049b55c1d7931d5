"""Every path of the diagram of a transfer, and who has its tasks."""

from datetime import datetime
from itertools import count
from typing import Any

import pytest

from shared.bpmn import Progress, Runtime
from shared.clock import PARIS
from tests.diagrams.coverage import everything, last_end, taken
from tests.diagrams.files import definition, form, vocabulary

MORNING = datetime(2025, 10, 6, 9, tzinfo=PARIS)
ASKED = {
    "eleve_nom": "Moreau", "eleve_prenom": "Lina", "demandeur": "ml-lyon-est", "demandeur_sorte": "mission_locale",
    "demandeur_nom": "ML Est", "demandeur_personne": "p-1", "destinataire": "ml-lyon-centre",
    "destinataire_sorte": "mission_locale", "destinataire_nom": "ML Centre", "suivi_avant": "p-1",
    "transfert_motif": "Déménage", "delais": {"prise_en_charge": 5, "action": 5, "calendrier": "FR/A"},
}  # fmt: skip
YES: dict[str, Any] = {"transfert_reponse": "accepte", "suivi_conseiller": "p-2"}
NO: dict[str, Any] = {"transfert_reponse": "refuse", "transfert_refus": "Trop loin"}
AGAIN, KEEP = ({"transfert_suite": suite} for suite in ("redemander", "garder"))
STORIES: dict[str, tuple[tuple[tuple[str, dict[str, Any]], ...], str]] = {
    "accepted": ((("repondre_transfert", YES),), "fin_transfere"),
    "refused, then kept": ((("repondre_transfert", NO), ("decider_suite", KEEP)), "fin_garde"),
    "nobody answers nor decides, it is asked again": (
        (("@sans_reponse", {}), ("@suite_en_retard", {}), ("decider_responsable", AGAIN), ("repondre_transfert", YES)),
        "fin_transfere",
    ),
}  # fmt: skip


class Walk:
    def __init__(self, steps: tuple[tuple[str, dict[str, Any]], ...], **changed: Any) -> None:
        ids = count(1)
        self.runtime = Runtime(definition("transfert"), vocabulary("transfert"), lambda: f"id-{next(ids)}")
        self.taken, self.open = set[str](), dict[str, Any]()
        self.last = self._keep(
            self.runtime.start("p", variables=ASKED | changed, message=None, now=MORNING, context=None)
        )
        for step, values in steps:
            self._step(step, values)

    def _step(self, step: str, values: dict[str, Any]) -> None:
        if step.startswith("@"):
            timer = next(each for each in self.last.timers if each.element_id == step[1:])
            moved = self.runtime.fire(self.last.state, timer.id, now=timer.due_at, context=None)
        else:
            task = self.open[step]
            outputs = dict.fromkeys(
                name for name, part in form("transfert", task.form).fields.items() if not part.readonly
            )
            moved = self.runtime.complete(
                self.last.state, task.id, outputs | values, now=MORNING, context=None
            )
        self.last = self._keep(moved)

    def _keep(self, progress: Progress) -> Progress:
        self.taken |= taken("transfert", progress)
        self.open |= {task.element_id: task for task in progress.opened}
        return progress


@pytest.mark.parametrize("name", STORIES)
def test_each_story_ends_as_it_should(name: str) -> None:
    steps, end = STORIES[name]
    walk = Walk(steps)
    assert walk.last.ended
    assert last_end("transfert", walk.last) == end


def test_the_stories_take_every_sequence_flow_and_boundary_event() -> None:
    walked = set[str]().union(*(Walk(steps).taken for steps, _ in STORIES.values()))
    assert everything("transfert") - walked == set()


@pytest.mark.parametrize(("kind", "place"), [("mission_locale", "ml-lyon-centre"), ("lycee", "0690043X")])
def test_the_answer_is_asked_of_the_organisation_that_is_to_take_over(kind: str, place: str) -> None:
    task = Walk((), destinataire=place, destinataire_sorte=kind).open["repondre_transfert"]
    assert (task.organisation, task.organisation_id, task.role) == (kind, place, "responsable_ml")
