"""One parcours through the doors of the three services, on their databases: what people do, and what arrives when.

Here it changes hands too: another lycée or Mission Locale takes it over, another référent or conseiller follows it.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Row, func, select
from werkzeug.test import TestResponse

from services.simulate.answers import fill_in_form
from shared.bpmn.tables import instance, timer
from shared.clock import PARIS, FixedClock
from shared.identity import Actor
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.messaging.tables import IS_PENDING, IS_RETRY, mailbox, outbox
from shared.process.delivery import work_due
from shared.process.hand import Hand, hand_in
from shared.tasks.tables import task
from tests.histories.people import FOLLOWERS, HEADS, KIND_OF, PLACES, choices, person, with_role
from tests.support.databases import MakeDatabase
from tests.support.three_services import APPS, ThreeServices

Found = TypeVar("Found")
TRANSFER = "transfert"
HEADER = ("INE", "Nom", "Prénom", "Date de naissance", "MEF", "Classe", "UAI", "Téléphone")


class Clock(FixedClock):
    """Each history begins in a year of its own, which may be an earlier one."""

    def begin(self, day: date) -> None:
        """It is the morning of that day."""
        self._now = datetime.combine(day, time(9), PARIS)


class World(ThreeServices):
    """The services, and how many histories they have lived."""

    clock: Clock

    def __init__(self, make_database: MakeDatabase) -> None:
        super().__init__(make_database, Clock(datetime(2023, 1, 2, 9, tzinfo=PARIS)))
        self.lived = 0


@dataclass
class Stored:
    """``on_way``: messages, each with the service that it goes to; ``follows``: who was decided to have the parcours,
    by role (lycee, referent …), once it has changed hands; ``left``: (kind, id) of the organisations before them;
    ``asked``, ``replaced``: how often it was asked to go to another organisation, or went to another person."""

    world: World
    random: Random
    parcours_id: str
    on_way: list[tuple[str, Envelope]] = field(default_factory=list)
    follows: dict[str, str] = field(default_factory=dict)
    left: set[tuple[str, str]] = field(default_factory=set)
    asked: int = 0
    replaced: int = 0
    _seen: dict[str, Any] = field(default_factory=dict)

    # what is there

    def instances(self) -> dict[str, tuple[str, Row[Any]]]:
        """By process: the service, and the instance's row."""
        return self._once("instances", self._instances)

    def _instances(self) -> dict[str, tuple[str, Row[Any]]]:
        query = select(instance).where(instance.c.parcours_id == self.parcours_id)
        return {row.process_id: (name, row) for name in APPS for row in self.rows(name, query)}

    def tasks(self) -> list[tuple[str, Row[Any]]]:
        """The open tasks, with their services, in the order of their names."""
        return self._once("tasks", self._tasks)

    def _tasks(self) -> list[tuple[str, Row[Any]]]:
        query = select(task).where(task.c.parcours_id == self.parcours_id, task.c.status == "open")
        found = [(name, row) for name in APPS for row in self.rows(name, query)]
        return sorted(found, key=lambda each: (each[0], each[1].element_id, each[1].id))

    def next_due(self) -> datetime | None:
        """When time goes on by itself: the next timer, or the next attempt of a message that failed."""
        timers = select(func.min(timer.c.due_at)).join(instance, instance.c.id == timer.c.instance_id)
        timers = timers.where(instance.c.parcours_id == self.parcours_id, instance.c.status == "running")
        retries = select(func.min(mailbox.c.due_at)).where(IS_RETRY, mailbox.c.subject == self.parcours_id)
        found = [row[0] for name in APPS for query in (timers, retries) for row in self.rows(name, query)]
        return min((each for each in found if each is not None), default=None)

    def known(self, process: str) -> Mapping[str, Any]:
        """The variables of a process, both sides'; none when there is no such process."""
        if process not in self.instances():
            return {}
        return self._once(f"known {process}", partial(self._known, process))

    def _known(self, process: str) -> Mapping[str, Any]:
        service, row = self.instances()[process]
        built = self.world.services[service]
        with built.database.read() as look:
            return built.processes.variables(look, row)

    def hand(self, process: str) -> Hand | None:
        """Who has the hand in that process, as its service derives it."""
        service, row = self.instances()[process]
        built = self.world.services[service]
        with built.database.read() as look:
            return hand_in(look, row, built.processes.definition(look, row))

    def rows(self, service: str, query: Any) -> Sequence[Row[Any]]:
        """What a query finds in a service's database."""
        with self.world.services[service].database.read() as look:
            return look.execute(query).all()

    def _once(self, name: str, look: Callable[[], Found]) -> Found:
        """What a look finds, until something happens."""
        if name not in self._seen:
            self._seen[name] = look()
        found: Found = self._seen[name]
        return found

    # what happens

    def do(self, service: str, row: Row[Any], likely: Mapping[str, Any]) -> None:
        """Somebody who may completes an open task: what is likely, where it is possible, the rest by chance."""
        actor = self._who(row)
        read = self._expect(200, self.world.ask(actor, service, f"/tasks/{row.id}"))
        values = {} if not read["form"] else fill_in_form(
            read["form"], read["values"], likely, self.random, lambda of: choices(actor, read["values"], of),
            self.world.clock.now(),
        )  # fmt: skip
        own = {"If-Match": f'"{row.version}"', "Idempotency-Key": uuid7()}
        self._expect(
            200, self.world.ask(actor, service, f"/tasks/{row.id}/complete", {"values": values}, **own)
        )
        self._named(values)
        if values.get("transfert_reponse") == "accepte":
            self._changes_hands(row.organisation_kind, row.organisation_id, values)
        self._gather()

    def refuse(self, service: str, row: Row[Any]) -> None:
        """Somebody refuses an open task."""
        own = {"If-Match": f'"{row.version}"', "Idempotency-Key": uuid7()}
        path = f"/tasks/{row.id}/refuse"
        self._expect(200, self.world.ask(self._who(row), service, path, {"reason": "Pas le temps"}, **own))
        self._gather()

    def pass_to(self, due_at: datetime) -> None:
        """Time passes, what is due is done."""
        if due_at > self.world.clock.now():
            self.world.clock.set(due_at)
        for name, built in self.world.services.items():
            self.world.mailboxes[name].retry_due()
            work_due(built.database, built.processes)
        self._gather()

    def arrive(self, place: int) -> None:
        """A message that is on its way comes to its service, now and then twice."""
        service, message = self.on_way.pop(place)
        for _ in range(2 if self.random.random() < 0.05 else 1):
            self.world.mailboxes[service].receive(message)
        self._gather()

    def ask_transfer(self) -> None:
        """Who follows the parcours asks another of its kind; it must be possible when they do and nobody waits."""
        place, follower, known = self._one_side()
        who = person(place, known.get(follower) or "") or with_role(place, HEADS[KIND_OF[place]])[0]
        target = self.random.choice([each for each in PLACES[KIND_OF[place]] if each != place])
        body = {"target": target, "target_name": target, "own_name": place, "reason": "Déménage"}
        answer = self.world.ask(who, "enrolment", f"/parcours/{self.parcours_id}/transfer", body)
        if answer.status_code == 201:
            self.asked += 1
            self._seen.clear()
        elif answer.status_code not in (404, 409) or self._may_ask(follower, known):
            raise Refused(f"transfer: {answer.status_code} {answer.get_json().get('code')}")

    def replace(self) -> None:
        """Somebody else follows the parcours within the same organisation (R11)."""
        place, follower, _ = self._one_side()
        head = with_role(place, HEADS[KIND_OF[place]])[0]
        after = self.random.choice(with_role(place, follower))
        body = {"role": follower, "person_id": after.person_id, "name": after.name,
                "from_on": self.world.clock.today().isoformat(), "reason": "Départ"}  # fmt: skip
        answer = self.world.ask(head, "enrolment", f"/parcours/{self.parcours_id}/people", body)
        if answer.status_code == 200:
            self.replaced += 1
            self.follows[follower] = after.person_id
        elif answer.status_code not in (404, 409):
            raise Refused(f"replacement: {answer.status_code}")
        self._gather()

    def _one_side(self) -> tuple[str, str, Mapping[str, Any]]:
        known = self.known("enrolment")
        kind = self.random.choice(sorted(FOLLOWERS))
        place = self.follows.get(kind) or known.get(kind) or PLACES["mission_locale"][0]
        return place, FOLLOWERS[kind], known

    def _may_ask(self, follower: str, known: Mapping[str, Any]) -> bool:
        rows = self.instances()
        is_open = rows["enrolment"][1].status == "running"
        is_asked = TRANSFER in rows and rows[TRANSFER][1].status != "ended"
        return is_open and not is_asked and not self.on_way and bool(known.get(follower))

    def _named(self, values: Mapping[str, Any]) -> None:
        """A form names who follows the parcours from now on, after somebody had been replaced."""
        named = {role: values.get(role) for role in self.follows}
        if "conseiller" in named and values.get("contact_resultat") == "deja_accompagne":
            named["conseiller"] = values.get("conseiller_connu")
        self.follows |= {role: who for role, who in named.items() if who}
        self.left.discard(("mission_locale", str(values.get("signalement_ml"))))

    def _changes_hands(self, kind: str, place: str, values: Mapping[str, Any]) -> None:
        before = self.follows.get(kind) or self.known("enrolment")[kind]
        self.left = (self.left | {(kind, before)}) - {(kind, place)}
        self.follows |= {kind: place, FOLLOWERS[kind]: values[f"suivi_{FOLLOWERS[kind]}"]}

    def _gather(self) -> None:
        """What was sent is on its way to each service that hears it; a minute has gone."""
        for name in APPS:
            is_pending = self.rows(name, select(outbox.c.id).where(IS_PENDING).limit(1))
            for message in self.world.taken_from(name) if is_pending else ():
                to = [each for each, built in self.world.services.items()
                      if message.type in {**built.handlers, **built.data_handlers}]  # fmt: skip
                self.on_way += [(each, message) for each in to]
        self.world.clock.advance(timedelta(minutes=1))
        self._seen.clear()

    def _who(self, row: Row[Any]) -> Actor:
        found = person(row.organisation_id, row.assignee) if row.assignee else None
        return found or self.random.choice(with_role(row.organisation_id, row.role))

    def _expect(self, status: int, answer: TestResponse) -> Any:
        if answer.status_code != status:
            raise Refused(f"{answer.request.path.rsplit('/', 1)[-1]}: {answer.get_json()}")
        return answer.get_json()


class Refused(AssertionError):
    """An answer of a service that this history did not expect."""


def opened(world: World, random: Random, born_on: date, mef: str, day: date) -> Stored:
    """A parcours that a lycée opens on that day."""
    world.lived += 1
    world.clock.begin(day)
    uai = random.choice(PLACES["lycee"])
    (head,) = with_role(uai, "chef_etablissement")
    ine = f"{world.lived:09d}AB"
    row = (ine, "Moreau", "Lina", f"{born_on:%d/%m/%Y}", mef, "TPRO", uai, "0612345678")
    file = (io.BytesIO("\n".join(";".join(line) for line in (HEADER, row)).encode()), "eleves.csv")
    token = world.signer.sign(head, "enrolment")
    imported = world.client("enrolment").post(
        "/pupils/import", headers={"Authorization": f"Bearer {token}"}, data={"file": file}
    )
    assert imported.status_code == 200, imported.get_json()
    asked = {"text": ine, "limit": 1}
    (pupil,) = world.ask(head, "enrolment", "/pupils/search", asked).get_json()["items"]
    answer = world.ask(head, "enrolment", "/parcours", {"pupil_id": pupil["id"]})
    assert answer.status_code == 201, answer.get_json()
    return Stored(world, random, answer.get_json()["parcours_id"])
