"""One parcours across the three services: their diagrams, forms, tables and operations, and a clock; no server."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Connection, create_engine

from services.accompaniment.offre import tables as offre
from services.accompaniment.periods import tables as periods
from shared.bpmn import OpenedTask, Progress, Runtime, ThrownMessage
from shared.campagnes import tables as campagnes
from shared.clock import PARIS, FixedClock
from shared.forms import FormContext, Source, sample_values
from tests.diagrams.coverage import last_end, taken
from tests.diagrams.files import OF_PARCOURS, definition, form, vocabulary
from tests.diagrams.scenarios import Arrive, Do, Refuse, Scenario, Step, Wait

PARCOURS_ID = "0199a0f2-0000-7000-8000-000000000001"
PEOPLE = {
    "referent": ("0199a0f2-0000-7000-8000-00000000000a",),
    "conseiller": ("0199a0f2-0000-7000-8000-00000000000b",),
}
ORGANISATIONS = ("ml-lyon-centre",)


def opening(scenario: Scenario) -> dict[str, Any]:
    """The variables with which enrolment opens a parcours."""
    return {
        "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": date(2008, 5, 4), "diplome": "bac_pro",
        "formation_preparee": "Bac pro Commerce, terminale", "lycee": "0690043X", "campagne": "2026-2027",
        "rentree_le": date(2026, 9, 1), "pacea_propose": True, **scenario.facts,
    }  # fmt: skip


def people_and_places(source: Source) -> Sequence[str]:
    if source.of == "offers":
        return ()
    return PEOPLE[str(source.role)] if source.of == "people" else ORGANISATIONS


def tables() -> Connection:
    """A database of its own, for the operations that read their service's tables."""
    tx = create_engine("sqlite://").connect()
    for package in (periods, offre, campagnes):
        package.metadata.create_all(tx)
    return tx


def _parts(name: str) -> tuple[str, str]:
    service, _, element = name.partition("/")
    return service, element


class World:
    """Plays a scenario and remembers which flows and boundary events it took, by service."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        ids = count(1)
        self.clock = FixedClock(datetime.combine(scenario.opened, time(9), PARIS))
        self.random = Random(seed)
        self.runtimes = {
            service: Runtime(definition(service), vocabulary(service), lambda: f"id-{next(ids)}")
            for service in OF_PARCOURS
        }
        self.now_at: dict[str, Progress] = {}
        self.tx = tables()
        self.open: dict[str, list[OpenedTask]] = defaultdict(list)
        self.ends: dict[str, str] = {}
        self.taken: dict[str, set[str]] = defaultdict(set)
        self._late, self._held_up = scenario.late, dict[str, ThrownMessage]()
        self._keep(
            "enrolment",
            self.runtimes["enrolment"].start(
                PARCOURS_ID, variables=opening(scenario), now=self.clock.now(), context=self.tx
            ),
        )
        for step in scenario.steps:
            self.play(step)

    def play(self, step: Step) -> None:
        match step:
            case Do():
                self._complete(*_parts(step.task), step.answers)
            case Refuse():
                self._refuse(*_parts(step.task))
            case Wait():
                self._wait(*_parts(step.timer))
            case Arrive():
                self._deliver(self._held_up.pop(step.message))

    def held_up(self) -> list[str]:
        """The messages that are on their way."""
        return sorted(self._held_up)

    def variable(self, name: str) -> Any:
        """The value of ``service/variable`` now."""
        service, variable = _parts(name)
        return self.runtimes[service].variables(self.now_at[service].state)[variable]

    def _complete(self, service: str, element: str, answers: Mapping[str, Any]) -> None:
        task, state = self._task(service, element), self.now_at[service].state
        variables = self.runtimes[service].variables(state, task.id)
        context = FormContext(variables, self.clock.now())
        shape = form(service, task.form)
        values = sample_values(shape, self.random, context, directory=people_and_places, fixed=answers)
        outputs = shape.validate(values, context)
        self._keep(
            service,
            self.runtimes[service].complete(state, task.id, outputs, now=self.clock.now(), context=self.tx),
        )

    def _refuse(self, service: str, element: str) -> None:
        task = self._task(service, element)
        progress = self.runtimes[service].refuse(
            self.now_at[service].state, task.id, now=self.clock.now(), context=self.tx
        )
        assert progress is not None, f"{service}/{element} has no error event for a refusal"
        self._keep(service, progress)

    def _wait(self, service: str, element: str) -> None:
        timer = next(timer for timer in self.now_at[service].timers if timer.element_id == element)
        self.clock.set(max(self.clock.now(), timer.due_at))
        self._keep(
            service,
            self.runtimes[service].fire(
                self.now_at[service].state, timer.id, now=self.clock.now(), context=self.tx
            ),
        )

    def _task(self, service: str, element: str) -> OpenedTask:
        found = [task for task in self.open[service] if task.element_id == element]
        assert found, (
            f"{service}/{element} is not open: {sorted(task.element_id for task in self.open[service])}"
        )
        return found[0]

    def _keep(self, service: str, progress: Progress) -> None:
        closed = {task.id for task in progress.closed}
        self.now_at[service] = progress
        self.open[service] = [
            task for task in (*self.open[service], *progress.opened) if task.id not in closed
        ]
        self.taken[service] |= taken(service, progress)
        if progress.ended:
            self.ends[service] = last_end(service, progress)
        for message in progress.thrown:
            if message.name in self._late:
                self._held_up[message.name] = message
            else:
                self._deliver(message)

    def _deliver(self, message: ThrownMessage) -> None:
        """To the process that awaits it, else to one that begins with it: nobody's message fails the scenario."""
        now, running = self.clock.now(), [name for name in self.now_at if not self.now_at[name].ended]
        for service in running:
            if message.name in definition(service).caught_messages:
                state = self.now_at[service].state
                return self._keep(
                    service,
                    self.runtimes[service].receive(
                        state, message.name, message.payload, now=now, context=self.tx
                    ),
                )
        for service in OF_PARCOURS:
            if message.name in definition(service).start_messages:
                started = self.runtimes[service].start(
                    PARCOURS_ID, message=(message.name, message.payload), now=now, context=self.tx
                )
                return self._keep(service, started)
        raise AssertionError(f"no diagram receives {message.name}")
