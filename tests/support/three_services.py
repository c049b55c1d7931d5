"""The three services in this process, behind their HTTP doors, with a bus that carries when the test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.accompaniment import app as accompaniment
from services.bilan import app as bilan
from services.enrolment import app as enrolment
from shared.bpmn import Definition
from shared.clock import FixedClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Mailbox
from shared.process import definitions
from shared.process.delivery import work_due
from shared.process.service import ProcessService, handler_of
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

_read: dict[str, list[Definition]] = {}
"""The diagrams of each service, read once."""
APPS = {"enrolment": enrolment, "accompaniment": accompaniment, "bilan": bilan}


class ThreeServices:
    """``clock`` is the test's; nothing moves by itself."""

    def __init__(self, make_database: MakeDatabase, clock: FixedClock) -> None:
        private = new_private_key()
        self.clock, self.signer = clock, TokenSigner({"k": private}, clock, uuid7)
        self.services: dict[str, ProcessService] = {}
        self._clients: dict[str, FlaskClient] = {}
        self.mailboxes: dict[str, Mailbox] = {}
        for name, app in APPS.items():
            database = make_database(app.TABLES)
            built = app.build(ServiceSettings("test", database.url, "", {"k": public_key(private)}), clock)
            if name not in _read:
                _read[name] = definitions.load_service(
                    built.vocabulary, frozenset(built.handlers), built.workflows
                )
            with built.database.begin() as tx:
                built.catalog.register(tx, _read[name], clock.now())
            self.services[name] = built
            self.mailboxes[name] = _mailbox(built, clock)

    def client(self, name: str) -> FlaskClient:
        """The door of a service, built when somebody first knocks."""
        if name not in self._clients:
            self._clients[name] = APPS[name].create_web(self.services[name]).test_client()
        return self._clients[name]

    def carry(self) -> None:
        """Everything that was sent arrives, and what comes of it, until nothing is on its way."""
        while sent := [message for name in APPS for message in self.taken_from(name)]:
            for message in sent:
                self.deliver(message)

    def taken_from(self, name: str) -> list[Envelope]:
        """What a service has sent, off its outbox and not yet delivered."""
        taken: list[Envelope] = []
        with self.services[name].database.begin() as tx:
            while found := outbox.heads(tx, self.clock.now(), 100):
                outbox.mark_sent(tx, [row_id for row_id, _ in found], self.clock.now())
                taken += [message for _, message in found]
        return taken

    def deliver(self, message: Envelope) -> None:
        for name, built in self.services.items():
            if message.type in {**built.handlers, **built.data_handlers}:
                self.mailboxes[name].receive(message)

    def turn(self) -> None:
        """Due timers fire, messages arrive."""
        for built in self.services.values():
            work_due(built.database, built.processes)
        self.carry()

    def ask(
        self, actor: Actor, service: str, path: str, body: Any = None, method: str = "", **headers: str
    ) -> TestResponse:
        token = self.signer.sign(actor, service)
        return self.client(service).open(
            path, method=method or ("GET" if body is None else "POST"), json=body,
            headers={"Authorization": f"Bearer {token}", **headers},
        )  # fmt: skip

    def read(self, actor: Actor, service: str, parcours_id: str) -> dict[str, Any]:
        answer = self.ask(actor, service, f"/parcours/{parcours_id}")
        assert answer.status_code == 200, answer.get_json()
        return dict(answer.get_json())

    def known(self, actor: Actor, service: str, parcours_id: str) -> dict[str, Any]:
        """The variables that the actor's side reads."""
        return {each["name"]: each["value"] for each in self.read(actor, service, parcours_id)["variables"]}

    def tasks(self, actor: Actor, service: str) -> dict[str, dict[str, Any]]:
        """The open tasks of the actor's organisation, by element."""
        items = self.ask(actor, service, "/tasks?scope=organisation").get_json()["items"]
        return {each["element_id"]: each for each in items}

    def complete(self, actor: Actor, service: str, element: str, **values: Any) -> None:
        answer = self.try_to_complete(actor, service, self.tasks(actor, service)[element], **values)
        assert answer.status_code == 200, answer.get_json()

    def try_to_complete(
        self, actor: Actor, service: str, task: dict[str, Any], **values: Any
    ) -> TestResponse:
        own = {"If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7()}
        return self.ask(actor, service, f"/tasks/{task['id']}/complete", {"values": values}, **own)


def _mailbox(built: ProcessService, clock: FixedClock) -> Mailbox:
    return Mailbox(
        built.database,
        lambda tx, message: handler_of(built, message.type)(tx, message, built.processes),
        clock,
    )


@contextmanager
def three_services(make_database: MakeDatabase, clock: FixedClock) -> Iterator[ThreeServices]:
    built = ThreeServices(make_database, clock)
    yield built
    for each in built.services.values():
        each.database.dispose()
