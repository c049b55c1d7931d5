"""Repairs by an operator: one transaction each, on the record, tried out first, and clear to everybody else."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from shared.bpmn import incident_store
from shared.bpmn.tables import instance
from shared.messaging.tables import mailbox
from shared.process.tables import repair
from tests.process.support import ANSWER, CONSEILLER, OPERATOR, REFERENT, SECRET, House

WHY = "Doublon d’un autre dossier"


def _rows(house: House, table: Any) -> list[dict[str, Any]]:
    with house.service.database.read() as look:
        return [dict(row._mapping) for row in look.execute(select(table))]


def _state(house: House, instance_id: str) -> Any:
    with house.service.database.read() as look:
        return look.execute(select(instance).where(instance.c.id == instance_id)).one()


def _parcours(house: House, instance_id: str) -> str:
    return str(_state(house, instance_id).parcours_id)


def _held_before_the_timer(house: House) -> str:
    instance_id = house.instance_of(house.up_to_the_timer())
    with house.service.database.begin() as tx:
        trouble = incident_store.Trouble(instance_id, "patienter", "timer", "", "fire", "patienter")
        incident_store.record_incident(tx, "0190b5a0-0000-7000-8000-0000000000aa", trouble, house.clock.now())
    return instance_id


# retry


def test_a_retry_fires_the_timer_that_is_due(house: House) -> None:
    instance_id = _held_before_the_timer(house)
    assert house.pass_a_day() == 0
    told = house.repair(instance_id, "retry").get_json()
    assert (told["result"], told["status"], told["incidents"]) == ("done", "running", [])
    assert [place["element_id"] for place in told["position"]] == ["attendre"]


def test_a_retry_delivers_the_message_that_waits(house: House) -> None:
    instance_id = _held_before_the_timer(house)
    house.pass_a_day()
    house.mailbox.receive(house.answer(_parcours(house, instance_id)))
    told = house.repair(instance_id, "retry").get_json()
    assert (told["result"], told["status"], told["thrown"]) == ("done", "ended", ["essai.fait.v1"])


def test_a_retry_of_what_a_person_sent_says_that_it_has_to_be_sent_again(house: House) -> None:
    instance_id = house.held_at_the_check()
    told = house.repair(instance_id, "retry").get_json()
    assert (told["result"], told["status"]) == ("released", "running")
    assert "la personne dont la demande avait échoué doit la renvoyer" in told["note"]


def test_a_retry_that_fails_again_says_why_and_counts(failing_timer: House) -> None:
    house = failing_timer
    parcours_id = house.up_to_the_timer()
    house.fault = RuntimeError(SECRET)
    assert house.pass_a_day() == 0
    instance_id = house.instance_of(parcours_id)
    told = house.repair(instance_id, "retry").get_json()
    assert (told["result"], told["status"]) == ("failed", "incident")
    assert [(each["code"], each["attempts"]) for each in told["incidents"]] == [("operation_failed", 2)]
    house.fault = None
    assert house.repair(instance_id, "retry").get_json()["result"] == "done"


def test_a_retry_without_an_incident_is_refused(house: House) -> None:
    answer = house.repair(house.instance_of(house.start()), "retry")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "process.no_incident")


# variables


def test_a_corrected_variable_is_stored_and_told_by_its_kind(house: House) -> None:
    instance_id = house.held_at_the_check()
    assert house.repair(instance_id, "set-variables", values={"nom": "Zoé Dupont"}).status_code == 200
    parcours = house.parcours(_parcours(house, instance_id))
    assert {each["name"]: each["value"] for each in parcours["variables"]}["nom"] == "Zoé Dupont"
    (row,) = _rows(house, repair)
    assert row["before"] == {"scope": 0, "values": [{"name": "nom", "kind": "texte, 10 caractères"}]}
    assert (row["action"], row["reason"], row["actor_name"], row["via"]) == (
        "set-variables", "Panne signalée le matin", "Paule Mercier", "api",
    )  # fmt: skip


def test_a_held_instance_stays_held_until_it_is_tried_again(house: House) -> None:
    instance_id = house.held_at_the_check()
    assert house.repair(instance_id, "set-variables", values={"nom": "Z"}).get_json()["status"] == "incident"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"inconnue": 1}, "inconnue"), ({"echeance": "demain"}, "echeance"), ({"nom": 3, "avis": 4}, "avis")],
)
def test_an_unknown_name_or_a_wrong_type_is_refused_by_name(
    house: House, values: dict[str, Any], field: str
) -> None:
    instance_id = house.held_at_the_check()
    before = _state(house, instance_id)
    answer = house.repair(instance_id, "set-variables", values=values)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "process.values_refused")
    assert field in answer.get_json()["errors"]
    assert (_state(house, instance_id), _rows(house, repair)) == (before, [])


# tokens


def test_a_moved_token_takes_tasks_and_incident_with_it(house: House) -> None:
    instance_id = house.held_at_the_check()
    told = house.repair(instance_id, "move-token", source="donner_avis", target="patienter").get_json()
    assert [task["element_id"] for task in told["closed"]] == ["donner_avis"]
    assert [timer["element_id"] for timer in told["timers"]] == ["patienter"]
    assert (told["status"], told["incidents"]) == ("running", [])


def test_after_a_move_a_message_that_had_come_is_taken(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.mailbox.receive(house.answer(_parcours(house, instance_id)))
    told = house.repair(instance_id, "move-token", source="donner_avis", target="attendre").get_json()
    assert told["status"] == "ended"


@pytest.mark.parametrize(
    ("source", "target", "status", "code"),
    [
        ("noter", "fin", 409, "bpmn.repair_no_token"),
        ("donner_avis", "ailleurs", 422, "bpmn.repair_unknown_target"),
        ("donner_avis", "debut", 422, "bpmn.repair_target_takes_none"),
    ],
)
def test_a_senseless_move_is_refused_by_name(
    house: House, source: str, target: str, status: int, code: str
) -> None:
    answer = house.repair(house.held_at_the_check(), "move-token", source=source, target=target)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_move_that_fails_on_its_way_leaves_nothing(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.fault = RuntimeError(SECRET)
    before = _state(house, instance_id), house.incidents()
    answer = house.repair(instance_id, "move-token", source="donner_avis", target="verifier")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "process.repair_failed")
    assert "verifier" in answer.get_json()["detail"]
    assert ((_state(house, instance_id), house.incidents()), _rows(house, repair)) == (before, [])


# the end


def test_a_cancelled_parcours_has_ended_and_says_why_to_its_people(house: House) -> None:
    instance_id = house.held_at_the_check()
    told = house.repair(instance_id, "cancel", public_text=WHY).get_json()
    assert (told["status"], told["timers"], told["awaited"]) == ("ended", [], [])
    parcours = house.parcours(_parcours(house, instance_id))
    assert (parcours["status"], parcours["end_kind"], parcours["stopped"]) == ("ended", "cancelled", WHY)
    assert parcours["story"][-1]["name"] == f"Ce parcours a été arrêté par l’équipe technique : {WHY}"
    assert [task["status"] for task in parcours["tasks"]] == ["completed", "cancelled"]
    assert house.incidents() == []


def test_after_a_cancel_the_answer_says_who_may_wait_elsewhere(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.mailbox.receive(house.answer(_parcours(house, instance_id)))
    told = house.repair(instance_id, "cancel", public_text=WHY).get_json()
    assert told["elsewhere"] == {
        "never_sent": ["essai.fait.v1"], "still_leaving": [], "without_effect": ["partenaire.reponse.v1"],
    }  # fmt: skip
    with house.service.database.read() as look:
        assert house.transfers(look) == []


def test_a_parcours_that_came_to_its_end_is_told_from_one_that_was_stopped(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    ended = house.parcours(parcours_id)
    assert (ended["end_kind"], ended["stopped"]) == ("completed", None)


@pytest.mark.parametrize("action", ["set-variables", "move-token", "cancel", "retry"])
def test_nothing_is_repaired_in_a_parcours_that_has_ended(house: House, action: str) -> None:
    instance_id = house.held_at_the_check()
    house.repair(instance_id, "cancel", public_text=WHY)
    answer = house.repair(instance_id, action, **_body(action))
    assert answer.status_code == 409


def test_what_waited_for_a_cancelled_parcours_is_told_by_its_type_and_erased(house: House) -> None:
    instance_id = house.instance_of(house.up_to_the_timer())
    house.mailbox.receive(house.answer(_parcours(house, instance_id)))
    tried = house.repair(instance_id, "cancel", public_text=WHY, dry_run=True).get_json()
    assert [row["envelope"] is None for row in _rows(house, mailbox)] == [False]
    assert tried["elsewhere"]["without_effect"] == [ANSWER]
    house.repair(instance_id, "cancel", public_text=WHY)
    assert [(row["envelope"], row["reason"]) for row in _rows(house, mailbox)] == [
        (None, "process.cancelled")
    ]


def test_a_message_for_a_cancelled_parcours_is_set_aside(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.repair(instance_id, "cancel", public_text=WHY)
    house.mailbox.receive(house.answer(_parcours(house, instance_id)))
    assert house.seen(instance_id)["status"] == "ended"


# for all


@pytest.mark.parametrize("action", ["set-variables", "move-token", "cancel", "retry"])
def test_a_dry_run_says_what_would_happen_and_changes_nothing(house: House, action: str) -> None:
    instance_id = house.held_at_the_check()
    before = _state(house, instance_id), house.parcours(_parcours(house, instance_id)), house.incidents()
    tried = house.repair(instance_id, action, **_body(action), dry_run=True).get_json()
    after = _state(house, instance_id), house.parcours(_parcours(house, instance_id)), house.incidents()
    assert (after, _rows(house, repair)) == (before, [])
    done = house.repair(instance_id, action, **_body(action)).get_json()
    volatile = {"dry_run", "opened", "timers"}
    assert {k: v for k, v in tried.items() if k not in volatile} == {
        k: v for k, v in done.items() if k not in volatile
    }


@pytest.mark.parametrize("action", ["set-variables", "move-token", "cancel", "retry"])
def test_a_repair_needs_its_reason_in_words(house: House, action: str) -> None:
    instance_id = house.held_at_the_check()
    answer = house.repair(instance_id, action, **_body(action), reason="bref")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "process.words_missing")
    assert "reason" in answer.get_json()["errors"]


@pytest.mark.parametrize("action", ["set-variables", "move-token", "cancel", "retry"])
def test_nobody_but_an_operator_repairs(house: House, action: str) -> None:
    instance_id = house.held_at_the_check()
    for actor in (REFERENT, CONSEILLER):
        for id_ in (instance_id, "0190b5a0-0000-7000-8000-0000000000ff"):
            path = f"/operator/instances/{id_}/{action}"
            answer = house.post(path, actor, {"nonsense": 1})
            assert (answer.status_code, answer.get_json()["code"]) == (403, "identity.operator_only")


def test_a_repair_of_what_was_read_too_long_ago_is_refused(house: House) -> None:
    instance_id = house.held_at_the_check()
    moves = house.seen(instance_id)["moves"]
    assert house.complete(_parcours(house, instance_id), CONSEILLER, {"avis": "oui"}).status_code == 200
    answer = house.repair(instance_id, "cancel", public_text=WHY, moves=moves)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "process.moved_meanwhile")


def test_an_unknown_instance_is_404(house: House) -> None:
    assert house.repair("0190b5a0-0000-7000-8000-0000000000ff", "retry").status_code == 404


def test_people_read_of_a_correction_and_never_of_who_made_it_or_why(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.repair(instance_id, "set-variables", values={"nom": "Zoé Dupont"})
    house.repair(instance_id, "move-token", source="donner_avis", target="patienter")
    parcours_id = _parcours(house, instance_id)
    told = house.get(f"/parcours/{parcours_id}", REFERENT).get_data(as_text=True)
    assert told.count("Une correction a été faite par l’équipe technique.") == 2
    assert "Paule" not in told
    assert "Panne" not in told


def test_the_record_is_only_added_to(house: House) -> None:
    house.repair(house.held_at_the_check(), "retry")
    for change in (update(repair).values(reason="x"), delete(repair)):
        with pytest.raises(DBAPIError), house.service.database.begin() as tx:
            tx.execute(change)
    assert [row["reason"] for row in _rows(house, repair)] == ["Panne signalée le matin"]


def test_the_record_comes_by_pages_the_newest_first(house: House) -> None:
    instance_id = house.held_at_the_check()
    for name in ("A", "B", "C"):
        house.repair(instance_id, "set-variables", values={"nom": name})
    seen, path = [], "/operator/repairs?limit=2"
    page = house.get(path, OPERATOR).get_json()
    seen += [row["id"] for row in page["items"]]
    page = house.get(f"{path}&after={page['next']}", OPERATOR).get_json()
    seen += [row["id"] for row in page["items"]]
    assert (seen, page["next"]) == (sorted(seen, reverse=True), None)
    assert len(seen) == 3


def _body(action: str) -> dict[str, Any]:
    return {
        "set-variables": {"values": {"nom": "Zoé Dupont"}},
        "move-token": {"source": "donner_avis", "target": "patienter"},
        "cancel": {"public_text": WHY},
        "retry": {},
    }[action]
