"""A document is made by the move that its TOML names, with what was known then, and for those who may see it."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.diagrams.scenarios import ADMITTED, PLANNED, PROJECT, RIGHTS, SIGNED, do, period
from tests.documents.world import CONSEILLER, HEAD, OTHER_REFERENT, REFERENT, STRANGER, Parcours, parcours
from tests.support.databases import MakeDatabase

WITH_PERIOD = (
    *do("enrolment", "projet_conseiller", pacea_souhaite=False),
    *do("enrolment", "projet_referent"),
    *do("enrolment", "composer_plan", **period("2026-10-05", "2026-10-30")),
    *PLANNED,
)


@pytest.fixture
def minor(make_database: MakeDatabase) -> Iterator[Parcours]:
    with parcours(make_database, eleve_ne_le=date(2009, 5, 4)) as opened:
        yield opened.play((*ADMITTED, *RIGHTS, *PROJECT))


@pytest.fixture
def adult(make_sqlite_database: MakeDatabase) -> Iterator[Parcours]:
    with parcours(make_sqlite_database, eleve_ne_le=date(2007, 5, 4)) as opened:
        yield opened.play((*ADMITTED, *RIGHTS, *PROJECT))


def test_the_projet_of_a_minor_is_made_before_it_is_signed_and_is_complete_when_all_have(
    minor: Parcours,
) -> None:
    made = minor.document("enrolment", "projet")
    assert [each["as"] for each in made["missing"]] == [
        "eleve",
        "responsable_legal",
        "referent",
        "conseiller",
    ]
    assert made["complete"] is False
    minor.play(SIGNED)
    signed = minor.document("enrolment", "projet")
    assert (signed["complete"], signed["missing"]) == (True, [])
    assert {(each["as"], each["how"]) for each in signed["signatures"]} == {
        ("eleve", "papier"), ("responsable_legal", "papier"), ("referent", "papier"), ("conseiller", "papier"),
    }  # fmt: skip


def test_an_adult_signs_without_a_responsable_legal(adult: Parcours) -> None:
    made = adult.document("enrolment", "projet")
    assert [each["as"] for each in made["missing"]] == ["eleve", "referent", "conseiller"]
    assert adult.play(SIGNED).document("enrolment", "projet")["complete"] is True


def test_a_projet_that_is_revised_replaces_the_one_before(adult: Parcours) -> None:
    adult.do("enrolment", "recueillir_signatures", projet_signe="non")
    adult.play(PROJECT)
    first, second = [each for each in adult.documents("enrolment") if each["kind"] == "projet"]
    assert (first["replaced"], first["rank"], second["replaced"], second["rank"]) == (True, 1, False, 2)
    asked = {"as": "eleve", "how": "papier", "on": "2026-09-07"}
    refused = adult.post("enrolment", f"/documents/{first['id']}/signatures", REFERENT, json=asked)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "documents.replaced")


def test_both_sides_of_the_parcours_see_it_and_nobody_else(adult: Parcours) -> None:
    document = adult.document("enrolment", "projet")
    for actor in (REFERENT, OTHER_REFERENT, HEAD, CONSEILLER):
        assert adult.document("enrolment", "projet", actor)["id"] == document["id"]
    assert adult.get("enrolment", f"/documents?parcours_id={adult.id}", STRANGER).status_code == 404
    path = f"/documents/{document['id']}"
    assert adult.post("enrolment", f"{path}/pdf", STRANGER, json={}).status_code == 404
    asked = {"as": "eleve", "how": "papier", "on": "2026-09-07"}
    assert adult.post("enrolment", f"{path}/signatures", STRANGER, json=asked).status_code == 404


def test_its_words_are_those_of_the_parcours_and_of_the_directory(make_sqlite_database: MakeDatabase) -> None:
    with parcours(make_sqlite_database, eleve_nom="D’Aubigné", eleve_prenom="Zoé") as opened:
        opened.play((*ADMITTED, *RIGHTS, *WITH_PERIOD))
        text = opened.text("enrolment", "projet")
        assert "Projet personnalisé" in text
        for said in (
            "Nom : D’Aubigné", "Prénom : Zoé", "Lycée Louise-Garance", "Mission Locale Lyon-Centre", "Karim Benali",
            "Samira Haddad", "10 septembre 2026", "9 janvier 2027", "Boulangerie du Port", "5 octobre 2026", "PFMP",
            opened.document("enrolment", "projet")["number"],
        ):  # fmt: skip
            assert said in text, said


def test_a_pdf_once_made_stays_the_same_byte_by_byte(adult: Parcours) -> None:
    document = adult.document("enrolment", "projet")
    path = f"/documents/{document['id']}/pdf"
    first = adult.post("enrolment", path, REFERENT, json={"names": {REFERENT.person_id: "Karim Benali"}}).data
    second = adult.post(
        "enrolment", path, CONSEILLER, json={"names": {REFERENT.person_id: "Quelqu’un d’autre"}}
    ).data
    assert first == second
    assert adult.document("enrolment", "projet")["sealed"] is True
