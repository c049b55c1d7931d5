"""Fifty people working at once, through the pages, on PostgreSQL with RabbitMQ: what each of their acts takes.

They are fifty pairs, of which one is at work: somebody of a lycée takes a parcours on that runs on paper already, task
by task; then somebody of the Mission Locale, whose list shows it, names who follows the young person, and that one's
list shows it by a message between services. People read and think between two acts, so that the figures are those of
work and not of a queue.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import product
from random import Random
from string import ascii_lowercase
from typing import Any

import requests
from sqlalchemy import insert, select

from benchmarks.bench import Bench
from benchmarks.browsing import Browsing
from benchmarks.report import Figure
from benchmarks.whole import Whole, whole
from services.inbox import demo
from services.inbox.tables import membership, person
from services.simulate.cohort import HEADER
from shared.identity import Actor
from shared.parcours.campagne import load_campagnes
from shared.parcours.end_date import last_day
from shared.tasks.tables import task

LYCEE, ML = demo.LYCEE_GARANCE, demo.ML_CENTRE
ROLES = {LYCEE: ("referent", "referent_decrochage"), ML: ("responsable_ml", "conseiller")}
ACTS = ("open", "claim", "save draft", "complete")
SAME, OTHER = "partner's screen, same service", "partner's screen, by message"
LOOK_SECONDS, PATIENCE_SECONDS = 0.25, 60.0
MEF = "2473120133"


@dataclass
class Watch:
    """Milliseconds of each kind of act, of all people; lists grow under the interpreter's own lock."""

    found: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*ACTS, SAME, OTHER)})

    @contextmanager
    def of(self, act: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.found[act].append((time.perf_counter() - began) * 1e3)


@dataclass(frozen=True)
class Pair:
    """Somebody of the lycée and somebody of the Mission Locale, with the pupil whose parcours they take on."""

    lycee: Browsing
    ml: Browsing
    pupil: str
    think: tuple[float, float]
    chance: Random
    watch: Watch
    answers: Mapping[str, Mapping[str, Any]]

    def work(self) -> None:
        self._do(self.lycee, "Reprendre le parcours", "start", must_claim=True)
        self._do(self.lycee, "Reprendre le plan", "add", must_claim=False)
        self._do(self.lycee, "Reprendre le plan", "finish", must_claim=False)
        with self.watch.of(SAME):
            self._awaited(self.ml, "Désigner le conseiller")
        self._do(self.ml, "Désigner le conseiller", "name", must_claim=True)
        with self.watch.of(OTHER):
            self._awaited(self.ml, "Prendre en charge")

    def _do(self, who: Browsing, name: str, answers: str, *, must_claim: bool) -> None:
        who.get("/taches")
        who.search(self.pupil)  # of fifty alike on the list, one's own
        address = who.link(self.pupil, name)
        if address is None:
            raise RuntimeError(f"« {name} » of {self.pupil} is not there")
        self._think()
        with self.watch.of("open"):
            who.get(address)
        given = {f"champ-{key}": value or who.person_id for key, value in self.answers[answers].items()}
        if must_claim:
            self._think()
            with self.watch.of("claim"):
                who.send("prendre")
            who.get(address)
        for _ in range(2):
            self._think()
            with self.watch.of("save draft"):
                who.send("brouillon", given, by_itself=True)
        self._think()
        with self.watch.of("complete"):
            who.send("terminer", given)

    def _awaited(self, who: Browsing, name: str) -> str:
        """Looks at the list until the task is there; its address. RuntimeError when it does not come."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            who.get("/taches")
            if address := who.link(self.pupil, name):
                return address
            time.sleep(LOOK_SECONDS)
        raise RuntimeError(f"« {name} » of {self.pupil} does not come")

    def _think(self) -> None:
        time.sleep(self.chance.uniform(*self.think))


def figures(bench: Bench) -> Iterator[Figure]:
    pairs, think = bench.pick((50, (2.0, 6.0)), (4, (0.2, 0.6)))
    watch = Watch()
    with whole(bench, has_workers=True) as stack:
        workers, names = _workers(stack, pairs), _names(pairs + 1)
        _open_on_paper(stack, names)
        answers = _answers(stack.today)
        working = [
            Pair(*two, names[number], think, Random(number), watch, answers)  # noqa: S311 -- a pace
            for number, two in enumerate(workers)
        ]
        replace(
            working[0], pupil=names[-1], think=(0, 0), watch=Watch()
        ).work()  # each process has read its libraries
        before, began = stack.cpu(), time.monotonic()
        with ThreadPoolExecutor(pairs) as pool:
            for done in [pool.submit(pair.work) for pair in working]:
                done.result()
        took, after = time.monotonic() - began, stack.cpu()
        for each in (each for two in workers for each in two):
            each.close()
    yield from _told(watch, pairs)
    again = sum(each.sent_again for two in workers for each in two)
    yield Figure(f"{pairs} people at once, sent again since a service did not answer", again, "times")
    for name, used in after.items():
        yield Figure(f"{pairs} people at once, {name}", round((used - before[name]) / took, 3), "CPU s/s")


def _told(watch: Watch, pairs: int) -> Iterator[Figure]:
    for act, found in watch.found.items():
        ordered = sorted(found)
        for percent in (50, 99):
            value = ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
            yield Figure(f"{pairs} people at once, {act} ({len(ordered)}), p{percent}", round(value, 1), "ms")


def _workers(stack: Whole, pairs: int) -> list[tuple[Browsing, Browsing]]:
    """New people with a session each, by pairs."""
    found = []
    for number in range(pairs):
        signed_in = []
        for place, roles in ROLES.items():
            person_id = demo.person_id(place, "Banc", f"{number}")
            with stack.databases["inbox"].begin() as tx:
                tx.execute(insert(person).values(
                    id=person_id, given_name="Camille", family_name=f"Durand {number}", is_active=True
                ))  # fmt: skip
                rows = [{"person_id": person_id, "organisation_id": place, "role": role} for role in roles]
                tx.execute(insert(membership), rows)
            signed_in.append(Browsing(stack.pages, stack.databases["inbox"], person_id, place))
        found.append((signed_in[0], signed_in[1]))
    return found


def _names(count: int) -> list[str]:
    """Family names that no other one begins with."""
    letters = product(ascii_lowercase, repeat=3)
    return ["Q" + "".join(next(letters)) for _ in range(count)]


def _open_on_paper(stack: Whole, names: Sequence[str]) -> None:
    """The pupils imported, and their parcours opened, by the head of school."""
    head = Actor(
        demo.person_id(LYCEE, "Hélène", "Vasseur"), "Hélène Vasseur", LYCEE, "lycee",
        frozenset(("chef_etablissement",)),
    )  # fmt: skip
    ask = partial(_ask, stack, head)
    lines = [";".join(HEADER)] + [
        f"{index:09d}AB;{name};Lina;02/03/2008;{MEF};TPRO;{LYCEE};0612345678"
        for index, name in enumerate(names)
    ]
    ask("/pupils/import", files={"file": ("eleves.csv", "\n".join(lines).encode())})
    after = None
    while True:
        page = ask("/pupils/search", json={"text": "", "limit": 100, "after": after})
        for row in page["items"]:
            ask("/parcours", json={"pupil_id": row["id"], "on_paper": True})
        after = page["next"]
        if after is None:
            break
    with stack.databases["enrolment"].read() as look:
        opened = len(look.execute(select(task.c.id)).all())
    if opened < len(names):
        raise RuntimeError(f"{opened} tasks for {len(names)} parcours")


def _ask(stack: Whole, actor: Actor, path: str, **parts: Any) -> Any:
    token = stack.signer.sign(actor, "enrolment")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            stack.urls["enrolment"] + path, headers={"Authorization": f"Bearer {token}"}, timeout=60, **parts
        )
    if not answer.ok:
        raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text[:300]}")
    return answer.json()


def _answers(today: date) -> Mapping[str, Mapping[str, Any]]:
    """By step; None: the person's own id."""
    rentree = load_campagnes()[-1].rentree_on
    entered = rentree + timedelta(days=6)
    signers = [f"signature_{who}_le" for who in ("eleve", "responsable", "referent", "conseiller")]
    signed = dict.fromkeys(("volontariat_le", "entree_le", *signers), entered.isoformat())
    end = last_day(entered)
    return {
        "start": {**signed, "referent": None, "mission_locale": ML, "fin_papier_le": end.isoformat()},
        "add": {
            "plan_action": "ajouter", "solution_nature": "tre", "solution_structure": "Mission Locale",
            "solution_du": entered.isoformat(), "solution_au": (today + timedelta(days=20)).isoformat(),
        },
        "finish": {"plan_action": "terminer"},
        "name": {"conseiller": None},
    }  # fmt: skip
