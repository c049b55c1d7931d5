"""A small process service: one diagram with a task on each side, an operation, a timer and a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from shared.bpmn import Operation, OperationCall, Vocabulary
from shared.clock import FixedClock
from shared.database import Database
from shared.forms import form_facts
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.envelope import NEWS, Envelope
from shared.messaging.mailbox import Mailbox
from shared.process import definitions, service
from shared.process.delivery import deliver, fire_due_timers
from shared.process.service import ProcessService
from shared.settings import ServiceSettings

WORKFLOWS = Path(__file__).parent / "workflows"
START = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
LYCEE, ML, OTHER_LYCEE = "0690043X", "ml-lyon-centre", "0690048C"
REFERENT = Actor("referent-1", "Karim Benali", LYCEE, "lycee", frozenset({"referent"}))
CONSEILLER = Actor("conseiller-1", "Samira Haddad", ML, "mission_locale", frozenset({"conseiller"}))
STRANGER = Actor("referent-2", "Inès Morel", OTHER_LYCEE, "lycee", frozenset({"referent"}))
OPERATOR = Actor.operator("Paule Mercier")
SECRET = "Zoé habite 12 rue des Lilas"
ANSWER = "partenaire.reponse.v1"


@dataclass
class House:
    """The service, its HTTP client, its mailbox, and what its one operation does."""

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    fault: Exception | None = None

    def __post_init__(self) -> None:
        private = new_private_key()
        self.signer = TokenSigner({"k": private}, self.clock, uuid7)
        settings = ServiceSettings("test", self.database.url, "", {"k": public_key(private)})
        built = service.assemble(settings, self._vocabulary(), {ANSWER: deliver}, self.clock, uuid7)
        self.service: ProcessService = built
        self.register(WORKFLOWS)
        self.client: FlaskClient = service.web(built).test_client()
        self.mailbox = Mailbox(built.database, self._handle, self.clock)

    def transfers(self, look: Connection) -> list[Envelope]:
        """What leaves for other services: the news for the inbox are looked at in their own tests."""
        heads = outbox.heads(look, self.clock.now(), 10)
        return [envelope for _, envelope in heads if not envelope.type.endswith(NEWS)]

    def register(self, folder: Path) -> None:
        built = self.service
        listens = frozenset(built.handlers)
        definitions.register(built.database, built.catalog, built.vocabulary, listens, built.clock, folder)

    def start(self) -> str:
        """Open a parcours; returns its id."""
        parcours_id = uuid7()
        variables = {"lycee": LYCEE, "mission_locale": ML, "nom": "Zoé Durand"}
        variables["echeance"] = self.clock.now() + timedelta(days=1)
        with self.service.database.begin() as tx:
            self.service.processes.start(tx, "dossier", parcours_id, variables, REFERENT)
        return parcours_id

    def task(self, parcours_id: str, actor: Actor) -> dict[str, Any]:
        """The one open task of the actor's organisation in a parcours."""
        query = f"/tasks?scope=parcours&status=open&parcours_id={parcours_id}"
        items = self.get(query, actor).get_json()["items"]
        (found,) = [item for item in items if item["organisation"]["id"] == actor.organisation_id]
        return dict(found)

    def complete(self, parcours_id: str, actor: Actor, values: Mapping[str, Any]) -> TestResponse:
        task = self.task(parcours_id, actor)
        headers = {**self._bearer(actor), "If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7()}
        return self.client.post(f"/tasks/{task['id']}/complete", json={"values": values}, headers=headers)

    def up_to_the_timer(self) -> str:
        parcours_id = self.start()
        assert self.complete(parcours_id, REFERENT, {"secret": "discret"}).status_code == 200
        assert self.complete(parcours_id, CONSEILLER, {"avis": "oui"}).status_code == 200
        return parcours_id

    def pass_a_day(self) -> int:
        self.clock.advance(timedelta(days=1, minutes=1))
        return fire_due_timers(self.service.database, self.service.processes)

    def answer(self, parcours_id: str, message_id: str | None = None) -> Envelope:
        """The partner's message."""
        return Envelope(
            id=message_id or uuid7(), type=ANSWER, source="partenaire", subject=parcours_id,
            time=self.clock.now(), data={"reponse": "entendu"},
        )  # fmt: skip

    def get(self, path: str, actor: Actor) -> TestResponse:
        return self.client.get(path, headers=self._bearer(actor))

    def post(self, path: str, actor: Actor, body: Mapping[str, Any]) -> TestResponse:
        return self.client.post(path, json=dict(body), headers=self._bearer(actor))

    # operators

    def held_at_the_check(self) -> str:
        """A parcours whose operation failed: the instance's id."""
        self.fault = RuntimeError(SECRET)
        parcours_id = self.start()
        self.complete(parcours_id, REFERENT, {"secret": SECRET})
        self.complete(parcours_id, CONSEILLER, {"avis": "oui"})
        self.fault = None
        return self.instance_of(parcours_id)

    def instance_of(self, parcours_id: str) -> str:
        return str(self.parcours(parcours_id)["instance_id"])

    def repair(self, instance_id: str, action: str, **body: Any) -> TestResponse:
        """What an operator asks by HTTP; the reason is given."""
        path = f"/operator/instances/{instance_id}/{action}"
        return self.post(path, OPERATOR, {"reason": "Panne signalée le matin"} | body)

    def seen(self, instance_id: str) -> dict[str, Any]:
        return dict(self.get(f"/operator/instances/{instance_id}", OPERATOR).get_json())

    def incidents(self, state: str = "open") -> list[dict[str, Any]]:
        return list(self.get(f"/operator/incidents?state={state}", OPERATOR).get_json()["items"])

    def parcours(self, parcours_id: str, actor: Actor = REFERENT) -> dict[str, Any]:
        return dict(self.get(f"/parcours/{parcours_id}", actor).get_json())

    def _bearer(self, actor: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.signer.sign(actor, self.service.name)}"}

    def _handle(self, tx: Any, envelope: Envelope) -> Any:
        return deliver(tx, envelope, self.service.processes)

    def _vocabulary(self) -> Vocabulary:
        verify = Operation(reads=frozenset({"avis"}), writes=frozenset(), call=self._verify)
        roles = {"referent", "conseiller"}
        return Vocabulary("essai", roles, {"verify": verify}, {}, form_facts)

    def _verify(self, _call: OperationCall) -> Mapping[str, Any]:
        if self.fault:
            raise self.fault
        return {}
