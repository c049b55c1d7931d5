"""The directory refreshed by a file: row by row, twice without a change, nothing deleted; what people are offered."""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.enrolment import app as enrolment
from services.enrolment.territories.store import mission_locale_of
from services.inbox.__main__ import main
from services.inbox.app import create_app
from services.inbox.demo import seed
from services.inbox.tables import directory, organisation
from shared.clock import SystemClock
from shared.database import Database
from shared.identity import TokenSigner, public_key
from shared.ids import uuid7
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from tests.inbox.interview import INTERVIEW, OpenInterview, address
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, World
from tests.support.served import served

HEADER = "organisation;genre;nom;ville;siret;academie;fermee_le;communes;lycees\n"
CENTRE = "ml-lyon-centre;mission_locale;Mission Locale Lyon-Centre;Lyon;;Lyon;;69123;0690043X 0690048C\n"
EST = "ml-lyon-est;mission_locale;Mission Locale de l’Est lyonnais;Villeurbanne;;Lyon;;69266,69029;0690048C\n"
VENISSIEUX = (
    "ml-venissieux;mission_locale;Mission Locale de Vénissieux;Vénissieux;44306184100047;Lyon;;69259;\n"
)
NOWHERE = "http://127.0.0.1:9"


class Place:
    """The inbox over enrolment itself."""

    def __init__(self, service: ProcessService, database: Database, app: Any, address: str) -> None:
        self.service, self.database, self.app, self.address = service, database, app, address

    def visitor(self, name: str = "Roland Faure") -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)

    def send(self, text: str, name: str = "Roland Faure") -> Visitor:
        visitor = self.visitor(name).get("/annuaire")
        return visitor.send("/import", file=(io.BytesIO(text.encode()), "annuaire.csv"))

    def rows(self) -> tuple[list[Any], list[Any]]:
        with self.database.read() as look:
            places = look.execute(select(organisation).order_by(organisation.c.id)).all()
            return list(places), sorted(map(tuple, look.execute(select(directory))))

    def proposed(self, commune: str) -> str | None:
        with self.service.database.read() as look:
            return mission_locale_of(look, commune)


def real_time_inbox(database: Database, enrolment_at: str) -> Any:
    """In the machine's time, as the command is."""
    now = SystemClock()
    urls = {"enrolment": enrolment_at, "accompaniment": NOWHERE, "bilan": NOWHERE}
    signer = TokenSigner({"k1": KEY}, now, uuid7)
    return create_app(
        env="test", listen="127.0.0.1", database=database, service_urls=urls, signer=signer,
        session_secret="a secret for tests only", clock=now, business_clock=now,
    )  # fmt: skip


@pytest.fixture
def place(inbox_database: Database, make_sqlite_database: MakeDatabase) -> Iterator[Place]:
    with inbox_database.begin() as tx:
        seed(tx)
    url = make_sqlite_database(enrolment.TABLES).url
    service = enrolment.build(ServiceSettings("test", url, "", {"k1": public_key(KEY)}))
    with served(enrolment.create_web(service)) as at:
        app = real_time_inbox(inbox_database, at)
        yield Place(service, inbox_database, app, at)
        app.extensions["inbox"].close()
    service.database.dispose()


def figures(visitor: Visitor) -> list[str]:
    return [str(figure.text) for figure in visitor.page.xpath("//dl[@class='figures']//dd")]


def test_a_file_adds_and_changes_and_the_same_file_again_changes_nothing(place: Place) -> None:
    file = HEADER + CENTRE + EST.replace("Est lyonnais", "Grand Est") + VENISSIEUX
    assert figures(place.send(file)) == ["1", "1", "1", "0"]
    before = place.rows()
    assert figures(place.send(file)) == ["0", "0", "3", "0"]
    assert place.rows() == before
    listed = place.visitor().get("/annuaire?texte=vénissieux")
    assert "Mission Locale de Vénissieux" in listed.text
    assert "1 communes, 0 lycées" in listed.text
    assert "Roland Faure" in listed.text, "who imported is told"


def test_a_commune_that_goes_to_another_mission_locale_leaves_the_one_before(place: Place) -> None:
    result = place.send(HEADER + VENISSIEUX.replace("69259", "69259 69029"))
    assert (
        "La commune 69029 passe de Mission Locale de l’Est lyonnais à Mission Locale de Vénissieux."
        in result.text
    )
    _, served_now = place.rows()
    assert ("ml-venissieux", "commune", "69029") in served_now
    assert ("ml-lyon-est", "commune", "69029") not in served_now
    assert [place.proposed(commune) for commune in ("69029", "69266", "69123", "01004")] == [
        "ml-venissieux", "ml-lyon-est", "ml-lyon-centre", None,
    ]  # fmt: skip


def test_an_organisation_that_closes_is_kept_and_no_longer_proposed(place: Place) -> None:
    place.send(HEADER + EST.replace(";;69266", ";31/08/2026;69266"))
    places, _ = place.rows()
    assert {row.id: row.closed_on for row in places}["ml-lyon-est"] == date(2026, 8, 31)
    assert place.proposed("69266") is None
    assert "fermée le 31/08/2026" in place.visitor().get("/annuaire").text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0690043A;lycee;Un lycée;Lyon;;;;;\n", "La lettre de l'UAI"),
        ("069;lycee;Un lycée;Lyon;;;;;\n", "sept chiffres et une lettre"),
        ("ml-x;mission_locale;Une ML;Lyon;12345678901234;;;;\n", "bonne clé"),
        ("ml-x;mission_locale;Une ML;Lyon;123;;;;\n", "quatorze chiffres"),
        ("ML X;mission_locale;Une ML;Lyon;;;;;\n", "lettres minuscules"),
        ("ml-x;mairie;Une mairie;Lyon;;;;;\n", "lycee, mission_locale, france_travail"),
        ("ml-x;mission_locale;;Lyon;;;;;\n", "de 1 à 200"),
        ("ml-x;mission_locale;Une ML;Lyon;;Narbonne;;;\n", "Montpellier"),
        ("ml-x;mission_locale;Une ML;Lyon;;;31/02/2026;;\n", "31/08/2026"),
        ("ml-x;mission_locale;Une ML;Lyon;;;;6912;\n", "cinq chiffres"),
        ("ml-x;mission_locale;Une ML;Lyon;;;;;0690043A\n", "0690043A"),
        ("0690043X;lycee;Un lycée;Lyon;;;;69123;\n", "ne sert ni commune"),
        ("Narbonne;academie;Rectorat;Narbonne;;;;;\n", "Montpellier"),
        ("ml-lyon-est;france_travail;Autre;Lyon;;;;;\n", "autre genre"),
        ("ml-x;mission_locale;Une ML;Lyon;44306184100047;;;;\n", "d’une autre organisation"),
        ("ml-x;mission_locale;Une ML;Lyon;;;;69259;\n", "déjà dans le territoire de la ligne 2"),
        ("ml-venissieux;mission_locale;Une ML;Lyon;;;;;\n", "déjà à la ligne 2"),
        ("ml-x;mission_locale;Une ML\n", "autant de cellules"),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_refused_with_what_is_allowed_and_the_others_are_kept(
    place: Place, row: str, said: str
) -> None:
    result = place.send(HEADER + VENISSIEUX + row)
    assert figures(result) == ["1", "0", "0", "1"]
    assert said in result.text
    assert result.page.xpath("//tbody/tr/th")[0].text == "3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Il manque ces colonnes"),
        ("organisation;genre;nom\n", "ville"),
        (HEADER, "aucune organisation"),
        (HEADER.replace("siret", "téléphone"), "téléphone"),
        (HEADER.replace("siret", "nom"), "en double"),
        (HEADER + 'ml-x;"mission\n', "guillemet"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(place: Place, text: str, said: str) -> None:
    before = place.rows()
    result = place.send(text)
    assert (result.status, said in result.text_of("//*[@role='alert']")) == (422, True)
    assert place.rows() == before


@pytest.mark.parametrize("name", ["Hélène Vasseur", "Anne Delorme", "Solène Marty", "Dominique Aubry"])
def test_only_the_platforms_administrator_sees_the_page(place: Place, name: str) -> None:
    assert place.visitor(name).get("/annuaire").status == 403
    assert place.visitor(name).post("/annuaire/import").status in (400, 403)


def test_a_silent_enrolment_is_told_and_the_same_file_again_reaches_it(
    place: Place,
) -> None:
    apart = real_time_inbox(place.database, NOWHERE)
    alone = Place(place.service, place.database, apart, NOWHERE)
    assert "n’a pas répondu" in alone.send(HEADER + VENISSIEUX).text
    apart.extensions["inbox"].close()
    assert place.proposed("69259") is None
    assert figures(place.send(HEADER + VENISSIEUX)) == ["0", "0", "1", "0"]
    assert place.proposed("69259") == "ml-venissieux"


def test_the_command_imports_and_says_the_same(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"
    file.write_text(HEADER + VENISSIEUX + "x;y;z;t;;;;;\n", encoding="windows-1252")
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": place.database.url, "AE_SESSION_SECRET": "x",
        "AE_TOKEN_PRIVATE_KEYS": json.dumps({"k1": KEY}),
        "AE_SERVICE_URLS": json.dumps({"enrolment": place.address, "accompaniment": NOWHERE, "bilan": NOWHERE}),
    }  # fmt: skip

    def run(*words: str) -> Any:
        arguments = ["directory", "import", str(file), "--name", "Roland Faure", *words]
        return CliRunner().invoke(main, arguments, env=environment)

    told = json.loads(run("--json").output)
    assert (told["created"], len(told["refused"]), told["told"]) == (1, 1, True)
    again = run()
    assert (again.exit_code, again.output.splitlines()[0]) == (
        0, "0 ajoutées, 0 mises à jour, 1 inchangées, 1 refusées.",
    )  # fmt: skip
    assert place.proposed("69259") == "ml-venissieux"


# what people are offered


def choices(visitor: Visitor) -> list[tuple[str, str]]:
    options = visitor.page.xpath("//select[@name='champ-mission_locale']/option")
    return [(option.get("value"), option.text) for option in options if option.get("value")]


def test_who_serves_the_commune_of_residence_stands_first_and_is_marked(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    """R43: the lycée's own Mission Locale comes after the one where the pupil lives."""
    parcours_id = "0199a0f2-0000-7000-8000-000000000043"
    world.enrolment.process.variables[parcours_id] = {"eleve_nom": "Ferrand", "eleve_commune": "69266"}
    task_id = interview(parcours_id=parcours_id)
    field = {"type": "textfield", "id": "Field_commune", "key": "eleve_commune", "label": "Commune"}
    form = INTERVIEW | {"components": [*INTERVIEW["components"], field]}
    world.enrolment.process.forms["entretien"] = json.dumps(form).encode()
    karim.get(address(task_id))
    assert choices(karim) == [
        ("ml-lyon-est",
         "Mission Locale de l’Est lyonnais (Villeurbanne), proposée : elle sert la commune de résidence"),
        ("ml-lyon-centre", "Mission Locale Lyon-Centre (Lyon)"),
    ]  # fmt: skip


def test_a_closed_organisation_is_not_offered(world: World, interview: OpenInterview, karim: Visitor) -> None:
    with world.database.begin() as tx:
        closing = organisation.update().where(organisation.c.id == "ml-lyon-est")
        tx.execute(closing.values(closed_on=date(2026, 9, 7)))
    karim.get(address(interview()))
    assert [value for value, _ in choices(karim)] == ["ml-lyon-centre"]
