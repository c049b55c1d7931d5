"""Taking tasks, doing them, refusing them."""

from datetime import date, timedelta
from decimal import Decimal

from tests.tasks.world import ADVISER, CLAIRE, CLERK, DENIS, HEAD, STRANGER, Town


def test_a_claimed_task_names_its_holder(town: Town) -> None:
    task = town.open()
    answer = town.claim(CLAIRE, task)
    assert answer.status_code == 200
    assert (answer.json["assignee"], answer.json["assignee_name"]) == (CLAIRE.person_id, "Claire Martin")
    assert answer.headers["ETag"] == '"2"'


def test_claiming_twice_is_answered_like_once(town: Town) -> None:
    task = town.open()
    assert town.claim(CLAIRE, task).json == town.claim(CLAIRE, task).json


def test_a_slower_colleague_learns_who_holds_the_task_and_since_when(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    answer = town.claim(DENIS, task)
    assert answer.status_code == 409
    assert answer.json["code"] == "tasks.held"
    assert answer.json["detail"] == "Prise par Claire Martin à 14 h 05."


def test_a_released_task_can_be_taken_by_a_colleague(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    released = town.call(CLAIRE, "POST", f"/tasks/{task}/release", version=2)
    assert (released.status_code, released.json["assignee"]) == (200, None)
    assert town.call(CLAIRE, "POST", f"/tasks/{task}/release", version=2).json == released.json
    assert town.claim(DENIS, task, version=3).status_code == 200


def test_only_the_holder_or_who_may_assign_releases(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    assert town.call(DENIS, "POST", f"/tasks/{task}/release", version=2).status_code == 403
    assert town.call(HEAD, "POST", f"/tasks/{task}/release", version=2).status_code == 200


def test_the_head_of_school_gives_a_task_to_a_substitute_who_may_then_do_it(town: Town) -> None:
    task = town.open()
    body = {"assignee": CLERK.person_id, "assignee_name": CLERK.name}
    given = town.call(HEAD, "POST", f"/tasks/{task}/assign", body, version=1)
    assert (given.status_code, given.json["assignee_name"]) == (200, "Sam Faure")
    assert town.complete(CLERK, task, version=2).status_code == 200


def test_a_colleague_without_the_power_assigns_nothing(town: Town) -> None:
    body = {"assignee": DENIS.person_id, "assignee_name": DENIS.name}
    answer = town.call(CLAIRE, "POST", f"/tasks/{town.open()}/assign", body, version=1)
    assert (answer.status_code, answer.json["code"]) == (403, "tasks.not_allowed_to_assign")


def test_a_completed_task_moves_the_process_with_typed_values(town: Town) -> None:
    task = town.open()
    values = {"lieu": " Lyon\u200b ", "debut_le": "1/10/26", "heures": "3,5"}
    answer = town.complete(CLAIRE, task, values=values)
    assert (answer.status_code, answer.json["status"]) == (200, "completed")
    assert answer.json["completed_by_name"] == "Claire Martin"
    assert town.process.outputs == [{"lieu": "Lyon", "debut_le": date(2026, 10, 1), "heures": Decimal("3.5")}]
    assert town.effects() == 1


def test_a_second_click_is_answered_like_the_first(town: Town) -> None:
    task = town.open()
    first, second = town.complete(CLAIRE, task), town.complete(CLAIRE, task)
    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert town.effects() == 1


def test_a_key_does_not_serve_another_request(town: Town) -> None:
    town.complete(CLAIRE, town.open())
    answer = town.complete(CLAIRE, town.open())
    assert (answer.status_code, answer.json["code"]) == (422, "tasks.key_reused")
    assert town.effects() == 1


def test_two_people_may_use_the_same_key(town: Town) -> None:
    assert town.complete(CLAIRE, town.open()).status_code == 200
    assert town.complete(DENIS, town.open()).status_code == 200


def test_a_colleagues_later_click_says_who_did_it_and_when(town: Town) -> None:
    task = town.open()
    town.complete(CLAIRE, task)
    town.clock.advance(timedelta(days=1))
    answer = town.complete(DENIS, task, key="other")
    assert (answer.status_code, answer.json["code"]) == (409, "tasks.already_done")
    assert answer.json["detail"] == "Déjà fait par Claire Martin le 15 septembre 2026 à 14 h 05."


def test_every_command_on_a_done_task_says_that_it_is_done(town: Town) -> None:
    task = town.open()
    town.complete(CLAIRE, task)
    for method, path, body in (
        ("POST", "claim", None),
        ("POST", "release", None),
        ("PUT", "draft", {"values": {}}),
        ("POST", "refuse", {"reason": "non"}),
    ):
        answer = town.call(DENIS, method, f"/tasks/{task}/{path}", body, version=2, key="k")
        assert (path, answer.status_code, answer.json["code"]) == (path, 409, "tasks.already_done")


def test_a_stale_page_is_told_to_reload(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    answer = town.complete(CLAIRE, task, version=1)
    assert (answer.status_code, answer.json["code"]) == (412, "tasks.stale")
    assert town.effects() == 0


def test_if_match_takes_the_version_as_a_strong_tag_among_others(town: Town) -> None:
    task = town.open()
    for tag, status in (('W/"1"', 412), ('"7", "8"', 412), ('"7", "1"', 200)):
        answer = town.call(CLAIRE, "POST", f"/tasks/{task}/claim", **{"If-Match": tag})
        assert (tag, answer.status_code) == (tag, status)


def test_commands_ask_for_the_version_that_was_read(town: Town) -> None:
    task = town.open()
    for method, path, body in (
        ("POST", "claim", None),
        ("POST", "release", None),
        ("POST", "assign", {"assignee": "x", "assignee_name": "y"}),
        ("POST", "complete", {"values": {}}),
        ("POST", "refuse", {"reason": "non"}),
        ("PUT", "draft", {"values": {}}),
    ):
        answer = town.call(CLAIRE, method, f"/tasks/{task}/{path}", body, key="k")
        assert (path, answer.status_code, answer.json["code"]) == (path, 428, "tasks.version_required")


def test_complete_and_refuse_ask_for_an_idempotency_key(town: Town) -> None:
    task = town.open()
    for key in (None, "", "é", "x" * 201, "a b"):
        answer = town.call(CLAIRE, "POST", f"/tasks/{task}/complete", {"values": {}}, version=1, key=key)
        assert (key, answer.status_code, answer.json["code"]) == (key, 400, "tasks.key_required")
    answer = town.call(CLAIRE, "POST", f"/tasks/{task}/refuse", {"reason": "non"}, version=1)
    assert answer.status_code == 400


def test_a_wrong_answer_is_said_beside_its_field_and_stores_nothing(town: Town) -> None:
    task = town.open()
    answer = town.complete(CLAIRE, task, values={"debut_le": "31/02/2026", "heures": "3,55"})
    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "lieu": ["Ce champ est obligatoire."],
        "debut_le": ["Ce n'est pas une date : écrivez par exemple 01/09/2026."],
        "heures": ["Au plus 1 chiffre(s) après la virgule."],
    }
    assert town.effects() == 0
    assert town.complete(CLAIRE, task).status_code == 200


def test_unknown_and_read_only_fields_are_refused_by_name(town: Town) -> None:
    answer = town.complete(CLAIRE, town.open(), values={"lieu": "Lyon", "eleve_nom": "X", "nir": "1"})
    assert answer.json["errors"] == {
        "eleve_nom": ["Ce champ ne se modifie pas ici."],
        "nir": ["Ce formulaire n'a pas de champ « nir »."],
    }


def test_a_task_held_by_a_colleague_is_not_completed(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    answer = town.complete(DENIS, task, version=2)
    assert (answer.status_code, answer.json["code"]) == (409, "tasks.held")


def test_another_role_of_the_organisation_does_not_work_on_the_task(town: Town) -> None:
    task = town.open()
    assert town.claim(CLERK, task).status_code == 403
    assert town.complete(CLERK, task).json["code"] == "tasks.not_yours"


def test_a_refusal_that_the_diagram_takes_closes_the_task(town: Town) -> None:
    town.process.refusable = True
    task = town.open()
    answer = town.call(
        CLAIRE, "POST", f"/tasks/{task}/refuse", {"reason": "Indisponible"}, version=1, key="k"
    )
    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")
    again = town.call(CLAIRE, "POST", f"/tasks/{task}/refuse", {"reason": "Indisponible"}, version=1, key="k")
    assert again.json == answer.json
    late = town.claim(DENIS, task)
    assert late.json["detail"] == "Cette tâche n'est plus à faire : le parcours a avancé à 14 h 05."


def test_a_refusal_without_a_way_gives_the_task_back_with_its_reason(town: Town) -> None:
    task = town.open()
    town.claim(CLAIRE, task)
    answer = town.call(
        CLAIRE, "POST", f"/tasks/{task}/refuse", {"reason": "Indisponible"}, version=2, key="k"
    )
    assert (answer.json["status"], answer.json["assignee"], answer.json["version"]) == ("open", None, 3)
    history = town.call(DENIS, "GET", f"/tasks/{task}").json["history"]
    assert [(line["event"], line["actor_name"], line["detail"]) for line in history] == [
        ("opened", None, None),
        ("claimed", "Claire Martin", None),
        ("refused", "Claire Martin", "Indisponible"),
    ]


def test_a_follow_up_day_is_set_and_cleared(town: Town) -> None:
    task = town.open()
    answer = town.call(CLAIRE, "PATCH", f"/tasks/{task}", {"follow_up_on": "2026-09-20"}, version=1)
    assert (answer.status_code, answer.json["follow_up_on"]) == (200, "2026-09-20")
    assert (
        town.call(CLAIRE, "PATCH", f"/tasks/{task}", {"follow_up_on": None}, version=2).json["follow_up_on"]
        is None
    )
    assert town.call(CLERK, "PATCH", f"/tasks/{task}", {"follow_up_on": None}, version=3).status_code == 403
    assert (
        town.call(CLAIRE, "PATCH", f"/tasks/{task}", {"follow_up_on": "20/9"}, version=3).status_code == 422
    )


def test_a_partner_and_a_stranger_change_nothing(town: Town) -> None:
    task = town.open()
    for method, path, body in (
        ("POST", "/claim", None),
        ("POST", "/release", None),
        ("POST", "/assign", {"assignee": "x", "assignee_name": "y"}),
        ("POST", "/complete", {"values": {"lieu": "Lyon"}}),
        ("POST", "/refuse", {"reason": "non"}),
        ("PUT", "/draft", {"values": {}}),
        ("PATCH", "", {"follow_up_on": None}),
    ):
        for actor, status in ((ADVISER, 403), (STRANGER, 404)):
            answer = town.call(actor, method, f"/tasks/{task}{path}", body, version=1, key="k")
            assert (path, actor.name, answer.status_code) == (path, actor.name, status)
    assert town.call(HEAD, "GET", f"/tasks/{task}").json["version"] == 1


def test_a_fault_in_the_process_leaves_everything_as_it_was_and_tells_nothing_personal(town: Town) -> None:
    task = town.open()
    town.process.fails = True
    answer = town.complete(CLAIRE, task)
    assert (answer.status_code, answer.json["code"]) == (500, "web.http_500")
    assert "Durand" not in answer.text
    assert "Traceback" not in answer.text
    town.process.fails = False
    assert town.complete(CLAIRE, task).status_code == 200


def test_a_task_without_form_is_completed_without_answers(town: Town) -> None:
    task = town.open(form=None)
    assert town.complete(CLAIRE, task, values={"lieu": "Lyon"}).status_code == 422
    assert town.complete(CLAIRE, task, values={}).status_code == 200
