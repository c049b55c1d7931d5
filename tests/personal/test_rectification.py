"""A name, a date of birth or an address is corrected in every parcours and service; rules are asked again."""

import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from shared.documents.signers import missing
from shared.documents.tables import document, template
from shared.ids import uuid7
from shared.parcours.rectification import consequences
from tests.personal.accompaniment import Accompaniment
from tests.personal.enrolment import CONSEILLER, OPERATOR, OTHER, REFERENT, SECRETARY, Enrolment, actor
from tests.support.databases import MakeDatabase

CORRECTED = "enrolment.identite_corrigee.v1"
ROW = "111111111KH;Planterose;Zoé;01/03/2008;2403341111;TPRO;0612000001;zoe@exemple.invalid;1 rue des Lilas;69123;"
REASON = "Erreur de saisie à l'inscription"


@pytest.fixture
def accompaniment(make_sqlite_database: MakeDatabase) -> Iterator[Accompaniment]:
    built = Accompaniment(make_sqlite_database)
    yield built
    built.service.database.dispose()


def rectify(enrolment: Enrolment, who: Any = SECRETARY, **fields: str) -> Any:
    pupil = enrolment.pupil("")
    return enrolment.post(f"/pupils/{pupil['id']}/rectify", who, {"corrected": fields, "reason": REASON})


def opened(enrolment: Enrolment) -> str:
    enrolment.imports(ROW)
    return enrolment.open(enrolment.pupil("Planterose")["id"])


def values_of(enrolment: Enrolment, parcours_id: str) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in enrolment.parcours(parcours_id)["variables"]}


def test_a_corrected_name_reaches_the_running_parcours_its_title_and_its_tasks(
    enrolment_on_both: Enrolment,
) -> None:
    parcours_id = opened(enrolment_on_both)
    answer = rectify(enrolment_on_both, family_name="Plantevigne")
    assert (answer.status_code, answer.get_json()["fields"]) == (200, ["nom de famille"])
    told = enrolment_on_both.parcours(parcours_id)
    assert "Plantevigne" in told["label"]
    assert {task["subject"] for task in told["tasks"]} == {told["label"]}
    assert values_of(enrolment_on_both, parcours_id)["eleve_nom"] == "Plantevigne"
    lines = [line for line in told["story"] if line["name"].startswith("Correction de la fiche")]
    assert [(line["name"], line["actor_name"]) for line in lines] == [
        ("Correction de la fiche de l’élève : nom.", "Nadia Cherif")
    ]
    pupil_id = enrolment_on_both.pupil("Plantevigne")["id"]
    sent = [(message.subject, message.data) for message in enrolment_on_both.sent(CORRECTED)]
    assert sent == [(subject, {"eleve_nom": "Plantevigne"}) for subject in (parcours_id, pupil_id)]
    assert enrolment_on_both.pupil("Plantevigne")["nom"] == "Plantevigne"


def test_a_correction_is_on_record_with_what_was_before_and_logs_have_no_value(
    enrolment: Enrolment, caplog: pytest.LogCaptureFixture
) -> None:
    opened(enrolment)
    with caplog.at_level(logging.DEBUG):
        rectify(enrolment, REFERENT, address="2 impasse des Planteurs", born_on="02/03/2008")
    assert "Planteurs" not in caplog.text
    pupil_id = enrolment.pupil("Planterose")["id"]
    record = enrolment.get(f"/pupils/{pupil_id}", SECRETARY).get_json()
    assert (record["address"], record["born_on"]) == ("2 impasse des Planteurs", "2008-03-02")
    (line,) = record["corrections"]
    assert (line["by"], line["fields"], line["reason"]) == (
        "Nadia Cherif", "date de naissance, adresse", REASON
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"born_on": "31/02/2008"}, "n'existe pas"),
        ({"family_name": ""}, "Il manque : nom de famille."),
        ({"family_name": "Pl4nte"}, "caractères qui ne sont pas ceux d'un nom"),
        ({"born_on": "01/03/2027"}, "dans l'avenir"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(
    enrolment: Enrolment, fields: dict[str, str], said: str
) -> None:
    enrolment.imports(ROW)
    answer = rectify(enrolment, **fields)
    assert answer.status_code == 422
    assert said in str(answer.get_json()["errors"])
    assert enrolment.sent(CORRECTED) == []


def test_what_is_right_already_is_refused(enrolment: Enrolment) -> None:
    enrolment.imports(ROW)
    assert rectify(enrolment, family_name="Planterose").get_json()["code"] == "rights.nothing_to_correct"


def test_only_people_of_the_pupils_own_lycee_correct_it(enrolment: Enrolment) -> None:
    enrolment.imports(ROW)
    assert rectify(enrolment, CONSEILLER, family_name="Autre").status_code == 403
    assert rectify(enrolment, actor("professeur_principal"), family_name="Autre").status_code == 403
    assert rectify(enrolment, actor("secretariat", OTHER), family_name="Autre").status_code == 404


def test_a_new_import_that_corrects_a_pupil_reaches_the_running_parcours(enrolment: Enrolment) -> None:
    parcours_id = opened(enrolment)
    enrolment.imports(ROW.replace("Planterose", "Plantevigne").replace("1 rue des Lilas", "9 rue des Lilas"))
    values = values_of(enrolment, parcours_id)
    assert (values["eleve_nom"], values["eleve_adresse"]) == ("Plantevigne", "9 rue des Lilas")
    assert enrolment.sent(CORRECTED)[0].data == {
        "eleve_nom": "Plantevigne",
        "eleve_adresse": "9 rue des Lilas",
    }
    enrolment.imports(ROW.replace("Planterose", "Plantevigne").replace("1 rue des Lilas", "9 rue des Lilas"))
    assert len(enrolment.sent(CORRECTED)) == 2  # the parcours, and the lists of workshops


def test_a_name_that_a_file_corrects_is_told_to_the_workshops_though_no_parcours_is_open(
    enrolment: Enrolment,
) -> None:
    enrolment.imports(ROW)
    enrolment.imports(ROW.replace("Zoé", "Zoë"))
    (message,) = enrolment.sent(CORRECTED)
    assert (message.subject, message.data) == (enrolment.pupil("Planterose")["id"], {"eleve_prenom": "Zoë"})


def test_contact_data_that_people_changed_in_the_parcours_stay_when_a_file_brings_others(
    enrolment: Enrolment,
) -> None:
    parcours_id = opened(enrolment)
    instance = enrolment.parcours(parcours_id)["instance_id"]
    body = {"reason": "Numéro donné au téléphone.", "values": {"eleve_telephone": "0699999999"}}
    assert enrolment.post(f"/operator/instances/{instance}/set-variables", OPERATOR, body).status_code == 200
    enrolment.imports(ROW.replace("0612000001", "0612000002"))
    assert values_of(enrolment, parcours_id)["eleve_telephone"] == "0699999999"
    assert enrolment.sent(CORRECTED) == []


def test_a_parcours_that_has_ended_has_the_right_name_too(enrolment: Enrolment) -> None:
    parcours_id = opened(enrolment)
    enrolment.cancels(parcours_id)
    before = enrolment.parcours(parcours_id)
    rectify(enrolment, family_name="Plantevigne")
    after = enrolment.parcours(parcours_id)
    assert "Plantevigne" in after["label"]
    assert [after[name] for name in ("ended_at", "end_kind", "status")] == [
        before[name] for name in ("ended_at", "end_kind", "status")
    ]


def test_the_other_services_are_corrected_by_message(accompaniment: Accompaniment) -> None:
    parcours_id = accompaniment.entrusted(
        eleve_nom="Planterose", eleve_prenom="Zoé", eleve_ne_le="2008-03-01"
    )
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_nom": "Plantevigne", "eleve_inconnu": "x"})
    assert accompaniment.variables(parcours_id)["eleve_nom"] == "Plantevigne"
    assert all("Plantevigne" in subject for subject in accompaniment.subjects(parcours_id))
    assert accompaniment.told(parcours_id) == ["Correction de la fiche de l’élève : nom."]
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_nom": "Plantevigne"})
    assert len(accompaniment.told(parcours_id)) == 1


def test_a_service_that_does_not_know_the_parcours_keeps_nothing(accompaniment: Accompaniment) -> None:
    accompaniment.receive(uuid7(), CORRECTED, {"eleve_nom": "Plantevigne"})
    with accompaniment.service.database.read() as look:
        rows = look.exec_driver_sql("SELECT status, envelope FROM mailbox").all()
    assert [tuple(row) for row in rows] == [("handled", None)]


def test_an_adult_who_was_a_minor_after_all_needs_a_parents_signature(accompaniment: Accompaniment) -> None:
    """R16, R26: the rules are asked again, and people read what follows."""
    parcours_id = accompaniment.entrusted(eleve_ne_le="2007-03-01")
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_ne_le": "2009-03-01"})
    (line,) = accompaniment.told(parcours_id)
    assert line == (
        "Correction de la fiche de l’élève : date de naissance. D’après la date corrigée, l’élève est mineur "
        "jusqu’au 01/03/2027 : son responsable légal signe avec lui, et l’obligation de formation s’applique."
    )


def test_a_minor_who_was_an_adult_after_all_closes_the_parents_access(accompaniment: Accompaniment) -> None:
    """R39."""
    parcours_id = accompaniment.entrusted(eleve_ne_le="2009-03-01")
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_ne_le": "2007-03-01"})
    assert "majeur depuis le 01/03/2025" in accompaniment.told(parcours_id)[0]


def test_the_18th_birthday_that_is_awaited_follows_the_date_of_birth(accompaniment: Accompaniment) -> None:
    """R16, R26, R39: also when it seemed to be over, and when it is over after all."""
    parcours_id = accompaniment.entrusted(eleve_ne_le="2007-03-01")
    assert accompaniment.awaited_on(parcours_id, "dix_huit_ans") == []
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_ne_le": "2008-11-20"})
    assert accompaniment.awaited_on(parcours_id, "dix_huit_ans") == [date(2026, 11, 20)]
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_ne_le": "2007-11-20"})
    assert accompaniment.awaited_on(parcours_id, "dix_huit_ans") == []


def test_the_date_from_which_a_file_may_be_sent_follows_the_date_of_birth(enrolment: Enrolment) -> None:
    """R36."""
    enrolment.imports(ROW)
    rectify(enrolment, born_on="01/03/2011")
    assert enrolment.pupil("Planterose")["sendable_from"] == "2027-03-01"


def test_under_16_after_all_is_told_though_no_fiche_has_left(enrolment: Enrolment) -> None:
    """R36: from which day the fiche may be sent; it has left in none of the lycée's parcours."""
    parcours_id = opened(enrolment)
    answer = rectify(enrolment, born_on="01/03/2011").get_json()
    said = "n’aura 16 ans que le 01/03/2027 : sa fiche de liaison ne part pas avant ce jour."
    assert any(said in each for each in answer["told"])
    assert any(said in line["name"] for line in enrolment.parcours(parcours_id)["story"])
    assert not any("16 ans" in said for said in rectify(enrolment, born_on="01/03/2009").get_json()["told"])


@pytest.mark.parametrize(
    "known", [{"fiche_envoyee_le": date(2026, 9, 7)}, {"reprise": True, "entree_le": date(2026, 9, 7)}]
)
def test_under_16_after_all_with_the_fiche_gone_is_told_to_the_mission_locale(known: dict[str, Any]) -> None:
    """R36: a parcours that began on paper has no fiche, and a Mission Locale all the same."""
    told = consequences(date(2008, 3, 1), date(2011, 3, 1), known, date(2026, 10, 12))
    assert "rights.now_under_16" in {reason.code for reason in told}
    assert "rights.now_under_16" not in {
        reason.code for reason in consequences(date(2008, 3, 1), date(2010, 3, 1), known, date(2026, 10, 12))
    }


def test_who_must_sign_a_document_goes_by_the_corrected_age(accompaniment: Accompaniment) -> None:
    """R16: the document itself stays as it was made."""
    parcours_id = accompaniment.entrusted(eleve_ne_le="2007-03-01")
    with accompaniment.service.database.begin() as tx:
        tx.execute(insert(template).values(hash="h" * 64, files={}))
        made = {
            "id": "d" * 36, "parcours_id": parcours_id, "instance_id": "i" * 36, "kind": "avenant", "rank": 1,
            "number": "AVE-1", "title": "Avenant", "side": "both", "element_id": "x", "made_by": "p",
            "made_at": accompaniment.clock.now(), "made_by_name": "Karim Benali", "template": "h" * 64,
            "content": {"cites": {}}, "people": {}, "born_on": date(2007, 3, 1),
            "signers": {"mineur": ["eleve", "responsable_legal"], "majeur": ["eleve"]},
        }  # fmt: skip
        tx.execute(insert(document).values(made))
    accompaniment.receive(parcours_id, CORRECTED, {"eleve_ne_le": "2009-03-01"})
    with accompaniment.service.database.read() as look:
        row = look.execute(select(document)).one()
    assert missing(row, [], accompaniment.clock.today()) == ["eleve", "responsable_legal"]
    assert row.content == {"cites": {}}
