"""Every path of the diagrams of AvenirPro (R28–R33), with what their tables say told step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest

from shared.bpmn import Operation, Progress, Runtime
from shared.clock import PARIS
from shared.forms import FormContext, sample_values
from tests.diagrams.coverage import everything, last_end, taken
from tests.diagrams.files import definition, form, vocabulary

MORNING = datetime(2025, 10, 6, 9, tzinfo=PARIS)
OPENED = {
    "lycee": "0690043X", "campagne": "2025-2026", "dispositif": "AvenirPro", "mission_locale": "ml-lyon-centre",
    "france_travail": "ft-lyon-croix-rousse", "campagne_fin_le": date(2026, 8, 31),
    "ateliers": [{"numero": Decimal(n), "titre": f"Atelier {n}", "objectif": None} for n in (1, 2)],
}  # fmt: skip
CONVENTION = {
    "operateur_sorte": "france_travail", "co_animation": "non", "horaires_debut": "08:00", "horaires_fin": "18:00",
    "jours_ouverts": ["lundi"],
}  # fmt: skip
TO_PLAN, TO_HOLD, HELD = (
    {"atelier_etat": state, "atelier_message": None, "atelier_avant_le": date(2025, 11, 6)}
    for state in ("a_planifier", "a_tenir", "tenu")
)
PROPOSED = [
    {
        "eleve_id": "e",
        "intention": "emploi",
        "accord_le": date(2026, 3, 5),
        "telephone": None,
        "courriel": None,
    }
]


@dataclass(frozen=True)
class Story:
    """``done``: tasks in order, or ``@timer``; ``told``: operation → what its tables say, each time it is asked."""

    diagram: str
    done: tuple[str, ...]
    told: Mapping[str, tuple[Mapping[str, Any], ...]]
    end: str


CONCLUDED = {
    "record_convention": ({"operateur": "ft-lyon-croix-rousse"},),
    "read_enrolment": ({"inscrits_nombre": Decimal(0)}, {"inscrits_nombre": Decimal(30)}),
}
STORIES = {
    "two workshops, the first planned and held in two goes, and intentions asked for twice": Story(
        "avenirpro",
        ("conclure_convention", "inscrire_eleves", "planifier_atelier", "tenir_atelier", "recueillir_intentions"),
        CONCLUDED
        | {
            "read_workshop": (TO_PLAN, TO_HOLD, HELD, HELD),
            "read_intentions": tuple(
                {"intentions_manquantes": Decimal(n), "intentions_message": None} for n in (3, 0)
            ),
            "prepare_proposals": ({"eleves_proposes": PROPOSED},),
        },
        "fin",
    ),
    "the school year ends before the convention is concluded": Story(
        "avenirpro", ("@annee_finie",), {"prepare_proposals": ({"eleves_proposes": []},)}, "fin"
    ),
    "the lycée looks at the pupils that are proposed": Story(
        "propositions", ("examiner_propositions",),
        {"record_proposals": ({"propositions_nombre": Decimal(1), "eleves_proposes": []},)}, "fin_examinees",
    ),
    "nobody is proposed": Story(
        "propositions", (), {"record_proposals": ({"propositions_nombre": Decimal(0), "eleves_proposes": []},)},
        "fin_sans_proposition",
    ),
}  # fmt: skip


class Walk:
    """One story, played; what it took."""

    def __init__(self, story: Story) -> None:
        ids, self.story, self.taken = count(1), story, set[str]()
        self.operations = {name: iter(told) for name, told in story.told.items()}
        offered = vocabulary(story.diagram)
        scripted = {name: self._scripted(name, operation) for name, operation in offered.operations.items()}
        self.runtime = Runtime(
            definition(story.diagram), replace(offered, operations=scripted), lambda: f"id-{next(ids)}"
        )
        self.open: dict[str, Any] = {}
        self.last = self._started()
        for step in story.done:
            self._step(step)

    def _scripted(self, name: str, operation: Operation) -> Operation:
        if name not in self.operations:
            return operation
        return replace(operation, call=lambda _call: next(self.operations[name]))

    def _started(self) -> Progress:
        if self.story.diagram == "avenirpro":
            return self._keep(
                self.runtime.start("cycle", variables=OPENED, message=None, now=MORNING, context=None)
            )
        data = {name: OPENED[name] for name in ("lycee", "campagne", "dispositif")} | {
            "eleves_proposes": PROPOSED
        }
        message = ("accompaniment.eleves_proposes.v1", data)
        return self._keep(
            self.runtime.start("cycle", variables=None, message=message, now=MORNING, context=None)
        )

    def _step(self, step: str) -> None:
        if step.startswith("@"):
            timer = next(each for each in self.last.timers if each.element_id == step[1:])
            self.last = self._keep(
                self.runtime.fire(self.last.state, timer.id, now=timer.due_at, context=None)
            )
            return
        task = self.open[step]
        context = FormContext(self.runtime.variables(self.last.state, task.id), MORNING)
        shape = form(self.story.diagram, task.form)
        fixed = CONVENTION if step == "conclure_convention" else {}
        values = sample_values(shape, Random(1), context, directory=lambda _: (), fixed=fixed)
        outputs = shape.validate(values, context)
        self.last = self._keep(
            self.runtime.complete(self.last.state, task.id, outputs, now=MORNING, context=None)
        )

    def _keep(self, progress: Progress) -> Progress:
        self.taken |= taken(self.story.diagram, progress)
        self.open |= {task.element_id: task for task in progress.opened}
        return progress


@pytest.mark.parametrize("name", STORIES)
def test_each_story_ends_as_it_should(name: str) -> None:
    walk = Walk(STORIES[name])
    assert walk.last.ended
    assert last_end(STORIES[name].diagram, walk.last) == STORIES[name].end


@pytest.mark.parametrize("diagram", ["avenirpro", "propositions"])
def test_the_stories_take_every_sequence_flow_and_boundary_event(diagram: str) -> None:
    walked = set[str]().union(*(Walk(each).taken for each in STORIES.values() if each.diagram == diagram))
    assert everything(diagram) - walked == set()


def test_the_tasks_of_the_lead_operator_say_which_organisation_it_is() -> None:
    """R31."""
    walk = Walk(
        STORIES["two workshops, the first planned and held in two goes, and intentions asked for twice"]
    )
    task = walk.open["planifier_atelier"]
    assert (task.organisation, task.organisation_id, task.label) == (
        "france_travail", "ft-lyon-croix-rousse", "AvenirPro 2025-2026 – atelier 1 : Atelier 1",
    )  # fmt: skip
