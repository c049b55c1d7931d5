"""What enrolment gives to AvenirPro and takes from it: classes of the lycée's file (R35), proposals of pupils (R33)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from services.enrolment import handlers
from services.enrolment.avenirpro.holdings import PROPOSAL_HOLDINGS
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process.personal import Subject
from tests.services.test_enrolment_api import CONSEILLER, LYCEE, OPENER, OTHER, SECRETARY, Enrolment, _actor
from tests.support.databases import MakeDatabase

CYCLE = "0199a0f2-0000-7000-8000-00000000000c"
LATER = "0199a0f2-0000-7000-8000-00000000000d"


@pytest.fixture
def enrolment(make_sqlite_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_sqlite_database)
    built.import_file("eleves_siecle.xml")
    yield built
    built.service.database.dispose()


def get(enrolment: Enrolment, actor: Any, path: str) -> Any:
    headers = {"Authorization": f"Bearer {enrolment.signer.sign(actor, 'enrolment')}"}
    return enrolment.client.get(path, headers=headers)


def propose(enrolment: Enrolment, pupils: list[str], uai: str = LYCEE, cycle: str = CYCLE) -> Handling:
    service = enrolment.service
    told = [
        {
            "eleve_id": id_, "intention": "emploi", "accord_le": date(2026, 3, 5), "telephone": "0612345678",
            "courriel": None,
        }
        for id_ in pupils
    ]  # fmt: skip
    data = {"lycee": uai, "campagne": "2025-2026", "dispositif": "AvenirPro", "eleves_proposes": told}
    envelope = Envelope(
        id=service.ids(), type="accompaniment.eleves_proposes.v1", source="accompaniment", subject=cycle,
        time=service.clock.now(), data=data,
    )  # fmt: skip
    with service.database.begin() as tx:
        return handlers.take_proposals(tx, envelope, service.processes)


def test_the_classes_of_the_lycees_file_are_listed_with_their_pupils(enrolment: Enrolment) -> None:
    classes = {
        each["classe"]: each["eleves"] for each in get(enrolment, SECRETARY, "/classes").get_json()["items"]
    }
    assert classes
    name, count = next(iter(classes.items()))
    found = enrolment.post("/classes/pupils", SECRETARY, json={"classes": [name]}).get_json()["items"]
    assert (len(found), {each["classe"] for each in found}) == (count, {name})
    assert found[0].keys() == {"id", "nom", "prenom", "classe"}


def test_a_lycee_lists_no_other_ones_classes(enrolment: Enrolment) -> None:
    assert get(enrolment, _actor(OTHER, "professeur_principal"), "/classes").get_json() == {"items": []}


@pytest.mark.parametrize("path", ["/classes", "/proposals"])
def test_a_mission_locale_reads_neither_classes_nor_proposals(enrolment: Enrolment, path: str) -> None:
    assert get(enrolment, CONSEILLER, path).status_code == 403


def test_a_proposed_pupil_is_shown_to_who_may_open_a_parcours(enrolment: Enrolment) -> None:
    pupil = enrolment.pupils("Aubépine")[0]
    assert propose(enrolment, [pupil["id"]]) == Handling.HANDLED
    [told] = get(enrolment, OPENER, "/proposals").get_json()["items"]
    assert (told["nom"], told["intention"], told["phone"], told["parcours_id"]) == (
        pupil["nom"], "emploi", "0612345678", None,
    )  # fmt: skip
    tasks = get(enrolment, OPENER, "/tasks?scope=mine").get_json()["items"]
    assert [task["element_id"] for task in tasks] == ["examiner_propositions"]
    assert get(enrolment, SECRETARY, "/proposals").status_code == 403


def test_a_pupil_of_another_lycee_is_not_taken(enrolment: Enrolment) -> None:
    propose(enrolment, [enrolment.pupils("Aubépine")[0]["id"]], OTHER)
    assert get(enrolment, _actor(OTHER, "referent_decrochage"), "/proposals").get_json() == {"items": []}


def test_what_was_proposed_is_kept_in_one_table_which_an_erasure_empties(enrolment: Enrolment) -> None:
    """R40."""
    pupil = enrolment.pupils("Aubépine")[0]["id"]
    propose(enrolment, [pupil])
    with enrolment.service.database.begin() as tx:
        assert [holding.erase(tx, Subject((pupil,), ())) for holding in PROPOSAL_HOLDINGS] == [1]
    shown = get(enrolment, OPENER, f"/parcours/{CYCLE}").get_json()
    assert "0612345678" not in str(shown)
    assert get(enrolment, OPENER, "/proposals").get_json() == {"items": []}


@pytest.mark.parametrize("both", [False, True])
def test_a_merge_of_two_records_keeps_the_proposal_whichever_comes_first(
    enrolment: Enrolment, both: bool
) -> None:
    """R33, R42."""
    kept, gone = (each["id"] for each in enrolment.pupils()[:2])
    propose(enrolment, [kept, gone] if both else [gone])
    merged = enrolment.post("/pupils/duplicates/merge", SECRETARY, json={"kept": kept, "gone": gone})
    assert merged.status_code == 200
    shown = get(enrolment, OPENER, "/proposals").get_json()["items"]
    assert [each["pupil_id"] for each in shown] == [kept]
    propose(enrolment, [gone, kept] if both else [gone], cycle=LATER)
    shown = get(enrolment, OPENER, "/proposals").get_json()["items"]
    assert [each["pupil_id"] for each in shown] == [kept, kept]
