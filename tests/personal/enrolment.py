"""Enrolment alone, at a clock of ours: pupils imported over HTTP, the other services' answers given by hand."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from services.enrolment import app
from services.enrolment.rights.tables import erasure
from shared.clock import FixedClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging.envelope import Envelope, from_json
from shared.messaging.mailbox import Handling
from shared.messaging.tables import outbox
from shared.process import definitions
from shared.process.service import handler_of
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

LYCEE, OTHER = "0690043X", "0690048C"
START = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
HEADER = "INE;Nom;Prénom;Date de naissance;MEF;Classe;Téléphone;Courriel;Adresse;Code commune;Date de sortie"


def actor(role: str, organisation: str = LYCEE, kind: Any = "lycee") -> Actor:
    return Actor(f"{role}-1", "Nadia Cherif", organisation, kind, frozenset({role}))


SECRETARY, OPENER, REFERENT = actor("secretariat"), actor("referent_decrochage"), actor("referent")
CONSEILLER = actor("conseiller", "ml-lyon-centre", "mission_locale")
DPO = Actor("dpo-1", "Agathe Colin", "plateforme", "system", frozenset({"dpo"}))
OPERATOR = Actor.operator("Paule Mercier")


class Enrolment:
    """The service behind its HTTP door."""

    def __init__(self, make_database: MakeDatabase) -> None:
        private = new_private_key()
        self.clock = FixedClock(START)
        self.signer = TokenSigner({"k": private}, self.clock, uuid7)
        database = make_database(app.TABLES)
        settings = ServiceSettings("test", database.url, "", {"k": public_key(private)})
        built = app.build(settings, self.clock)
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock,
            built.workflows,
        )  # fmt: skip
        self.service = built
        self.client: FlaskClient = app.create_web(built).test_client()

    def get(self, path: str, who: Actor) -> TestResponse:
        return self.client.get(path, headers=self._bearer(who))

    def post(self, path: str, who: Actor, body: Mapping[str, Any]) -> TestResponse:
        return self.client.post(path, json=dict(body), headers=self._bearer(who))

    def imports(self, *rows: str, lycee: str = LYCEE, header: str = HEADER) -> dict[str, Any]:
        file = (io.BytesIO("\n".join([header, *rows]).encode()), "eleves.csv")
        who = actor("secretariat", lycee)
        answer = self.client.post("/pupils/import", data={"file": file}, headers=self._bearer(who))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def pupil(self, text: str, lycee: str = LYCEE) -> dict[str, Any]:
        """The one pupil of that name."""
        body = {"text": text, "limit": 100}
        (found,) = self.post("/pupils/search", actor("secretariat", lycee), body).get_json()["items"]
        return dict(found)

    def open(self, pupil_id: str, lycee: str = LYCEE) -> str:
        answer = self.post("/parcours", actor("referent_decrochage", lycee), {"pupil_id": pupil_id})
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return str(answer.get_json()["parcours_id"])

    def parcours(self, parcours_id: str, who: Actor = REFERENT) -> dict[str, Any]:
        return dict(self.get(f"/parcours/{parcours_id}", who).get_json())

    def cancels(self, parcours_id: str) -> None:
        """An operator ends a parcours."""
        instance = self.parcours(parcours_id)["instance_id"]
        body = {"reason": "Ouvert deux fois par erreur.", "public_text": "Ce parcours était en double."}
        assert self.post(f"/operator/instances/{instance}/cancel", OPERATOR, body).status_code == 200

    def sent(self, message_type: str) -> list[Envelope]:
        with self.service.database.read() as look:
            found = select(outbox.c.envelope).where(outbox.c.type == message_type).order_by(outbox.c.id)
            return [from_json(text) for text in look.scalars(found)]

    def relays(self) -> None:
        """What waits to be sent has left."""
        with self.service.database.begin() as tx:
            tx.execute(update(outbox).where(outbox.c.sent_at.is_(None)).values(sent_at=self.clock.now()))

    def receives(self, message: Envelope) -> Handling:
        with self.service.database.begin() as tx:
            return handler_of(self.service, message.type)(tx, message, self.service.processes)

    def answers(self, service: str, erasure_id: str, why_not: str | None = None) -> None:
        """Another service has erased, or says why it cannot."""
        data = {"efface": why_not is None, "motif": why_not, "lignes": {}}
        type_ = f"{service}.effacement_repondu.v1"
        self.receives(Envelope(uuid7(), type_, service, erasure_id, self.clock.now(), data))

    def erasure(self, erasure_id: str) -> Any:
        with self.service.database.read() as look:
            return look.execute(select(erasure).where(erasure.c.id == erasure_id)).one()

    def later(self, day: date) -> None:
        self.clock.set(datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC))

    def _bearer(self, who: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.signer.sign(who, 'enrolment')}"}
