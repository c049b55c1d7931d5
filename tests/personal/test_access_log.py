"""Each reading by another organisation, and by operators, leaves one row an hour (R41); a note stays on its side."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.identity import ActsFor
from shared.ids import uuid7
from shared.process.personal.tables import access
from shared.process.service import TABLES
from tests.personal.enrolment import DPO
from tests.process.support import CONSEILLER, LYCEE, ML, OPERATOR, REFERENT, STRANGER, House
from tests.support.counted import statements
from tests.support.databases import MakeDatabase


@pytest.fixture
def house(make_database: MakeDatabase) -> Iterator[House]:
    built = House(make_database(TABLES))
    yield built
    built.service.database.dispose()


def rows(house: House) -> int:
    with house.service.database.read() as look:
        return look.scalar(select(func.count()).select_from(access)) or 0


def log_of(house: House, parcours_id: str, who: Any = REFERENT) -> list[tuple[str, str, str]]:
    items = house.get(f"/parcours/{parcours_id}/access", who).get_json()["items"]
    return [(each["person_name"], each["organisation"], each["what"]) for each in items]


def with_partner(house: House) -> str:
    """A parcours in which the Mission Locale has a part."""
    parcours_id = house.start()
    assert house.complete(parcours_id, REFERENT, {"secret": "discret"}).status_code == 200
    return parcours_id


def test_the_partners_reading_is_noted_once_an_hour_and_shown_to_the_lycee(house: House) -> None:
    parcours_id = with_partner(house)
    for _ in range(3):
        assert house.get(f"/parcours/{parcours_id}", CONSEILLER).status_code == 200
    assert log_of(house, parcours_id) == [("Samira Haddad", ML, "parcours")]
    house.clock.advance(timedelta(hours=1))
    house.get(f"/parcours/{parcours_id}", CONSEILLER)
    assert len(log_of(house, parcours_id)) == 2


def test_ones_own_organisation_leaves_no_row(house: House) -> None:
    parcours_id = with_partner(house)
    house.get(f"/parcours/{parcours_id}", REFERENT)
    task = house.task(parcours_id, CONSEILLER)
    house.get(f"/tasks/{task['id']}", CONSEILLER)
    assert rows(house) == 0


def test_a_task_that_is_the_partners_is_noted(house: House) -> None:
    parcours_id = with_partner(house)
    task = house.task(parcours_id, CONSEILLER)
    assert house.get(f"/tasks/{task['id']}", REFERENT).status_code == 200
    assert log_of(house, parcours_id, CONSEILLER) == [("Karim Benali", LYCEE, "task")]
    assert log_of(house, parcours_id, REFERENT) == []


def test_what_nobody_may_read_is_not_noted_as_read(house: House) -> None:
    parcours_id = with_partner(house)
    assert house.get(f"/parcours/{parcours_id}", STRANGER).status_code == 404
    assert house.get(f"/parcours/{parcours_id}/access", STRANGER).status_code == 404
    assert rows(house) == 0


def test_an_operators_look_is_noted(house: House) -> None:
    parcours_id = with_partner(house)
    assert house.get(f"/operator/instances/{house.instance_of(parcours_id)}", OPERATOR).status_code == 200
    assert log_of(house, parcours_id) == [("Paule Mercier", "system:operators", "operator")]


def test_what_support_looks_at_with_somebody_s_eyes_is_noted_also_within_that_organisation(
    house: House,
) -> None:
    parcours_id = with_partner(house)
    eyes = ActsFor("support", REFERENT.person_id, REFERENT.name)
    looking = replace(REFERENT, person_id="d-1", name="Dominique Aubry, assistance", acts_for=eyes)
    assert house.get(f"/parcours/{parcours_id}", looking).status_code == 200
    task = house.task(parcours_id, CONSEILLER)
    assert house.get(f"/tasks/{task['id']}", looking).status_code == 200
    for side in (REFERENT, CONSEILLER):
        assert ("Dominique Aubry, assistance", "plateforme", "support") in log_of(house, parcours_id, side)


def test_the_dpo_reads_the_log_and_an_export_is_in_it(house: House) -> None:
    parcours_id = with_partner(house)
    house.get(f"/parcours/{parcours_id}", CONSEILLER)
    subject = {"pupils": [], "parcours": [parcours_id]}
    assert house.post("/dpo/export", DPO, subject).status_code == 200
    items = house.post("/dpo/access", DPO, subject).get_json()["items"]
    assert {(each["person_name"], each["what"]) for each in items} == {
        ("Samira Haddad", "parcours"), ("Agathe Colin", "export"),
    }  # fmt: skip
    assert house.post("/dpo/access", REFERENT, subject).status_code == 403


def test_a_second_reading_within_the_hour_writes_nothing(house: House) -> None:
    parcours_id = with_partner(house)
    house.get(f"/parcours/{parcours_id}", CONSEILLER)
    with statements(house.service.database) as executed:
        house.get(f"/parcours/{parcours_id}", CONSEILLER)
    assert executed
    assert not [text for text, _ in executed if "INSERT" in text]


def test_a_page_of_parcours_is_written_in_one_statement(house: House) -> None:
    read = sorted(uuid7() for _ in range(50))
    house.service.accesses.parcours(CONSEILLER, read[0])
    with statements(house.service.database) as executed:
        house.service.accesses.many(CONSEILLER, [*read, read[1]])
        house.service.accesses.many(CONSEILLER, read)
        house.service.accesses.many(CONSEILLER, [])
    assert len([text for text, _ in executed if "INSERT" in text]) == 1
    assert rows(house) == 50


def test_a_private_note_is_read_on_its_own_side_only(house: House) -> None:
    """R38; it is in the person's export all the same (R41)."""
    parcours_id = with_partner(house)
    task = house.task(parcours_id, CONSEILLER)
    path = f"/tasks/{task['id']}"
    for who, text, private in (
        (CONSEILLER, "Hébergement fragile", True), (REFERENT, "Vu avec la famille", True), (REFERENT, "Bonjour", False),
    ):  # fmt: skip
        answer = house.post(f"{path}/comments", who, {"text": text, "private": private})
        assert answer.status_code == 201
    read = {
        who: [each["text"] for each in house.get(path, who).get_json()["comments"]]
        for who in (CONSEILLER, REFERENT)
    }
    assert read == {
        CONSEILLER: ["Hébergement fragile", "Bonjour"],
        REFERENT: ["Vu avec la famille", "Bonjour"],
    }
    export = house.post("/dpo/export", DPO, {"pupils": [], "parcours": [parcours_id]}).get_data(as_text=True)
    assert "Hébergement fragile" in export


def test_step_1_is_the_lycees_and_is_told_to_no_partner(house: House) -> None:
    """R12: what the diagram keeps for the lycée is in no answer to the Mission Locale."""
    parcours_id = with_partner(house)
    partner = house.get(f"/parcours/{parcours_id}", CONSEILLER).get_data(as_text=True)
    own = house.get(f"/parcours/{parcours_id}", REFERENT).get_data(as_text=True)
    assert "discret" in own
    assert "discret" not in partner
