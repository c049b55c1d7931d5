"""Acting for a lycée and its operators in one cycle, by accompaniment's and enrolment's APIs, as its plan wants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from services.simulate.client import Refused
from services.simulate.looks import OpenTask
from services.simulate.pupils import World
from services.simulate.workshops.drawing import Act, Plan, Ref, Who
from services.simulate.workshops.expected import ExpectedCycle
from shared.identity import Actor

REFUSED = 422


@dataclass
class Cycle:
    """One lycée's cycle. ``cycle_id``: "" until it is opened; ``ids``: key of a session → its id; ``trouble``: why
    nobody can go on."""

    uai: str
    mission_locale: str
    agency: str
    plan: Plan
    expected: ExpectedCycle
    cycle_id: str = ""
    is_concluded: bool = False
    done: int = 0
    ids: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None

    @property
    def parcours_id(self) -> str:
        """What the audit knows it by: the subject of its processes."""
        return self.cycle_id

    def next_day(self) -> date | None:
        """When somebody acts next, unasked; None when everything of the plan is done."""
        if self.trouble:
            return None
        if not self.cycle_id:
            return self.plan.opened_on
        if not self.is_concluded:
            return self.plan.concluded_on
        return self.plan.acts[self.done].day if self.done < len(self.plan.acts) else None


def act(world: World, cycle: Cycle) -> None:
    """Do what is due by today, in the order of the plan."""
    today = world.clock.today()
    while (day := cycle.next_day()) and day <= today and not world.client.stop.is_set():
        if not cycle.cycle_id:
            _open(world, cycle)
        elif not cycle.is_concluded:
            _conclude(world, cycle)
        else:
            _do(world, cycle, cycle.plan.acts[cycle.done])
            cycle.done += 1


def examine(world: World, cycle: Cycle, task: OpenTask) -> None:
    """The référent décrochage looks at the pupils that are proposed (R33)."""
    _complete(world, cycle, task, {"propositions_examinees_le": world.clock.today().isoformat()})


def told(world: World, cycle: Cycle) -> Mapping[str, int]:
    """What the cycle's page says at the end, counted as the oracle counts it."""
    page = world.client.get(_person(world, cycle, Who.LEAD), "accompaniment", f"/cycles/{cycle.cycle_id}")
    interviews = [each["interview"] for each in page["pupils"] if each["interview"]]
    return {
        "contacts": len(page["journal"]),
        "interviews_wished": sum(bool(each["wished_on"]) for each in interviews),
        "interviews_held": sum(bool(each["held_on"]) for each in interviews),
        "intentions": sum(each["intention"] is not None for each in page["pupils"]),
    }


def _open(world: World, cycle: Cycle) -> None:
    operators = {"mission_locale": cycle.mission_locale, "france_travail": cycle.agency}
    made = world.client.post(_head(world, cycle), "accompaniment", "/cycles", operators)
    cycle.cycle_id = made["id"]


def _conclude(world: World, cycle: Cycle) -> None:
    """R31: the head of school chooses who leads."""
    (task,) = world.looks.open_tasks("accompaniment", cycle.cycle_id)
    answers = {
        "operateur_sorte": cycle.plan.lead_kind, "co_animation": "oui" if cycle.plan.is_co_animated else "non",
        "convention_le": world.clock.today().isoformat(), "horaires_debut": "08:00", "horaires_fin": "18:00",
        "jours_ouverts": ["lundi", "mardi", "jeudi", "vendredi"],
    }  # fmt: skip
    _complete(world, cycle, task, answers)
    cycle.is_concluded = True


def _complete(world: World, cycle: Cycle, task: OpenTask, answers: Mapping[str, Any]) -> None:
    random = Random(f"{world.seed}:{cycle.uai}:{task.element}")  # noqa: S311 — a simulation
    actor = world.cast.worker(task.organisation, task.role, task.assignee, random)
    path, version = f"/tasks/{task.id}", task.version
    if task.assignee is None:
        version = world.client.post(actor, task.service, f"{path}/claim", version=version)["version"]
    key = f"{world.seed}-{cycle.cycle_id}-{task.element}"
    world.client.post(
        actor, task.service, f"{path}/complete", {"values": dict(answers)}, version=version, key=key
    )


def _do(world: World, cycle: Cycle, act: Act) -> None:
    """One act; Refused when it is, and should not be, or the other way round."""
    path = act.path.format(cycle=cycle.cycle_id, session=cycle.ids.get(act.session or "", ""))
    body = {name: cycle.ids[value] if isinstance(value, Ref) else value for name, value in act.body.items()}
    try:
        answer = world.client.post(_person(world, cycle, act.who), "accompaniment", path, body)
    except Refused as refused:
        if not (act.is_refused and refused.status == REFUSED):
            raise
        return
    if act.is_refused:
        cycle.trouble = f"{act.path} was to be refused"
    if act.made:
        cycle.ids[act.made] = answer["id"]


def _head(world: World, cycle: Cycle) -> Actor:
    return world.cast.with_role(cycle.uai, "chef_etablissement")[0]


def _person(world: World, cycle: Cycle, who: Who) -> Actor:
    if who is Who.TEACHER:
        return world.cast.with_role(cycle.uai, "professeur_principal")[0]
    leads = (cycle.plan.lead_kind == "mission_locale") == (who is Who.LEAD)
    if leads:
        return world.cast.with_role(cycle.mission_locale, "conseiller")[0]
    return world.cast.with_role(cycle.agency, "conseiller_ft")[0]
