"""Acting for everybody around one pupil: the tasks that are open, one at a time, as the fate wants."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from services.simulate.answers import fill_in, one_each_time
from services.simulate.cast import Cast
from services.simulate.client import Client
from services.simulate.clock import SimulationClock
from services.simulate.decisions import Question
from services.simulate.fates import STANDING, Course, Fate
from services.simulate.looks import SERVICES, Looks, OpenTask
from shared.identity import Actor

REASON = "Emploi du temps déjà complet."


@dataclass(frozen=True)
class World:
    """What everybody shares: the APIs, the people, the clock, and the looks at what is open."""

    client: Client
    cast: Cast
    clock: SimulationClock
    looks: Looks
    seed: str


@dataclass
class Pupil:
    """One pupil's parcours, opened by the lycée ``uai``. ``done`` and ``refused`` count tasks by element;
    ``trouble``: why nobody can go on."""

    index: int
    parcours_id: str
    fate: Fate
    uai: str = ""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    trouble: str | None = None

    def nth(self, element: str) -> int:
        """How often the element has opened, the task that is open now counted."""
        return self.done[element] + self.refused[element] + 1


def act(world: World, pupil: Pupil) -> int:
    """Do what can be done for the pupil now, service by service; how many tasks that were.

    Messages go from a later service to an earlier one only at the very end, receipts aside, which open nothing:
    what comes while this works never changes what is done, nor in which order.
    """
    count = 0
    for service in SERVICES:
        while chosen := choose(pupil, world.looks.open_tasks(service, pupil.parcours_id), world):
            if world.client.stop.is_set():
                return count
            do(world, pupil, chosen)
            count += 1
    return count


def choose(pupil: Pupil, tasks: Sequence[OpenTask], world: World) -> OpenTask | None:
    """The task to do first: the early end when its hour has come, else the first by name that is not held back."""
    by_element = {task.element: task for task in tasks}
    cut = pupil.fate.interruption
    if cut and cut.before in by_element and pupil.nth(cut.before) == cut.nth and cut.task in by_element:
        return by_element[cut.task]
    left = STANDING - {"signaler_fait"} if tells_absence(pupil) else STANDING
    wanted = (by_element[element] for element in sorted(by_element.keys() - left))
    return next((task for task in wanted if not is_held(pupil, task, world)), None)


def tells_absence(pupil: Pupil) -> bool:
    """R44: the absence that the fate wants, once."""
    return pupil.fate.tells_absence and not pupil.done["signaler_fait"]


def is_held(pupil: Pupil, task: OpenTask, world: World) -> bool:
    """Whether the fate lets a task lie: until the responsable asks for it, or until the status has ended."""
    if pupil.fate.is_contact_late and task.element == "fixer_entretien":
        return not pupil.done["reprendre_contact"]
    if pupil.fate.course is Course.TERM_IN_PROJECT:
        return task.element == "recueillir_signatures"
    if pupil.fate.course is Course.TERM_IN_FOLLOW_UP and task.element == "convoquer":
        return any(
            each.element in STANDING for each in world.looks.open_tasks("accompaniment", pupil.parcours_id)
        )
    return False


def do(world: World, pupil: Pupil, task: OpenTask) -> None:
    """Claim a task that waits for anyone, then complete it, or refuse it."""
    nth = pupil.nth(task.element)
    random = Random(f"{world.seed}:{pupil.index}:{task.element}:{nth}")  # noqa: S311 — a simulation
    actor = world.cast.worker(task.organisation, task.role, task.assignee, random)
    path, key = f"/tasks/{task.id}", f"{world.seed}-{pupil.index}-{task.element}-{nth}"
    version = task.version
    if task.assignee is None:
        version = world.client.post(actor, task.service, f"{path}/claim", version=version)["version"]
    if task.element == "accepter_role" and nth <= pupil.fate.referent_refusals:
        body = {"reason": REASON}
        world.client.post(actor, task.service, f"{path}/refuse", body, version=version, key=key)
        pupil.refused[task.element] += 1
        return
    answers = _answers(world, pupil, task, actor, random)
    world.client.post(actor, task.service, f"{path}/complete", {"values": answers}, version=version, key=key)
    pupil.done[task.element] += 1


def _answers(world: World, pupil: Pupil, task: OpenTask, actor: Actor, random: Random) -> dict[str, object]:
    whole = world.client.get(actor, task.service, f"/tasks/{task.id}")
    if not whole["form"]:
        return {}
    nth, now = pupil.nth(task.element), world.clock.now()
    question = Question(task.element, nth, world.clock.today(), whole["values"])
    directory = one_each_time(world.cast.directory(actor, whole["values"]), pupil.index + nth)
    return fill_in(whole["form"], question, pupil.fate, random, directory, now)
