"""One parcours over the three real services, by HTTP, so that their documents come as they do for people."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from random import Random
from typing import Any

from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from services.embedded import PROCESS_SERVICES
from shared.clock import PARIS, FixedClock
from shared.forms import FormContext, Source, sample_values
from shared.identity import Actor, TokenSigner, public_key
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.mailbox import Mailbox
from shared.process import definitions
from shared.process.delivery import fire_due_timers
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from tests.diagrams.files import form
from tests.diagrams.scenarios import Do, Scenario, Step, Wait
from tests.diagrams.world import ORGANISATIONS, opening
from tests.inbox.people import of
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY

LYCEE, ML, OTHER_LYCEE = "0690043X", "ml-lyon-centre", "0690048C"
NAMES = {LYCEE: "Lycée Louise-Garance", ML: "Mission Locale Lyon-Centre"}
ML_ROLES = ("conseiller", "responsable_ml", "directeur_ml")


PEOPLE = {role: of(name)[0] for role, name in (("referent", "Karim Benali"), ("conseiller", "Samira Haddad"))}


def people_and_places(source: Source) -> Sequence[str]:
    if source.of == "offers":
        return ()
    return (PEOPLE[str(source.role)],) if source.of == "people" else ORGANISATIONS


def person(role: str, organisation: str | None = None, id_: str | None = None) -> Actor:
    kind: Any = "mission_locale" if role in ML_ROLES else "lycee"
    place = organisation or (ML if role in ML_ROLES else LYCEE)
    return Actor(id_ or PEOPLE.get(role, f"{role}-1"), f"Une personne {role}", place, kind, frozenset({role}))


REFERENT, CONSEILLER, HEAD = person("referent"), person("conseiller"), person("chef_etablissement")
OTHER_REFERENT = person("referent", id_="0199a0f2-0000-7000-8000-0000000000aa")
STRANGER = person("referent", OTHER_LYCEE)


class Parcours:
    """Opened in enrolment; ``play`` does the steps of the diagrams' stories."""

    def __init__(
        self, make_database: MakeDatabase, facts: Mapping[str, Any], opened: date, **settings: Any
    ) -> None:
        self.id = uuid7()
        self.clock = FixedClock(datetime.combine(opened, time(9), PARIS))
        self.random = Random(1)
        self.services: dict[str, ProcessService] = {}
        self.clients: dict[str, FlaskClient] = {}
        self.mailboxes: dict[str, Mailbox] = {}
        for name, module in PROCESS_SERVICES.items():
            database = make_database(module.TABLES)
            built = module.build(
                ServiceSettings("test", database.url, "", {"k1": public_key(KEY)}, **settings), self.clock
            )
            definitions.register(
                built.database,
                built.catalog,
                built.vocabulary,
                frozenset(built.handlers),
                built.clock,
                built.workflows,
            )
            self.services[name], self.clients[name] = built, module.create_web(built).test_client()
            self.mailboxes[name] = Mailbox(built.database, self._handler(built), self.clock)
        enrolment = self.services["enrolment"]
        with enrolment.database.begin() as tx:
            variables = opening(Scenario((), {}, opened, facts))
            enrolment.processes.start(tx, "enrolment", self.id, variables, person("referent_decrochage"))

    def close(self) -> None:
        for each in self.services.values():
            each.database.dispose()

    def play(self, steps: Sequence[Step]) -> "Parcours":
        for step in steps:
            match step:
                case Do():
                    self.do(*step.task.split("/"), **step.answers)
                case Wait():
                    self.wait(*step.timer.split("/"))
                case _:
                    raise NotImplementedError(step)
        return self

    def do(self, name: str, element: str, **answers: Any) -> None:
        task = next(each for each in self.tasks(name) if each["element_id"] == element)
        actor = self.actor_of(task)
        whole = self.get(name, f"/tasks/{task['id']}", actor).get_json()
        variables = self._variables(name, task["id"])
        shape, context = form(name, self._form_of(name, task["id"])), FormContext(variables, self.clock.now())
        values = sample_values(shape, self.random, context, directory=people_and_places, fixed=answers)
        answer = self.call(
            "POST", name, f"/tasks/{task['id']}/complete", actor, json={"values": values},
            headers={"If-Match": f'"{whole["version"]}"', "Idempotency-Key": uuid7()},
        )  # fmt: skip
        assert answer.status_code == 200, answer.get_json()
        self._pump()

    def wait(self, name: str, element: str) -> None:
        """Time goes on until a timer is due, and everything due fires."""
        from shared.bpmn import store

        with self.services[name].database.read() as look:
            row = store.find(look, name, self.id)
            assert row is not None
            definition = self.services[name].processes.definition(look, row)
            timers = self.services[name].processes.runtime(definition).at_rest(row.state).timers
        due = next(each.due_at for each in timers if each.element_id == element)
        self.clock.set(max(self.clock.now(), due))
        for each in self.services.values():
            fire_due_timers(each.database, each.processes)
        self._pump()

    def tasks(self, name: str) -> list[dict[str, Any]]:
        asked = f"/tasks?scope=parcours&status=open&parcours_id={self.id}"
        found = [*self._items(name, asked, REFERENT), *self._items(name, asked, CONSEILLER)]
        return [each for each in found if "element_id" in each]

    def _items(self, name: str, asked: str, actor: Actor) -> list[dict[str, Any]]:
        return list((self.get(name, asked, actor).get_json() or {}).get("items", []))

    def actor_of(self, task: Mapping[str, Any]) -> Actor:
        return person(task["role"], task["organisation"]["id"])

    def documents(self, name: str, actor: Actor = REFERENT) -> list[dict[str, Any]]:
        answer = self.get(name, f"/documents?parcours_id={self.id}", actor)
        assert answer.status_code == 200, answer.get_json()
        return list(answer.get_json()["documents"])

    def document(self, name: str, kind: str, actor: Actor = REFERENT) -> dict[str, Any]:
        """The newest of a kind."""
        return [each for each in self.documents(name, actor) if each["kind"] == kind][-1]

    def pdf(self, name: str, kind: str, actor: Actor = REFERENT) -> PdfReader:
        document = self.document(name, kind, actor)
        names = NAMES | {REFERENT.person_id: "Karim Benali", CONSEILLER.person_id: "Samira Haddad"}
        answer = self.post(name, f"/documents/{document['id']}/pdf", actor, json={"names": names})
        assert answer.status_code == 200, answer.get_json()
        return PdfReader(io.BytesIO(answer.data))

    def text(self, name: str, kind: str, actor: Actor = REFERENT) -> str:
        """The words of a document's pages, with single spaces."""
        return words_of(self.pdf(name, kind, actor))

    def get(self, name: str, path: str, actor: Actor) -> TestResponse:
        return self.call("GET", name, path, actor)

    def post(self, name: str, path: str, actor: Actor, **options: Any) -> TestResponse:
        return self.call("POST", name, path, actor, **options)

    def call(self, method: str, name: str, path: str, actor: Actor, **options: Any) -> TestResponse:
        token = TokenSigner({"k1": KEY}, self.clock, uuid7).sign(actor, name)
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return self.clients[name].open(path, method=method, headers=headers, **options)

    def _variables(self, name: str, task_id: str) -> dict[str, Any]:
        from shared.bpmn import store

        with self.services[name].database.read() as look:
            row = store.find(look, name, self.id)
            assert row is not None
            return self.services[name].processes.variables(look, row, task_id)

    def _form_of(self, name: str, task_id: str) -> str:
        from sqlalchemy import select

        from shared.tasks.tables import task

        with self.services[name].database.read() as look:
            return str(look.execute(select(task.c.form).where(task.c.id == task_id)).scalar_one())

    def _handler(self, built: ProcessService) -> Any:
        return lambda tx, envelope: built.handlers[envelope.type](tx, envelope, built.processes)

    def _pump(self) -> None:
        """Every message to who listens, until none is left."""
        moved = True
        while moved:
            moved = False
            for sender in self.services.values():
                with sender.database.begin() as tx:
                    heads = outbox.heads(tx, self.clock.now(), 10)
                    outbox.mark_sent(tx, [row_id for row_id, _ in heads], self.clock.now())
                for _, envelope in heads:
                    moved = True
                    for name, receiver in self.services.items():
                        if envelope.type in receiver.handlers:
                            self.mailboxes[name].receive(envelope)


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@contextmanager
def parcours(
    make_database: MakeDatabase,
    opened: date = date(2026, 9, 7),
    settings: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Iterator[Parcours]:
    opened_parcours = Parcours(make_database, facts, opened, **(settings or {}))
    try:
        yield opened_parcours
    finally:
        opened_parcours.close()
