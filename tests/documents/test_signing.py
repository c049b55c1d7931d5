"""R16: who may sign, when, and who may say so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.documents import store
from shared.documents.tables import document
from shared.identity import Actor, ActsFor
from tests.diagrams.scenarios import ADMITTED, PROJECT, RIGHTS, SIGNED, USUAL_HOURS, do
from tests.documents.test_making import WITH_PERIOD
from tests.documents.world import CONSEILLER, HEAD, OTHER_REFERENT, REFERENT, Parcours, parcours
from tests.support.databases import MakeDatabase

DAY = "2026-09-07"
MINOR_BORN = date(2008, 10, 1)  # of age on 1 October 2026


@pytest.fixture
def minor(make_sqlite_database: MakeDatabase) -> Iterator[Parcours]:
    with parcours(make_sqlite_database, eleve_ne_le=MINOR_BORN) as opened:
        yield opened.play((*ADMITTED, *RIGHTS, *PROJECT))


def sign(opened: Parcours, actor: Actor, signer: str, how: str = "papier", **more: Any) -> TestResponse:
    id_ = opened.document("enrolment", "projet")["id"]
    asked = {"as": signer, "how": how, **({"on": DAY} if how == "papier" else {}), **more}
    return opened.post("enrolment", f"/documents/{id_}/signatures", actor, json=asked)


def missing(opened: Parcours) -> list[str]:
    return [each["as"] for each in opened.document("enrolment", "projet")["missing"]]


def test_the_referent_records_what_was_signed_on_paper_one_after_the_other(minor: Parcours) -> None:
    for signer in ("eleve", "responsable_legal", "referent", "conseiller"):
        answer = sign(minor, REFERENT, signer, name="Nadia D’Or")
        assert answer.status_code == 201
    assert answer.get_json()["complete"] is True
    assert answer.get_json()["signatures"][0] | {"recorded_at": ""} == {
        "as": "eleve", "title": "L’élève", "name": "Nadia D’Or", "on": DAY, "how": "papier",
        "recorded_by_name": REFERENT.name, "recorded_at": "",
    }  # fmt: skip


def test_a_signature_is_recorded_once(minor: Parcours) -> None:
    sign(minor, REFERENT, "eleve")
    again = sign(minor, REFERENT, "eleve")
    assert (again.status_code, again.get_json()["code"]) == (409, "documents.already_signed")


def test_one_who_comes_of_age_before_signing_signs_alone(minor: Parcours) -> None:
    minor.clock.advance(timedelta(days=30))  # 7 October
    assert missing(minor) == ["eleve", "referent", "conseiller"]
    refused = sign(minor, REFERENT, "responsable_legal", on="2026-10-02")
    assert refused.get_json()["errors"]["as"] == [
        "L’élève a eu 18 ans le 1er octobre 2026 : à cette date, il signe seul, sans responsable légal."
    ]
    assert sign(minor, REFERENT, "eleve", on="2026-10-02").status_code == 201
    assert missing(minor) == ["referent", "conseiller"]


def test_who_signed_as_a_minor_still_needs_the_responsable_legal_afterwards(minor: Parcours) -> None:
    sign(minor, REFERENT, "eleve")
    minor.clock.advance(timedelta(days=30))
    assert missing(minor) == ["responsable_legal", "referent", "conseiller"]


def test_who_does_not_sign_it_is_refused_with_those_who_do(minor: Parcours) -> None:
    answer = sign(minor, REFERENT, "tuteur")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]["as"] == [
        "Ce document n’est pas à signer par cette personne. Il est à signer par : L’élève, Le responsable légal, "
        "Le référent de parcours, Le conseiller de la Mission Locale."
    ]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-09-08", "La date de signature ne peut pas être dans l’avenir."),
        ("2026-09-06",
         "La date de signature ne peut pas précéder le 7 septembre 2026, jour où le document a été établi."),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused(minor: Parcours, on: str, said: str) -> None:
    assert sign(minor, REFERENT, "eleve", on=on).get_json()["errors"]["on"] == [said]


@pytest.mark.parametrize("actor", [CONSEILLER, HEAD, OTHER_REFERENT])
def test_only_the_referent_of_the_parcours_records_paper(minor: Parcours, actor: Actor) -> None:
    answer = sign(minor, actor, "eleve")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "documents.not_recorder")


def test_on_screen_a_person_signs_for_herself_once_the_document_was_opened(minor: Parcours) -> None:
    assert sign(minor, CONSEILLER, "conseiller", "ecran").get_json()["code"] == "documents.not_seen"
    minor.pdf("enrolment", "projet", CONSEILLER)
    assert minor.document("enrolment", "projet", CONSEILLER)["may_sign_as"] == ["conseiller"]
    answer = sign(minor, CONSEILLER, "conseiller", "ecran")
    assert answer.status_code == 201
    assert answer.get_json()["signatures"][0]["name"] == CONSEILLER.name
    assert answer.get_json()["signatures"][0]["on"] == DAY


@pytest.mark.parametrize(
    ("actor", "signer"), [(CONSEILLER, "referent"), (OTHER_REFERENT, "referent"), (REFERENT, "eleve")]
)
def test_on_screen_nobody_signs_for_another(minor: Parcours, actor: Actor, signer: str) -> None:
    minor.pdf("enrolment", "projet")
    answer = sign(minor, actor, signer, "ecran")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "documents.not_on_screen")


def test_what_waits_for_a_person_is_listed_until_it_is_signed(minor: Parcours) -> None:
    def waiting(actor: Actor) -> list[str]:
        return [
            each["kind"] for each in minor.get("enrolment", "/documents/waiting", actor).get_json()["items"]
        ]

    assert (waiting(CONSEILLER), waiting(OTHER_REFERENT), waiting(HEAD)) == (
        ["projet"], [], ["decision_admission"],
    )  # fmt: skip
    minor.pdf("enrolment", "projet")
    sign(minor, CONSEILLER, "conseiller", "ecran")
    assert waiting(CONSEILLER) == []


def replaced(opened: Parcours) -> Actor:
    """The successor of the référent (R11)."""
    asked = {
        "role": "referent", "person_id": OTHER_REFERENT.person_id, "name": OTHER_REFERENT.name, "from_on": DAY,
        "reason": "Mutation",
    }  # fmt: skip
    answer = opened.post("enrolment", f"/parcours/{opened.id}/people", HEAD, json=asked)
    assert answer.status_code == 200, answer.get_json()
    return OTHER_REFERENT


def test_r11_who_follows_the_referent_signs_and_records_what_is_open(minor: Parcours) -> None:
    before = minor.document("enrolment", "projet")
    successor = replaced(minor)
    minor.pdf("enrolment", "projet", successor)
    made = minor.document("enrolment", "projet", successor)
    assert (made["may_sign_as"], made["may_record"]) == (["referent"], True)
    assert made["cites"] == before["cites"]  # what it says stays as it was made
    assert sign(minor, REFERENT, "eleve").get_json()["code"] == "documents.not_recorder"
    assert sign(minor, REFERENT, "referent", "ecran").get_json()["code"] == "documents.not_on_screen"
    assert sign(minor, successor, "eleve").status_code == 201
    assert sign(minor, successor, "referent", "ecran").status_code == 201


def test_r11_what_all_have_signed_stays_of_who_followed_then(minor: Parcours) -> None:
    for signer in ("eleve", "responsable_legal", "referent", "conseiller"):
        sign(minor, REFERENT, signer)
    successor = replaced(minor)
    with minor.services["enrolment"].database.read() as look:
        kept = look.execute(select(document.c.people).where(document.c.kind == "projet")).scalar_one()
    assert kept["referent"] == REFERENT.person_id != successor.person_id


def test_what_waits_for_a_person_is_not_hidden_by_that_of_colleagues(
    minor: Parcours, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older ones of a colleague do not count among the first of a page."""
    monkeypatch.setattr("shared.documents.reading.MOST_WAITING", 2)
    with minor.services["enrolment"].database.begin() as tx:
        mine = tx.execute(select(document).where(document.c.kind == "projet")).one()._mapping
        for number in range(1, 6):
            other = {"id": f"00000000-{number}", "people": {"referent": OTHER_REFERENT.person_id}}
            store.add_document(tx, {**mine, **other})
    waiting = minor.get("enrolment", "/documents/waiting", REFERENT).get_json()["items"]
    assert [each["id"] for each in waiting] == [mine["id"]]
    both = replace(REFERENT, roles=frozenset({"referent", "chef_etablissement"}))
    waiting = minor.get("enrolment", "/documents/waiting", both).get_json()["items"]
    assert mine["id"] in [each["id"] for each in waiting]


@pytest.fixture
def company(make_sqlite_database: MakeDatabase) -> Iterator[Parcours]:
    """A PFMP from 5 October, its convention to be signed."""
    with parcours(make_sqlite_database, eleve_ne_le=date(2007, 5, 4)) as opened:
        opened.play((*ADMITTED, *RIGHTS, *WITH_PERIOD, *SIGNED, *do("accompaniment", "prendre_en_charge")))
        yield opened.play(do("accompaniment", "etablir_convention", **USUAL_HOURS))


def sign_convention(opened: Parcours, signer: str, on: str) -> TestResponse:
    id_ = opened.document("accompaniment", "convention_pfmp")["id"]
    asked = {"as": signer, "how": "papier", "on": on}
    return opened.post("accompaniment", f"/documents/{id_}/signatures", REFERENT, json=asked)


def test_r17_a_pfmp_is_signed_by_all_before_it_begins(company: Parcours) -> None:
    made = company.document("accompaniment", "convention_pfmp")
    assert (made["begins_on"], [each["as"] for each in made["missing"]]) == (
        "2026-10-05", ["eleve", "organisme_accueil", "chef_etablissement"],
    )  # fmt: skip
    for signer in ("eleve", "organisme_accueil", "chef_etablissement"):
        company.clock.advance(timedelta(days=1))
        assert sign_convention(company, signer, "2026-09-08").status_code == 201
    assert company.document("accompaniment", "convention_pfmp")["complete"] is True


def test_r17_a_signature_after_its_first_day_is_refused(company: Parcours) -> None:
    company.clock.advance(timedelta(days=40))
    answer = sign_convention(company, "eleve", "2026-10-06")
    assert (answer.status_code, answer.get_json()["errors"]["on"]) == (422, [
        "La période commence le 5 octobre 2026 : elle ne commence pas avant que tous aient signé. Une signature est "
        "datée de ce jour au plus tard ; sinon, changez les dates de la période par un avenant."
    ])  # fmt: skip


def test_by_delegation_the_documents_of_its_scope_are_signed_with_both_names_and_no_other(
    minor: Parcours,
) -> None:
    def place(scope: str) -> Actor:
        acts_for = ActsFor("delegation", HEAD.person_id, HEAD.name, scope)
        both = "Paul Roy, par délégation de Hélène Roux"
        return replace(HEAD, person_id="p-9", name=both, roles=frozenset(), acts_for=acts_for)

    def waiting(actor: Actor) -> list[str]:
        told = minor.get("enrolment", "/documents/waiting", actor).get_json()["items"]
        return [each["kind"] for each in told]

    id_ = minor.document("enrolment", "decision_admission")["id"]
    assert waiting(HEAD) == waiting(place("admissions")) == ["decision_admission"]
    assert waiting(place("attestations")) == []
    assert minor.post("enrolment", f"/documents/{id_}/pdf", HEAD, json={"names": {}}).status_code == 200
    asked = {"as": "chef_etablissement", "how": "ecran"}
    refused = minor.post("enrolment", f"/documents/{id_}/signatures", place("attestations"), json=asked)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "documents.not_on_screen")
    answer = minor.post("enrolment", f"/documents/{id_}/signatures", place("admissions"), json=asked)
    assert answer.get_json()["signatures"][0]["name"] == "Paul Roy, par délégation de Hélène Roux"


def test_who_stands_in_for_the_referent_signs_as_the_referent_with_both_names(minor: Parcours) -> None:
    acts_for = ActsFor("absence", REFERENT.person_id, REFERENT.name)
    place = replace(OTHER_REFERENT, name="Inès Morel, en l’absence de Karim Benali", acts_for=acts_for)
    id_ = minor.document("enrolment", "projet")["id"]
    minor.post("enrolment", f"/documents/{id_}/pdf", place, json={"names": {}})
    assert sign(minor, OTHER_REFERENT, "referent", "ecran").status_code == 403
    answer = sign(minor, place, "referent", "ecran")
    assert answer.get_json()["signatures"][0]["name"] == "Inès Morel, en l’absence de Karim Benali"
