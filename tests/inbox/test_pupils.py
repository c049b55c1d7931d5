"""A lycée's pupils: import, search, opening of a parcours."""

from typing import Any

import pytest

from shared.errors import BadInput
from shared.ids import uuid7
from tests.inbox.people import Visitor
from tests.support.inbox_world import World


@pytest.fixture
def nadia(world: World, visitor: Visitor) -> Visitor:
    """The référente décrochage of the lycée Louise-Garance."""
    return visitor.sign_in("Nadia Cherif")


def pupil(name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "id": uuid7(), "nom": name, "prenom": "Lina", "date_naissance": "2008-03-12", "classe": "TCAP1",
        "mef": "2402203231", "formation": "CAP cuisine", "ine": None, "sendable_from": "2024-03-12",
        "exit_on": "2026-07-04", "parcours_id": None, "earlier": [], "can_open": True,
    }  # fmt: skip
    return usual | more


RESULT = {
    "created": 12, "updated": 3, "unchanged": 148, "refused": [{"line": 14, "reasons": ["Il manque : nom.", "Âge."]}],
    "updates": [{"line": 3, "fields": ["classe"]}], "namesakes": [7], "not_sendable": 2, "outside": 1,
    "ignored_columns": ["NATIONALITE"],
}  # fmt: skip


def send_file(visitor: Visitor, name: str, content: bytes) -> Visitor:
    """As a browser sends it: one multipart body (Werkzeug's own encoding leaves large ones open on disk)."""
    token = visitor.get("/eleves/import").filled(0)["csrf_token"][0]
    parts = [
        f'Content-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode(),
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n",
    ]
    body = b"".join(b"--limit\r\n" + part for part in parts) + b"--limit--\r\n"
    return visitor.post("/eleves/import", body, content_type="multipart/form-data; boundary=limit")


def test_a_file_is_imported_and_its_result_is_told_row_by_row(world: World, nadia: Visitor) -> None:
    world.enrolment.import_result = RESULT
    send_file(nadia, "élèves 2026.XML", b"<BEE_ELEVES/>")
    assert nadia.title == "Résultat de l’import"
    assert world.enrolment.imported == [b"<BEE_ELEVES/>"]
    for words in ("12 élèves ajoutés", "148 élèves sans changement", "1 lignes refusées"):
        number, what = words.split(" ", 1)
        assert nadia.page.xpath(f"//div[dt='{what}']/dd/text()") == [number]
    assert "14 Il manque : nom. Âge." in nadia.text
    assert "Colonnes laissées de côté : NATIONALITE." in nadia.text
    assert "moins de 16 ans, qui ne peuvent pas encore être adressés à une Mission Locale : 2." in nadia.text


def test_a_file_that_is_refused_whole_says_why(world: World, nadia: Visitor) -> None:
    world.enrolment.import_result = BadInput({"file": ["Ce fichier vient d’un autre lycée."]})
    send_file(nadia, "eleves.csv", b"nom;prenom")
    assert nadia.status == 422
    assert "Ce fichier vient d’un autre lycée." in nadia.text


def test_sending_no_file_says_so(nadia: Visitor) -> None:
    nadia.get("/eleves/import").send(0)
    assert nadia.status == 422
    assert "Choisissez un fichier." in nadia.text


def test_a_large_file_is_let_through_and_a_huge_one_is_refused_plainly(world: World, nadia: Visitor) -> None:
    world.enrolment.import_result = RESULT
    assert send_file(nadia, "eleves.xml", b"x" * 900_000).title == "Résultat de l’import"
    send_file(nadia, "eleves.xml", b"x" * 22_000_000)
    assert (nadia.status, nadia.title) == (413, "Fichier trop volumineux")


def test_pupils_are_searched_by_post_and_listed_over_pages(world: World, nadia: Visitor) -> None:
    world.enrolment.pupils = [pupil(f"FERRAND {number:02}") for number in range(60)] + [pupil("GUICHARD")]
    assert len(nadia.get("/eleves").page.xpath("//tbody/tr")) == 50
    nadia.send(-1)
    assert len(nadia.page.xpath("//tbody/tr")) == 11
    nadia.get("/eleves").send("/eleves", texte="guich")
    assert ["GUICHARD Lina" in " ".join(row.itertext()) for row in nadia.page.xpath("//tbody/tr")] == [True]
    assert nadia.client.get("/eleves").request.query_string == b""


def test_a_parcours_is_opened_from_a_pupil_and_a_second_click_finds_it(world: World, nadia: Visitor) -> None:
    world.enrolment.pupils = [pupil("FERRAND")]
    nadia.get("/eleves")
    form = next(form for form in nadia.page.xpath("//main//form") if form.get("action").endswith("/parcours"))
    data = dict(form.form_values())
    first, second = (nadia.client.post(form.get("action"), data=data) for _ in range(2))
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert nadia.get(first.headers["Location"]).title == "Lina Ferrand"
    assert "Le parcours est ouvert." in nadia.text
    assert nadia.get("/eleves").links("//tbody") == ["FERRAND Lina", "Voir le parcours de Lina FERRAND"]


def test_a_parcours_that_cannot_be_opened_says_why(world: World, nadia: Visitor) -> None:
    world.enrolment.pupils = [pupil("FERRAND", refused="La campagne n’est pas ouverte.")]
    nadia.get("/eleves").send(-1)
    assert nadia.title == "Le parcours n’a pas été ouvert"
    assert "La campagne n’est pas ouverte." in nadia.text


def test_a_parcours_that_fails_at_its_start_is_no_service_down(world: World, nadia: Visitor) -> None:
    world.enrolment.pupils = [pupil("FERRAND", fails=True)]
    nadia.get("/eleves").send(-1)
    assert (nadia.status, nadia.title) == (503, "Le parcours n’a pas été ouvert")
    assert "rien n'a été enregistré : signalez-le à l'équipe technique" in nadia.text


def test_who_ended_without_an_admission_may_enter_again_and_what_was_before_stays_in_reach(
    world: World, nadia: Visitor
) -> None:
    ended, stands, before = uuid7(), uuid7(), uuid7()
    world.enrolment.pupils = [
        pupil("FERRAND", parcours_id=ended), pupil("GUICHARD", parcours_id=stands, earlier=[before], can_open=False),
    ]  # fmt: skip
    nadia.get("/eleves")
    again, running = (" ".join(row.itertext()) for row in nadia.page.xpath("//tbody/tr"))
    assert "Terminé : un autre parcours peut être ouvert." in again
    assert "Ouvrir un parcours" in again
    assert "Ouvrir un parcours" not in running
    assert [link.get("href") for link in nadia.page.xpath("//tbody/tr/td[last()]//a")] == [
        f"/parcours/{each}" for each in (ended, stands, before)
    ]


def test_under_sixteen_there_is_a_date_instead_of_a_button(world: World, nadia: Visitor) -> None:
    world.enrolment.pupils = [pupil("GUICHARD", sendable_from="2026-12-24")]
    assert "moins de 16 ans : pas avant le 24/12/2026" in nadia.get("/eleves").text
    assert "Ouvrir un parcours" not in nadia.text


def test_only_those_who_may_import_and_open_are_offered_it(world: World) -> None:
    world.enrolment.pupils = [pupil("FERRAND")]
    teacher = Visitor(world.app.test_client()).sign_in("Thomas Rey").get("/eleves")
    assert "Importer des élèves" not in teacher.text
    assert "Ouvrir un parcours" not in teacher.text
    assert teacher.get("/eleves/import").status == 403
    office = Visitor(world.app.test_client()).sign_in("Martine Gauthier").get("/eleves")
    assert "Importer des élèves" in office.text


@pytest.mark.parametrize("name", ["Samira Haddad", "Anne Delorme", "Dominique Aubry"])
def test_a_lycees_pupils_are_for_the_people_of_lycees_only(world: World, name: str) -> None:
    other = Visitor(world.app.test_client()).sign_in(name)
    assert "Élèves" not in other.links("//header")
    assert other.get("/eleves").status == 403
    assert other.get("/eleves/import").status == 403


def test_with_enrolment_down_the_page_says_so(world: World, nadia: Visitor) -> None:
    world.enrolment.stop()
    assert (nadia.get("/eleves").status, nadia.title) == (503, "Service momentanément indisponible")
