"""Likely duplicates are proposed, merged by a person only, and their history is kept (R42)."""

from typing import Any

import pytest
from sqlalchemy import select

from services.enrolment.rights.tables import merge, told_apart
from tests.personal.enrolment import DPO, OTHER, REFERENT, SECRETARY, Enrolment, actor
from tests.support.at_once import both

HEADER = "INE;Nom;Prénom;Date de naissance;MEF;Classe;Téléphone"
FIRST = "111111111KH;Planterose;Zoé;01/03/2008;2403341111;TPRO;"
SECOND = "222222222KH;PLANTEROSE;Zoe;01/03/2008;2403341111;TPRO;0612000001"
THIRD = "333333333KH;Quévremont;Ugo;01/03/2008;2403341111;TPRO;"


@pytest.fixture
def twins(enrolment: Enrolment) -> tuple[str, str]:
    """Two records of one name and date of birth: ids by INE."""
    enrolment.imports(FIRST, SECOND, THIRD, header=HEADER)
    return enrolment.pupil("111111111KH")["id"], enrolment.pupil("222222222KH")["id"]


@pytest.fixture
def twins_on_both(enrolment_on_both: Enrolment) -> tuple[str, str]:
    """The same, on SQLite and on PostgreSQL."""
    enrolment_on_both.imports(FIRST, SECOND, THIRD, header=HEADER)
    return enrolment_on_both.pupil("111111111KH")["id"], enrolment_on_both.pupil("222222222KH")["id"]


def pairs(enrolment: Enrolment, who: Any = SECRETARY) -> list[set[str]]:
    items = enrolment.get("/pupils/duplicates", who).get_json()["items"]
    return [{each["first"]["id"], each["second"]["id"]} for each in items]


def merges(enrolment: Enrolment, kept: str, gone: str, who: Any = SECRETARY) -> Any:
    return enrolment.post("/pupils/duplicates/merge", who, {"kept": kept, "gone": gone})


def names(enrolment: Enrolment) -> list[str]:
    found = enrolment.post("/pupils/search", SECRETARY, {"text": ""}).get_json()["items"]
    return [each["nom"] for each in found]


def test_a_likely_pair_is_proposed_and_never_merged_silently(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    assert pairs(enrolment) == [set(twins)]
    enrolment.imports(FIRST, SECOND, THIRD, header=HEADER)
    assert names(enrolment) == ["Planterose", "PLANTEROSE", "Quévremont"]


def test_a_person_confirms_and_the_record_that_stays_takes_what_it_lacks(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    assert merges(enrolment, *twins).status_code == 200
    assert names(enrolment) == ["Planterose", "Quévremont"]
    assert enrolment.get(f"/pupils/{twins[0]}", SECRETARY).get_json()["phone"] == "0612000001"
    with enrolment.service.database.read() as look:
        row = look.execute(select(merge)).one()
    assert (row.kept_id, row.gone_id, row.gone["ine"], row.actor_name) == (
        *twins,
        "222222222KH",
        "Nadia Cherif",
    )
    assert pairs(enrolment) == []


def test_a_file_that_brings_the_merged_record_again_changes_nothing(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    merges(enrolment, *twins)
    result = enrolment.imports(SECOND, THIRD, header=HEADER)
    assert (result["created"], result["refused"]) == (0, [])
    again = enrolment.imports(SECOND, THIRD, header=HEADER)
    assert (again["updated"], again["unchanged"]) == (0, 2)
    assert enrolment.pupil("111111111KH")["id"] == twins[0]


def test_a_pair_that_is_not_the_same_is_proposed_no_more(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    body = {"first": twins[1], "second": twins[0]}
    for _ in range(2):
        assert enrolment.post("/pupils/duplicates/apart", SECRETARY, body).status_code == 200
    assert pairs(enrolment) == []
    assert len(names(enrolment)) == 3


def test_a_merge_that_would_take_away_a_running_parcours_is_refused_and_says_what_to_do(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    parcours_id = enrolment.open(twins[1])
    answer = merges(enrolment, *twins)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rights.merge_running")
    assert "gardez celle-là" in answer.get_json()["detail"]
    assert merges(enrolment, twins[1], twins[0]).status_code == 200
    assert enrolment.parcours(parcours_id)["status"] == "running"


def test_two_parcours_of_one_campagne_are_for_people_to_sort_out(
    enrolment_on_both: Enrolment, twins_on_both: tuple[str, str]
) -> None:
    """Once the doubled one was stopped they merge, either way; what runs is the pupil's, the other is kept with it."""
    enrolment, (first, second) = enrolment_on_both, twins_on_both
    kept, doubled = enrolment.open(first), enrolment.open(second)
    answer = merges(enrolment, first, second)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rights.merge_same_campagne")
    assert "2026-2027" in answer.get_json()["detail"]
    enrolment.cancels(doubled)
    assert merges(enrolment, second, first).get_json()["code"] == "rights.merge_running"
    assert merges(enrolment, first, second).status_code == 200
    told = enrolment.pupil("Planterose")
    assert (told["parcours_id"], told["earlier"], told["can_open"]) == (kept, [doubled], False)
    assert enrolment.open(first) == kept


def test_a_parcours_that_has_ended_goes_over_and_is_erased_with_the_person(
    enrolment: Enrolment, twins: tuple[str, str]
) -> None:
    parcours_id = enrolment.open(twins[1])
    enrolment.cancels(parcours_id)
    enrolment.relays()
    merges(enrolment, *twins)
    (found,) = enrolment.post("/dpo/persons", DPO, {"text": "Planterose"}).get_json()["items"]
    assert found["parcours"] == [parcours_id]
    subject = enrolment.get(f"/dpo/persons/{twins[0]}", DPO).get_json()
    assert subject == {"pupils": list(twins), "parcours": [parcours_id]}
    asked = enrolment.post("/dpo/erasures", DPO, {"pupil_id": twins[0]}).get_json()
    assert enrolment.sent("enrolment.effacement_demande.v1")[0].data["eleves"] == list(twins)
    for service in ("accompaniment", "bilan"):
        enrolment.answers(service, asked["erasure_id"])
    with enrolment.service.database.read() as look:
        assert look.execute(select(merge)).all() == []


def test_only_those_who_import_see_and_merge(enrolment: Enrolment, twins: tuple[str, str]) -> None:
    assert enrolment.get("/pupils/duplicates", REFERENT).status_code == 403
    assert merges(enrolment, *twins, who=REFERENT).status_code == 403
    other = actor("secretariat", OTHER)
    assert pairs(enrolment, other) == []
    assert merges(enrolment, *twins, who=other).status_code == 404


def test_two_records_that_are_told_apart_twice_at_one_instant_are_so_once(
    enrolment_on_both: Enrolment, twins_on_both: tuple[str, str]
) -> None:
    pair, database = (
        dict(zip(("first", "second"), twins_on_both, strict=True)),
        enrolment_on_both.service.database,
    )

    def click() -> int:
        return enrolment_on_both.post("/pupils/duplicates/apart", SECRETARY, pair).status_code

    assert both(database, told_apart.name, (click, click)) == [200, 200]
    with database.read() as look:
        assert len(look.execute(select(told_apart)).all()) == 1
