"""Who sees what: the owner, the partner, the stranger (R38, R12)."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from shared.identity import Actor, ActsFor
from tests.tasks.world import ADVISER, CLAIRE, CLERK, DENIS, HEAD, PARCOURS, STRANGER, Town

REDUCED = {"id", "parcours_id", "name", "organisation", "assignee", "assignee_name", "due_at", "status"}
ML_TASK = {"organisation_kind": "mission_locale", "organisation": "ml-lyon", "role": "conseiller"}


def ids(town: Town, actor: Actor, query: str) -> list[str]:
    answer = town.call(actor, "GET", f"/tasks?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_the_owner_sees_form_values_draft_comments_and_history(town: Town) -> None:
    answer = town.call(CLERK, "GET", f"/tasks/{town.open()}")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["form"]["id"] == "entretien"
    assert answer.json["values"] == {"eleve_nom": "Durand", "lieu": None, "debut_le": "2026-10-01"}
    assert answer.json["draft"] is None
    assert answer.json["subject"] == "Zoé Durand"


def test_a_partner_sees_name_holder_and_due_date_only(town: Town) -> None:
    task = town.open()
    answer = town.call(ADVISER, "GET", f"/tasks/{task}")
    assert set(answer.json) == REDUCED | {"comments"}
    assert "ETag" not in answer.headers
    (listed,) = town.call(ADVISER, "GET", f"/tasks?scope=parcours&parcours_id={PARCOURS}").json["items"]
    assert set(listed) == REDUCED


def test_a_stranger_learns_nothing_not_even_that_the_task_exists(town: Town) -> None:
    task = town.open()
    there = town.call(STRANGER, "GET", f"/tasks/{task}")
    nowhere = town.call(STRANGER, "GET", "/tasks/0190b5a0-0000-7000-8000-00000000ffff")
    assert there.status_code == nowhere.status_code == 404
    assert there.json == nowhere.json
    assert town.call(STRANGER, "GET", f"/tasks?scope=parcours&parcours_id={PARCOURS}").status_code == 404


def test_a_task_of_one_side_does_not_exist_for_the_other(town: Town) -> None:
    private = town.open(side="lycee")
    assert town.call(ADVISER, "GET", f"/tasks/{private}").status_code == 404
    assert town.call(ADVISER, "POST", f"/tasks/{private}/comments", {"text": "?"}).status_code == 404
    assert ids(town, ADVISER, f"scope=parcours&parcours_id={PARCOURS}") == []
    assert ids(town, CLAIRE, f"scope=parcours&parcours_id={PARCOURS}") == [private]


def test_my_tasks_are_mine_or_wait_for_one_of_my_roles(town: Town) -> None:
    waiting, for_denis, for_clerk = (
        town.open(),
        town.open(assignee=DENIS.person_id),
        town.open(role="secretariat"),
    )
    for_anyone, ml = town.open(role=None), town.open(**ML_TASK)
    assert ids(town, CLAIRE, "scope=mine") == [waiting, for_anyone]
    assert ids(town, DENIS, "scope=mine") == [waiting, for_denis, for_anyone]
    assert ids(town, CLERK, "scope=mine") == [for_clerk, for_anyone]
    assert ids(town, ADVISER, "scope=mine") == [ml]
    assert ids(town, STRANGER, "scope=mine") == []


def test_everyone_sees_the_tasks_of_their_own_organisation_and_no_other(town: Town) -> None:
    lycee, ml = town.open(), town.open(**ML_TASK)
    assert ids(town, CLERK, "scope=organisation") == [lycee]
    assert ids(town, ADVISER, "scope=organisation") == [ml]
    assert ids(town, STRANGER, "scope=organisation") == []


def test_an_organisation_of_the_same_code_but_another_kind_is_a_stranger(town: Town) -> None:
    twin = Actor(
        "0190b5a0-0000-7000-8000-000000000009", "X", "0690001A", "mission_locale", frozenset({"referent"})
    )
    task = town.open(side="lycee")
    assert town.call(twin, "GET", f"/tasks/{task}").status_code == 404
    assert ids(town, twin, "scope=mine") == []


@pytest.mark.parametrize(("author", "private"), list(product((CLAIRE, ADVISER), (True, False))))
def test_a_private_comment_stays_with_its_authors_organisation(
    town: Town, author: Actor, private: bool
) -> None:
    task = town.open()
    body = {"text": "Vu avec la famille", "private": private}
    assert town.call(author, "POST", f"/tasks/{task}/comments", body).status_code == 201
    for reader in (CLAIRE, HEAD, ADVISER):
        seen = [comment["text"] for comment in town.call(reader, "GET", f"/tasks/{task}").json["comments"]]
        is_near = reader.organisation_id == author.organisation_id
        assert seen == (["Vu avec la famille"] if is_near or not private else [])


def test_a_comment_names_its_author_and_a_second_click_writes_it_once(town: Town) -> None:
    task = town.open()
    for _ in range(2):
        town.call(CLAIRE, "POST", f"/tasks/{task}/comments", {"text": "Appelé"}, key="k")
    (comment,) = town.call(DENIS, "GET", f"/tasks/{task}").json["comments"]
    assert comment["author_name"] == "Claire Martin"
    assert comment["organisation"] == {"kind": "lycee", "id": "0690001A"}
    assert comment["private"] is False


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " \u200b"}, {"text": 3}, {"text": "x" * 4001}])
def test_a_comment_has_a_text(town: Town, body: dict[str, object]) -> None:
    answer = town.call(CLAIRE, "POST", f"/tasks/{town.open()}/comments", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["text"])


def test_a_draft_comes_back_as_typed_and_leaves_the_version(town: Town) -> None:
    task = town.open()
    values = {"lieu": "Ly", "debut_le": "1/", "heures": "beaucoup"}
    saved = town.call(CLAIRE, "PUT", f"/tasks/{task}/draft", {"values": values}, version=1)
    assert (saved.status_code, saved.json["version"]) == (200, 1)
    seen = town.call(CLAIRE, "GET", f"/tasks/{task}").json
    assert (seen["draft"], seen["draft_by_name"]) == (values, "Claire Martin")
    assert town.complete(CLAIRE, task).status_code == 200
    assert town.call(CLAIRE, "GET", f"/tasks/{task}").json["draft"] is None


def test_a_colleague_does_not_write_over_a_draft_but_may_take_the_task_with_it(town: Town) -> None:
    task = town.open()
    town.call(CLAIRE, "PUT", f"/tasks/{task}/draft", {"values": {"lieu": "Lyon"}}, version=1)
    refused = town.call(DENIS, "PUT", f"/tasks/{task}/draft", {"values": {}}, version=1)
    assert (refused.status_code, refused.json["code"]) == (409, "tasks.draft_held")
    assert "Claire Martin" in refused.json["detail"]
    town.claim(DENIS, task)
    assert town.call(DENIS, "GET", f"/tasks/{task}").json["draft"] == {"lieu": "Lyon"}
    assert town.call(DENIS, "PUT", f"/tasks/{task}/draft", {"values": {}}, version=2).status_code == 200


@pytest.mark.parametrize(
    "values", [{"nir": "1"}, {"eleve_nom": "X"}, {"lieu": {"a": 1}}, {"lieu": "x" * 10_001}]
)
def test_a_draft_holds_only_the_fields_of_its_form(town: Town, values: dict[str, object]) -> None:
    answer = town.call(CLAIRE, "PUT", f"/tasks/{town.open()}/draft", {"values": values}, version=1)
    assert (answer.status_code, list(answer.json["errors"])) == (422, list(values))


def acting(actor: Actor, giver: Actor, kind: Any, scope: str | None = None) -> Actor:
    """``actor`` in the place of ``giver``."""
    return replace(
        actor,
        name=f"{actor.name}, en l’absence de {giver.name}",
        roles=frozenset() if scope else giver.roles,
        acts_for=ActsFor(kind, giver.person_id, giver.name, scope),
    )


def test_who_stands_in_sees_the_tasks_of_the_absent_and_not_her_own(town: Town) -> None:
    denis, claire, clerk = (town.open(assignee=who.person_id, role=None) for who in (DENIS, CLAIRE, CLERK))
    office, free = town.open(role="secretariat"), town.open(role="referent")
    place = acting(CLERK, DENIS, "absence")
    assert ids(town, place, "scope=mine") == [denis, free]
    for task in (claire, clerk, office):
        assert town.complete(place, task).status_code in (403, 409)
    assert town.complete(place, denis).status_code == 200
    last = town.call(DENIS, "GET", f"/tasks/{denis}").json["history"][-1]
    assert (last["event"], last["actor"]) == ("completed", CLERK.person_id)
    assert last["actor_name"] == "Sam Faure, en l’absence de Denis Petit"


def test_what_is_claimed_for_the_absent_is_the_absent_s(town: Town) -> None:
    free = town.open()
    place = acting(CLERK, DENIS, "absence")
    told = town.claim(place, free)
    assert (told.json["assignee"], told.json["assignee_name"]) == (DENIS.person_id, "Denis Petit")
    assert ids(town, DENIS, "scope=mine") == [free]
    refused = town.call(CLERK, "POST", f"/tasks/{free}/release", version=2)
    assert refused.status_code == 403
    assert town.call(place, "POST", f"/tasks/{free}/release", version=2).status_code == 200


def test_a_private_note_of_who_stands_in_stays_with_the_side(town: Town) -> None:
    task = town.open()
    body = {"text": "Vu avec la famille", "private": True}
    assert (
        town.call(acting(CLERK, DENIS, "absence"), "POST", f"/tasks/{task}/comments", body).status_code == 201
    )
    assert town.call(ADVISER, "GET", f"/tasks/{task}").json["comments"] == []


def test_a_delegation_reaches_the_tasks_of_its_scope_and_no_other(town: Town) -> None:
    head = {"role": "chef_etablissement", "form": None}
    decide = town.open(element_id="decider_admission", **head)
    others = [
        town.open(element_id="conclure_convention", **head),
        town.open(element_id="decider_admission", assignee=CLAIRE.person_id, **head),
        town.open(element_id="decider_admission", role="secretariat"),
        town.open(role=None),
    ]
    place = acting(CLERK, HEAD, "delegation", "admissions")
    assert ids(town, place, "scope=mine") == [decide]
    for task in others:
        assert town.call(
            place, "POST", f"/tasks/{task}/complete", {"values": {}}, version=1, key=task
        ).status_code in (403, 409)
    body = {"assignee": CLAIRE.person_id, "assignee_name": "Claire"}
    assert town.call(place, "POST", f"/tasks/{decide}/assign", body, version=1).status_code == 403
    assert (
        town.call(place, "POST", f"/tasks/{decide}/complete", {"values": {}}, version=1, key="d").status_code
        == 200
    )


def test_support_reads_and_does_nothing(town: Town) -> None:
    task = town.open(assignee=DENIS.person_id)
    place = acting(CLERK, DENIS, "support")
    assert ids(town, place, "scope=mine") == [task]
    assert town.call(place, "GET", f"/tasks/{task}").status_code == 200
    for verb, body in (("claim", None), ("complete", {"values": {}}), ("comments", {"text": "x"})):
        refused = town.call(place, "POST", f"/tasks/{task}/{verb}", body, version=1, key=verb)
        assert (refused.status_code, refused.json["code"]) == (403, "identity.reading_only")


def test_who_acts_by_delegation_gives_back_only_what_is_in_its_scope(town: Town) -> None:
    asked = {"role": "chef_etablissement", "form": None, "assignee": HEAD.person_id}
    inside = town.open(element_id="designer_referent", **asked)
    outside = town.open(element_id="conclure_convention", **asked)
    place = acting(CLERK, HEAD, "delegation", "admissions")
    assert town.call(place, "POST", f"/tasks/{outside}/release", None, version=1).status_code in (403, 404)
    assert town.call(place, "POST", f"/tasks/{inside}/release", None, version=1).status_code == 200
