"""The lycée's pupils over HTTP: import, search, opening a parcours; for its own people only."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.enrolment import app
from shared.clock import Clock, SystemClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.process import definitions, views
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LYCEE, OTHER = "0690043X", "0690048C"


def _actor(organisation: str, role: str, kind: Any = "lycee") -> Actor:
    return Actor(f"{role}-1", "Nadia Cherif", organisation, kind, frozenset({role}))


SECRETARY = _actor(LYCEE, "secretariat")
OPENER = _actor(LYCEE, "referent_decrochage")
CONSEILLER = _actor("ml-lyon-centre", "conseiller", "mission_locale")


class Enrolment:
    """The service behind its HTTP door."""

    def __init__(self, make_database: MakeDatabase, clock: Clock | None = None) -> None:
        private, clock = new_private_key(), clock or SystemClock()
        self.signer = TokenSigner({"k": private}, clock, uuid7)
        database = make_database(app.TABLES)
        built = app.build(ServiceSettings("test", database.url, "", {"k": public_key(private)}), clock)
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock,
            built.workflows,
        )  # fmt: skip
        self.service = built
        self.client: FlaskClient = app.create_web(built).test_client()

    def post(self, path: str, actor: Actor, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.signer.sign(actor, 'enrolment')}"}
        return self.client.post(path, headers=headers, **options)

    def import_file(self, name: str, actor: Actor = SECRETARY) -> TestResponse:
        file = (io.BytesIO((SAMPLES / name).read_bytes()), name)
        return self.post("/pupils/import", actor, data={"file": file})

    def pupils(self, text: str = "") -> list[dict[str, Any]]:
        return list(
            self.post("/pupils/search", OPENER, json={"text": text, "limit": 100}).get_json()["items"]
        )


@pytest.fixture
def enrolment(make_database: MakeDatabase) -> Any:
    built = Enrolment(make_database)
    yield built
    built.service.database.dispose()


def test_the_sample_file_twice_then_changes_nothing(enrolment: Enrolment) -> None:
    first, second = (enrolment.import_file("eleves_siecle.xml").get_json() for _ in range(2))
    assert (first["created"], first["refused"]) == (25, [])
    assert (second["created"], second["updated"], second["unchanged"]) == (0, 0, 25)


def test_another_lycees_file_is_refused_whole(enrolment: Enrolment) -> None:
    answer = enrolment.import_file("eleves_autre_lycee.xml")
    assert answer.status_code == 422
    assert enrolment.pupils() == []


def test_ten_faults_are_ten_refusals_with_their_reasons(enrolment: Enrolment) -> None:
    result = enrolment.import_file("eleves_dix_defauts.csv").get_json()
    assert len(result["refused"]) == 10
    assert all(row["reasons"] for row in result["refused"])


def test_opening_twice_is_one_parcours(enrolment: Enrolment) -> None:
    enrolment.import_file("eleves_siecle.xml")
    pupil = enrolment.pupils("Aubépine")[0]
    first, second = (enrolment.post("/parcours", OPENER, json={"pupil_id": pupil["id"]}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert enrolment.pupils("Aubépine")[0]["parcours_id"] == first.get_json()["parcours_id"]


@pytest.mark.parametrize("actor", [CONSEILLER, _actor(LYCEE, "referent")])
def test_only_the_lycees_own_roles_import_and_open(enrolment: Enrolment, actor: Actor) -> None:
    assert enrolment.import_file("eleves_siecle.xml", actor).status_code == 403
    assert enrolment.post("/parcours", actor, json={"pupil_id": "x"}).status_code == 403


def test_a_mission_locale_sees_no_pupil(enrolment: Enrolment) -> None:
    assert enrolment.post("/pupils/search", CONSEILLER, json={}).status_code == 403


def test_another_lycees_pupil_is_not_found(enrolment: Enrolment) -> None:
    enrolment.import_file("eleves_siecle.xml")
    body = {"pupil_id": enrolment.pupils()[0]["id"]}
    assert enrolment.post("/parcours", _actor(OTHER, "referent_decrochage"), json=body).status_code == 404


def test_a_misspelt_part_is_refused_by_name(enrolment: Enrolment) -> None:
    answer = enrolment.post("/pupils/import", SECRETARY, data={"fichier": (io.BytesIO(b"x"), "x.csv")})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["fichier"])


def test_the_description_of_the_api_is_served(enrolment: Enrolment) -> None:
    paths = enrolment.client.get("/openapi.json").get_json()["paths"]
    assert {"/pupils/import", "/pupils/search", "/parcours", "/parcours/{parcours_id}", "/tasks"} <= set(
        paths
    )


# R43: who serves which commune


ADMINISTRATOR = _actor("plateforme", "administrateur", "system")


def territories(enrolment: Enrolment, actor: Actor, places: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {enrolment.signer.sign(actor, 'enrolment')}"}
    return enrolment.client.put("/territories", headers=headers, json={"missions_locales": places})


def test_a_new_parcours_proposes_the_mission_locale_of_the_commune_of_residence(enrolment: Enrolment) -> None:
    enrolment.import_file("eleves.csv")
    pupil = enrolment.pupils("Fournaise")[0]
    assert territories(enrolment, ADMINISTRATOR, {"ml-lyon-est": ["69029", "69266"]}).status_code == 200
    assert territories(enrolment, ADMINISTRATOR, {"ml-lyon-sud": ["69029"]}).get_json() == {"communes": 1}
    answer = enrolment.post("/parcours", OPENER, json={"pupil_id": pupil["id"]})
    with enrolment.service.database.read() as look:
        row = views.parcours_instance(look, OPENER, answer.get_json()["parcours_id"])
        variables = enrolment.service.processes.variables(look, row)
    assert variables["mission_locale_proposee"] == "ml-lyon-sud"


@pytest.mark.parametrize(
    "places",
    [{"ML Lyon": ["69029"]}, {"ml-a": "69029"}, {"ml-a": ["6902"]}, {"ml-a": ["69029"], "ml-b": ["69029"]}],
)
def test_territories_that_are_none_are_refused(enrolment: Enrolment, places: Any) -> None:
    assert territories(enrolment, ADMINISTRATOR, places).status_code == 422


def test_only_the_platforms_administrator_says_who_serves_a_commune(enrolment: Enrolment) -> None:
    assert territories(enrolment, OPENER, {}).status_code == 403
