"""Accompaniment behind its HTTP door, with the people of a lycée and its operators, and a clock that a test moves."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.accompaniment import app
from shared.bpmn.tables import instance
from shared.clock import PARIS, FixedClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging.envelope import NEWS
from shared.messaging.tables import outbox
from shared.process import definitions
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

LYCEE, OTHER_LYCEE = "0690043X", "0690048C"
ML, OTHER_ML, FT = "ml-lyon-centre", "ml-lyon-est", "ft-lyon-croix-rousse"


def person(role: str, organisation: str, kind: Any) -> Actor:
    return Actor(f"{role}-{organisation}", role.replace("_", " "), organisation, kind, frozenset({role}))


HEAD = person("chef_etablissement", LYCEE, "lycee")
TEACHER = person("professeur_principal", LYCEE, "lycee")
CONSEILLER = person("conseiller", ML, "mission_locale")
FRANCE_TRAVAIL = person("conseiller_ft", FT, "france_travail")
STRANGERS = (
    person("conseiller", OTHER_ML, "mission_locale"),
    person("chef_etablissement", OTHER_LYCEE, "lycee"),
    person("conseiller_ft", "ft-ailleurs", "france_travail"),
    person("referent", LYCEE, "lycee"),
    person("directeur_ml", ML, "mission_locale"),
)
CONVENTION = {
    "operateur_sorte": "mission_locale", "co_animation": "non", "horaires_debut": "08:00", "horaires_fin": "18:00",
    "jours_ouverts": ["lundi", "mardi", "jeudi", "vendredi"],
}  # fmt: skip


class Hands(FixedClock):
    """A clock that may begin anew, for another test."""

    def begin(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)


class Ateliers:
    """The service, and what its people do. ``cycle_id``: of the cycle that was opened last."""

    def __init__(self, make_database: MakeDatabase, today: date = date(2025, 10, 6)) -> None:
        private = new_private_key()
        self.clock = Hands(datetime.combine(today, time(9), PARIS))
        self.signer = TokenSigner({"k": private}, self.clock, uuid7)
        database = make_database(app.TABLES)
        built = app.build(
            ServiceSettings("test", database.url, "", {"k": public_key(private)}), system_clock=self.clock
        )
        definitions.register(
            built.database,
            built.catalog,
            built.vocabulary,
            frozenset(built.handlers),
            built.clock,
            built.workflows,
        )
        self.service = built
        self.client: FlaskClient = app.create_web(built).test_client()
        self.cycle_id = ""

    def get(self, actor: Actor, path: str) -> TestResponse:
        return self.client.get(path, headers=self._headers(actor))

    def post(self, actor: Actor, path: str, body: Mapping[str, Any], **headers: str) -> TestResponse:
        return self.client.post(path, json=dict(body), headers=self._headers(actor) | headers)

    def _headers(self, actor: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.signer.sign(actor, 'accompaniment')}"}

    def at(self, day: date, hour: int = 9) -> None:
        """Time goes on to an hour of a day."""
        self.clock.set(datetime.combine(day, time(hour), PARIS))

    # what people do

    def opens(self, actor: Actor = HEAD, **operators: str | None) -> TestResponse:
        answer = self.post(actor, "/cycles", operators or {"mission_locale": ML, "france_travail": FT})
        if answer.status_code == 201:
            self.cycle_id = answer.get_json()["id"]
        return answer

    def concludes(self, **changed: Any) -> TestResponse:
        told = CONVENTION | {"convention_le": self.clock.today().strftime("%d/%m/%Y")} | changed
        return self.completes(HEAD, "conclure_convention", told)

    def completes(self, actor: Actor, element: str, values: Mapping[str, Any]) -> TestResponse:
        task = next(each for each in self.tasks(actor) if each["element_id"] == element)
        headers = {"If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7()}
        return self.post(actor, f"/tasks/{task['id']}/complete", {"values": dict(values)}, **headers)

    def gives(self, count: int = 2, of: str = "TBAC1", actor: Actor = TEACHER) -> TestResponse:
        """The lycée enrols pupils of a class; their ids are ``<class>-0``, …"""
        pupils = [
            {"pupil_id": f"{of}-{n}", "family_name": f"Nom{n}", "given_name": "Prénom", "class_code": of}
            for n in range(count)
        ]
        return self.post(actor, f"/cycles/{self.cycle_id}/pupils", {"pupils": pupils})

    def plans(self, workshop: int = 1, actor: Actor = CONSEILLER, **changed: Any) -> TestResponse:
        usual = {
            "workshop": workshop, "on": "2025-11-06", "at": "10:00", "minutes": 90, "place": "Salle B12",
            "format": "Collectif", "animators": "Samira Haddad, Laure Vidal", "classes": ["TBAC1"],
        }  # fmt: skip
        return self.post(actor, f"/cycles/{self.cycle_id}/sessions", usual | changed)

    def planned(self, workshop: int = 1, **changed: Any) -> str:
        """Id of a session that is planned."""
        answer = self.plans(workshop, **changed)
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["id"])

    def marks(
        self, session_id: str, *, close: bool = True, actor: Actor = CONSEILLER, **marks: str
    ) -> TestResponse:
        told = {name.replace("_", "-"): status for name, status in marks.items()}
        return self.post(actor, f"/sessions/{session_id}/sheet", {"marks": told, "close": close})

    def intends(self, pupil_id: str, actor: Actor = CONSEILLER, **told: Any) -> TestResponse:
        usual = {"pupil_id": pupil_id, "intention": "non_exprimee", "has_solution": False}
        return self.post(actor, f"/cycles/{self.cycle_id}/intentions", usual | told)

    # what can be seen

    def cycle(self, actor: Actor = CONSEILLER) -> dict[str, Any]:
        return dict(self.get(actor, f"/cycles/{self.cycle_id}").get_json())

    def session(self, session_id: str, actor: Actor = CONSEILLER) -> dict[str, Any]:
        return dict(self.get(actor, f"/sessions/{session_id}").get_json())

    def tasks(self, actor: Actor) -> list[dict[str, Any]]:
        return list(self.get(actor, "/tasks?scope=mine").get_json()["items"])

    def waits(self, actor: Actor) -> list[str]:
        """The elements of the tasks that wait for somebody."""
        return [each["element_id"] for each in self.tasks(actor)]

    def sent(self) -> list[dict[str, Any]]:
        """The data of the messages to other services that were put into the outbox: no news for people."""
        with self.service.database.read() as look:
            rows = look.execute(outbox.select()).all()
        told = [json.loads(row.envelope) for row in rows if row.envelope]
        return [each["data"] for each in told if not each["type"].endswith(NEWS)]

    def status(self) -> str:
        with self.service.database.read() as look:
            return str(
                look.execute(instance.select().where(instance.c.parcours_id == self.cycle_id)).one().status
            )


def refused(answer: TestResponse) -> tuple[int, str]:
    """Status and everything that people are told."""
    body = answer.get_json()
    said = [text for texts in (body.get("errors") or {}).values() for text in texts]
    return answer.status_code, " ".join(said) or body["detail"]
