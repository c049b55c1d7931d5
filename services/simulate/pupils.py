"""Acting for everybody around one pupil: the tasks that are open, one at a time, as the fate wants."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from services.simulate.answers import fill_in, one_each_time
from services.simulate.cast import FOLLOWERS, HEADS, Cast
from services.simulate.changes import SILENCE, TRANSFER_TASKS, Handing, Moment
from services.simulate.client import Client
from services.simulate.clock import SimulationClock
from services.simulate.decisions import Question
from services.simulate.fates import STANDING, Course, Fate
from services.simulate.looks import SERVICES, Looks, OpenTask
from shared.identity import Actor

REASON = "Emploi du temps déjà complet."
MOVED, LEFT = "Déménagement.", "Départ."


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
    """One pupil's parcours, which the lycée ``uai`` has. ``done`` and ``refused`` count tasks by element;
    ``is_asked``: it was asked for that the parcours changes hands; ``resumes_on``: until when its follow-up is
    suspended; ``trouble``: why nobody can go on."""

    index: int
    parcours_id: str
    fate: Fate
    uai: str = ""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    is_asked: bool = False
    resumes_on: date | None = None
    trouble: str | None = None

    def nth(self, element: str) -> int:
        """How often the element has opened, the task that is open now counted."""
        return self.done[element] + self.refused[element] + 1

    @property
    def decisions(self) -> int:
        """How many were made about a request for a transfer that was not accepted."""
        return self.done["decider_suite"] + self.done["decider_responsable"]


def act(world: World, pupil: Pupil) -> int:
    """Do what can be done for the pupil now, service by service; how many tasks that were.

    Messages go from a later service to an earlier one only at the very end, receipts aside, which open nothing:
    what comes while this works never changes what is done, nor in which order. But for a parcours that changes
    hands: then nothing more is done before every service knows.
    """
    count = 0
    for service in SERVICES:
        while chosen := choose(pupil, tasks := world.looks.open_tasks(service, pupil.parcours_id), world):
            if world.client.stop.is_set():
                return count
            count += 1
            if handing := wanted_handing(pupil, tasks):
                hand_over(world, pupil, handing)
                return count
            do(world, pupil, chosen)
            if chosen.element == "repondre_transfert":
                return count
    return count


def choose(pupil: Pupil, tasks: Sequence[OpenTask], world: World) -> OpenTask | None:
    """The task to do first: the early end when its hour has come, else the first by name that is not held back."""
    by_element = {task.element: task for task in tasks}
    cut = pupil.fate.interruption
    if cut and cut.before in by_element and pupil.nth(cut.before) == cut.nth and cut.task in by_element:
        return by_element[cut.task]
    if (
        (wait := pupil.fate.suspension)
        and is_at(pupil, wait.at, by_element)
        and not pupil.done["suspendre_suivi"]
    ):
        return by_element["suspendre_suivi"]
    left = STANDING - {"signaler_fait"} if tells_absence(pupil) else STANDING
    ordered = sorted(by_element.keys() - left, key=lambda element: (element not in TRANSFER_TASKS, element))
    wanted = (by_element[element] for element in ordered)
    return next((task for task in wanted if not is_held(pupil, task, world)), None)


def is_at(pupil: Pupil, moment: Moment, open_elements: Container[str]) -> bool:
    return moment.element in open_elements and pupil.nth(moment.element) == moment.nth


def wanted_handing(pupil: Pupil, tasks: Sequence[OpenTask]) -> Handing | None:
    """That by which the fate lets the parcours go to somebody else, if it is now."""
    handing, there = pupil.fate.handing, {each.element for each in tasks}
    return handing if handing and not pupil.is_asked and is_at(pupil, handing.at, there) else None


def hand_over(world: World, pupil: Pupil, handing: Handing) -> None:
    """Ask another organisation to take the parcours over, or replace who follows it (R11)."""
    lycee = world.cast.with_role(pupil.uai, HEADS["referent"])[0]
    told = world.client.get(lycee, "enrolment", f"/parcours/{pupil.parcours_id}")["variables"]
    known = {each["name"]: each["value"] for each in told}
    role = FOLLOWERS.get(handing.kind, handing.kind)
    path = f"/parcours/{pupil.parcours_id}"
    if handing.is_transfer:
        place = known[handing.kind]
        target = world.cast.another(place, pupil.index)
        asked = {"target": target, "target_name": target, "own_name": place, "reason": MOVED}
        world.client.post(world.cast.person(place, known[role]), "enrolment", f"{path}/transfer", asked)
    else:
        place = known[next(kind for kind, each in FOLLOWERS.items() if each == role)]
        head = world.cast.with_role(place, HEADS[role])[0]
        after = next(each for each in world.cast.with_role(place, role) if each.person_id != known[role])
        from_on = world.clock.today().isoformat()
        named = {
            "role": role,
            "person_id": after.person_id,
            "name": after.name,
            "from_on": from_on,
            "reason": LEFT,
        }
        world.client.post(head, "enrolment", f"{path}/people", named)
    pupil.is_asked = True


def tells_absence(pupil: Pupil) -> bool:
    """R44: the absence that the fate wants, once."""
    return pupil.fate.tells_absence and not pupil.done["signaler_fait"]


def is_held(pupil: Pupil, task: OpenTask, world: World) -> bool:
    """Whether the fate lets a task lie: until the responsable asks for it, or until the status has ended."""
    if task.element in TRANSFER_TASKS:
        return _is_unanswered(pupil, task.element)
    if task.element == "reprendre_suivi":
        return pupil.resumes_on is not None and world.clock.today() < pupil.resumes_on
    if pupil.fate.is_contact_late and task.element == "fixer_entretien":
        return not pupil.done["reprendre_contact"]
    if pupil.fate.course is Course.TERM_IN_PROJECT:
        return task.element == "recueillir_signatures"
    if pupil.fate.course is Course.TERM_IN_FOLLOW_UP and task.element == "convoquer":
        return any(
            each.element in STANDING for each in world.looks.open_tasks("accompaniment", pupil.parcours_id)
        )
    return False


def _is_unanswered(pupil: Pupil, element: str) -> bool:
    handing = pupil.fate.handing
    if handing is None:
        return False
    if element == "repondre_transfert":
        return handing.answers[pupil.decisions] == SILENCE
    return handing.is_decided_late and element == "decider_suite"


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
    if answers.get("transfert_reponse") == "accepte" and actor.organisation_kind == "lycee":
        pupil.uai = task.organisation
    if task.element == "suspendre_suivi":
        pupil.resumes_on = date.fromisoformat(answers["suspension_au"])


def _answers(world: World, pupil: Pupil, task: OpenTask, actor: Actor, random: Random) -> dict[str, Any]:
    whole = world.client.get(actor, task.service, f"/tasks/{task.id}")
    if not whole["form"]:
        return {}
    nth, now = pupil.nth(task.element), world.clock.now()
    question = Question(task.element, nth, world.clock.today(), whole["values"])
    directory = one_each_time(world.cast.directory(actor, whole["values"]), pupil.index + nth)
    return fill_in(whole["form"], question, pupil.fate, random, directory, now)
