"""A move is one transaction: state, tasks, timers, messages and story are written together, or nothing is."""

import pytest
from sqlalchemy import func, select

from shared.bpmn import incident_store, store
from shared.bpmn.tables import incident
from shared.messaging import operators
from shared.messaging.tables import mailbox as mailbox_table
from shared.process.tables import jalon
from tests.process.support import CONSEILLER, REFERENT, STRANGER, House


def test_a_parcours_goes_from_side_to_side_to_its_end(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    assert house.pass_a_day() == 1
    house.mailbox.receive(house.answer(parcours_id))
    ended = house.parcours(parcours_id)
    assert (ended["status"], ended["end_element"], ended["position"]) == ("ended", "fin", [])


def test_what_is_thrown_leaves_by_the_outbox_with_its_declared_fields_only(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    with house.service.database.read() as look:
        (sent,) = house.transfers(look)
    assert (sent.type, sent.subject, dict(sent.data)) == ("essai.fait.v1", parcours_id, {"avis": "oui"})


def test_a_message_that_comes_early_waits_for_its_receiver(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.mailbox.receive(house.answer(parcours_id))
    assert house.parcours(parcours_id)["status"] == "running"
    house.pass_a_day()
    assert house.parcours(parcours_id)["status"] == "ended"


def test_the_same_message_twice_has_one_effect(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    for _ in range(2):
        house.mailbox.receive(house.answer(parcours_id, "the-same-id"))
    with house.service.database.read() as look:
        assert len(house.transfers(look)) == 1


def test_a_timer_fires_once_though_two_workers_look(house: House) -> None:
    house.up_to_the_timer()
    assert house.pass_a_day() == 1
    assert house.pass_a_day() == 0


def test_a_failed_operation_leaves_the_task_open_and_an_incident(house: House) -> None:
    house.fault = RuntimeError("Zoé Durand")
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    answer = house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    assert (answer.status_code, answer.get_json()["code"]) == (500, "process.incident")
    assert house.task(parcours_id, CONSEILLER)["name"] == "Donner un avis"
    assert house.parcours(parcours_id)["status"] == "incident"


def test_an_incident_says_where_and_never_of_whom(house: House) -> None:
    house.fault = RuntimeError("Zoé Durand")
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    with house.service.database.read() as look:
        (found,) = incident_store.open_incidents(look)
    assert (found.element_id, found.move, found.parcours_id) == ("verifier", "complete", parcours_id)
    assert "Zoé" not in f"{found.code} {found.detail}"


def test_a_move_that_succeeds_ends_the_incident(house: House) -> None:
    house.fault = RuntimeError()
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    house.fault = None
    assert house.complete(parcours_id, CONSEILLER, {"avis": "oui"}).status_code == 200
    assert house.parcours(parcours_id)["status"] == "running"
    with house.service.database.read() as look:
        assert incident_store.open_incidents(look) == []
        assert look.scalar(select(func.count()).select_from(incident)) == 1


def test_a_held_instance_rests_and_the_others_go_on(house: House) -> None:
    held, free = house.up_to_the_timer(), house.up_to_the_timer()
    _hold(house, held)
    assert house.pass_a_day() == 1
    assert [house.parcours(each)["position"][0]["element_id"] for each in (held, free)] == [
        "patienter",
        "attendre",
    ]


def test_a_message_for_nobody_is_kept_waiting(house: House) -> None:
    house.mailbox.receive(house.answer("0190a000-0000-7000-8000-000000000000"))
    with house.service.database.read() as look:
        assert look.scalar(select(mailbox_table.c.status)) == "waiting"


def test_a_message_for_a_parcours_that_has_ended_is_set_aside_for_an_operator(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    house.mailbox.receive(house.answer(parcours_id))
    with house.service.database.read() as look:
        (late,) = operators.in_retry(look)
    assert (late.subject, late.reason) == (parcours_id, "process.too_late")


def test_what_still_waits_for_a_parcours_is_closed_as_it_ends(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    parcours_id = house.up_to_the_timer()
    for _ in range(2):
        house.mailbox.receive(house.answer(parcours_id))
    house.pass_a_day()
    with house.service.database.read() as look:
        rows = look.execute(select(mailbox_table).order_by(mailbox_table.c.message_id)).all()
    assert {(row.status, row.envelope) for row in rows} == {("handled", None)}
    assert {row.reason for row in rows} == {None, "process.too_late"}
    assert "had no effect: process.too_late" in caplog.text


def test_nobody_sees_a_parcours_in_which_their_organisation_has_no_part(house: House) -> None:
    parcours_id = house.start()
    assert house.get(f"/parcours/{parcours_id}", STRANGER).status_code == 404
    assert house.get(f"/parcours/{parcours_id}", CONSEILLER).status_code == 404
    assert house.get("/parcours", STRANGER).get_json()["items"] == []


def test_the_partner_sees_nothing_of_what_is_the_lycees_alone(house: House) -> None:
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    seen = house.get(f"/parcours/{parcours_id}", CONSEILLER).get_data(as_text=True)
    assert "discret" not in seen
    assert "Noter le dossier" not in seen
    assert "discret" in house.get(f"/parcours/{parcours_id}", REFERENT).get_data(as_text=True)


def test_the_story_names_what_was_done_and_by_whom(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    told = [(entry["name"], entry["actor_name"]) for entry in house.parcours(parcours_id)["story"]]
    assert ("Noter le dossier", "Karim Benali") in told
    assert ("Donner un avis", "Samira Haddad") in told


def test_a_choice_is_told_by_its_label_and_not_by_its_code(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    told = {each["label"]: each["value"] for each in house.parcours(parcours_id)["variables"]}
    assert told["Avis"] == "Favorable"


def test_a_list_of_parcours_comes_in_pages(house: House) -> None:
    opened = [house.start() for _ in range(5)]
    seen: list[str] = []
    page = house.get("/parcours?limit=2", REFERENT).get_json()
    seen += [item["parcours_id"] for item in page["items"]]
    while page["next"]:
        page = house.get(f"/parcours?limit=2&after={page['next']}", REFERENT).get_json()
        seen += [item["parcours_id"] for item in page["items"]]
    assert seen == opened[::-1]


def test_parcours_can_be_asked_for_by_their_ids(house: House) -> None:
    first, _, third = (house.start() for _ in range(3))
    asked = house.get(f"/parcours?ids={first},{third}", REFERENT).get_json()["items"]
    assert [item["parcours_id"] for item in asked] == [third, first]
    assert house.get(f"/parcours?ids={first}", STRANGER).get_json()["items"] == []


def test_a_message_for_a_held_instance_waits(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    _hold(house, parcours_id)
    house.mailbox.receive(house.answer(parcours_id))
    assert house.parcours(parcours_id)["status"] == "incident"
    with house.service.database.read() as look:
        assert len(incident_store.open_incidents(look)) == 1


def _hold(house: House, parcours_id: str) -> str:
    """Put the instance of a parcours into incident, as a failed move would."""
    with house.service.database.begin() as tx:
        row = store.find(tx, "dossier", parcours_id)
        assert row is not None
        trouble = incident_store.Trouble(row.id, "patienter", "test", "", "fire")
        incident_store.record_incident(tx, f"incident-{parcours_id[-8:]}", trouble, house.clock.now())
    return str(row.id)


def test_a_milestone_is_noted_once_when_its_element_is_done_or_happens(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    assert _milestones(house) == [("note", "noter", None)]
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    assert _milestones(house) == [
        ("note", "noter", None),
        ("repondu", "attendre", None),
        ("fini", "fin", "oui"),
    ]


def _milestones(house: House) -> list[tuple[str, str, str | None]]:
    with house.service.database.read() as look:
        rows = look.execute(select(jalon.c.name, jalon.c.element_id, jalon.c.value).order_by(jalon.c.id))
        return [(row.name, row.element_id, row.value) for row in rows]
