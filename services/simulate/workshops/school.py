"""The school year of a simulation with workshops: a cycle in each lycée, then the parcours of who was proposed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from services.simulate.looks import OpenTask
from services.simulate.profiles import Profile, Territory
from services.simulate.pupils import World
from services.simulate.workshops import acting
from services.simulate.workshops.acting import Cycle
from services.simulate.workshops.expected import expect_cycle
from services.simulate.workshops.plan import draw
from shared.calendar_fr import non_working_days
from shared.parcours.campagne import Campagne

CLOSED_DAYS = frozenset({3, 6, 7})  # Wednesday, Saturday, Sunday
HOLIDAYS = non_working_days("FR/A")  # all lycées are in one académie of zone A
FIRST_DAY_AFTER_RENTREE = timedelta(days=35)
Work = Callable[[], object]


@dataclass
class School:
    """``cycles``: one a lycée; ``opens_on``: when the parcours of the proposed pupils begin."""

    world: World
    campagne: Campagne
    opens_on: date
    cycles: list[Cycle] = field(default_factory=list)

    def draw(self, profile: Profile, territory: Territory, place_of: Mapping[str, int]) -> None:
        """Each lycée's plan, for the pupils that it has imported. ``place_of``: pupil id → place in the order of
        names, which is the same whoever asks."""
        quota, more = divmod(profile.parcours, len(territory.lycees))
        for place, uai in enumerate(territory.lycees):
            classes = self._classes(uai, place_of)
            random = Random(f"{self.world.seed}:{place}:cycle")  # noqa: S311 — a simulation
            pupils = [each["pupil_id"] for some in classes.values() for each in some]
            proposed = random.sample(pupils, min(len(pupils), quota + (place < more)))
            plan = draw(random, classes, frozenset(proposed), self.campagne, self.first_day, self._is_open)
            expected = expect_cycle(plan, len(self.campagne.workshops.items))
            self.cycles.append(
                Cycle(uai, territory.partners[uai][0], territory.agency_of(uai), plan, expected)
            )

    @property
    def first_day(self) -> date:
        return self.campagne.rentree_on + FIRST_DAY_AFTER_RENTREE

    @property
    def acts(self) -> int:
        """How many there are in all."""
        return sum(len(cycle.plan.acts) for cycle in self.cycles)

    @property
    def done(self) -> int:
        return sum(cycle.done for cycle in self.cycles)

    def next_day(self) -> date | None:
        """When somebody acts next in a cycle, unasked."""
        return min((day for cycle in self.cycles if (day := cycle.next_day())), default=None)

    def work(self, tasks: Sequence[OpenTask]) -> Iterator[tuple[Cycle, Work]]:
        """What can be done today, cycle by cycle. ``tasks``: enrolment's open ones."""
        today = self.world.clock.today()
        proposals = {task.parcours_id: task for task in tasks if task.element == "examiner_propositions"}
        for cycle in self.cycles:
            if cycle.trouble:
                continue
            if (day := cycle.next_day()) and day <= today:
                yield cycle, partial(acting.act, self.world, cycle)
            elif task := proposals.get(cycle.cycle_id):
                yield cycle, partial(acting.examine, self.world, cycle, task)

    def proposals(self) -> Mapping[str, Sequence[str]]:
        """Lycée → the ids of the pupils that enrolment proposes to it."""
        found = {}
        for cycle in self.cycles:
            actor = self.world.cast.with_role(cycle.uai, "referent_decrochage")[0]
            items = self.world.client.get(actor, "enrolment", "/proposals")["items"]
            found[cycle.uai] = [item["pupil_id"] for item in items]
        return found

    def unlike(self, proposed: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """What the pages tell otherwise than expected: proposals, and the lists of each cycle."""
        for cycle in self.cycles:
            if set(proposed.get(cycle.uai, ())) != cycle.expected.proposed:
                yield f"proposals of {cycle.uai}: not those expected"
            if (told := acting.told(self.world, cycle)) != cycle.expected.told:
                yield f"cycle {cycle.cycle_id}: {dict(told)} instead of {dict(cycle.expected.told)}"

    def _classes(self, uai: str, place_of: Mapping[str, int]) -> Mapping[str, Sequence[Mapping[str, str]]]:
        """Class → its pupils, as the lycée's page gives them to the operators, in the order of their names."""
        teacher = self.world.cast.with_role(uai, "professeur_principal")[0]
        names = [each["classe"] for each in self.world.client.get(teacher, "enrolment", "/classes")["items"]]
        found = self.world.client.post(teacher, "enrolment", "/classes/pupils", {"classes": names})["items"]
        classes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for each in sorted(found, key=lambda pupil: (pupil["classe"], place_of[pupil["id"]])):
            classes[each["classe"]].append(
                {"pupil_id": each["id"], "family_name": each["nom"], "given_name": each["prenom"],
                 "class_code": each["classe"]}
            )  # fmt: skip
        return classes

    def _is_open(self, day: date) -> bool:
        return day.isoweekday() not in CLOSED_DAYS and not HOLIDAYS(day)
