"""A draft that two people fill in: field by field, by what each of them had read (ADR 31)."""

from typing import Any

import pytest

from shared.identity import Actor
from shared.merging import mark
from tests.tasks.world import CLAIRE, DENIS, Reply, Town

EMPTY = {"lieu": mark(None), "heures": mark(None)}


def save(town: Town, actor: Actor, task: str, values: Any, read: Any, page: str | None = None) -> Reply:
    body = {"values": values, "read": read, **({"page": page} if page else {})}
    return town.call(actor, "PUT", f"/tasks/{task}/draft", body, version=1)


def kept(town: Town, task: str) -> Any:
    return town.call(CLAIRE, "GET", f"/tasks/{task}").json["draft"]


def test_what_only_one_of_two_has_changed_is_kept_of_each(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon", "heures": ""}, EMPTY)
    saved = save(town, DENIS, task, {"lieu": "", "heures": "2"}, EMPTY)
    assert saved.status_code == 200
    assert (saved.json["taken"], saved.json["disputed"]) == (["lieu"], [])
    assert kept(town, task) == {"lieu": "Lyon", "heures": "2"}


def test_what_both_have_changed_stays_as_it_was_saved_first_and_is_told(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon", "heures": ""}, EMPTY)
    saved = save(town, DENIS, task, {"lieu": "Bron", "heures": "2"}, EMPTY).json
    assert (saved["disputed"], saved["draft_by_name"]) == (["lieu"], "Claire Martin")
    assert kept(town, task) == {"lieu": "Lyon", "heures": "2"}
    chosen = save(
        town, DENIS, task, {"lieu": "Bron", "heures": "2"}, {"lieu": mark("Lyon"), "heures": mark("2")}
    )
    assert chosen.json["disputed"] == []
    assert kept(town, task) == {"lieu": "Bron", "heures": "2"}


def test_a_page_that_did_not_hear_the_answer_has_no_dispute_with_itself(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Ly"}, EMPTY, page="a")
    again = save(town, CLAIRE, task, {"lieu": "Lyon"}, EMPTY, page="a")
    assert again.json["disputed"] == []
    assert kept(town, task) == {"lieu": "Lyon"}


def test_a_page_that_did_not_hear_of_a_colleagues_answer_does_not_write_over_it(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon", "heures": ""}, EMPTY, page="a")
    for _ in range(2):
        save(town, DENIS, task, {"lieu": "", "heures": "2"}, EMPTY, page="b")
    assert kept(town, task) == {"lieu": "Lyon", "heures": "2"}
    for _ in range(2):
        save(town, CLAIRE, task, {"lieu": "Lyon 3", "heures": ""}, EMPTY, page="a")
    assert kept(town, task) == {"lieu": "Lyon", "heures": "2"}, (
        "what was disputed is not taken on the second try"
    )


def test_the_same_text_sent_by_a_browser_is_no_change(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon\nBron"}, EMPTY)
    saved = save(town, DENIS, task, {"lieu": "Lyon\r\nBron "}, {"lieu": mark("x")})
    assert (saved.json["taken"], saved.json["disputed"]) == ([], [])


def test_what_a_page_has_no_field_for_stays_in_the_draft(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon", "debut_le": "1/9"}, EMPTY)
    save(town, CLAIRE, task, {"lieu": "Bron"}, {"lieu": mark("Lyon")})
    assert kept(town, task) == {"lieu": "Bron", "debut_le": "1/9"}


@pytest.mark.parametrize("theirs", [{"lieu": "Lyon", "heures": "3"}, {"lieu": "Bron", "heures": "2"}])
def test_a_task_is_not_completed_over_a_colleagues_answer_that_was_not_shown(
    town: Town, theirs: dict[str, str]
) -> None:
    task = town.open()
    mine = {"lieu": "Lyon", "heures": "2"}
    save(town, CLAIRE, task, theirs, EMPTY)
    body = {"values": mine, "read": EMPTY}
    refused = town.call(DENIS, "POST", f"/tasks/{task}/complete", body, version=1, key="k")
    assert (refused.status_code, refused.json["code"]) == (409, "tasks.draft_changed")
    assert "Claire Martin" in refused.json["detail"]
    assert town.effects() == 0
    seen = {"values": mine, "read": {key: mark(value) for key, value in theirs.items()}}
    assert town.call(DENIS, "POST", f"/tasks/{task}/complete", seen, version=1, key="k").status_code == 200


def test_what_a_page_showed_and_does_not_send_is_an_empty_answer_to_compare(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon", "heures": "3"}, EMPTY)
    body = {"values": {"lieu": "Lyon"}, "read": {"lieu": mark("Lyon"), "heures": mark(None)}}
    refused = town.call(DENIS, "POST", f"/tasks/{task}/complete", body, version=1, key="k")
    assert (refused.status_code, refused.json["code"]) == (409, "tasks.draft_changed")
    assert town.effects() == 0
    body["read"] = {"lieu": mark("Lyon"), "heures": mark("3")}  # it was shown, and taken away
    assert town.call(DENIS, "POST", f"/tasks/{task}/complete", body, version=1, key="k").status_code == 200


@pytest.mark.parametrize("body", [{"read": []}, {"read": {}, "page": "x" * 37}, {"read": {"x" * 65: "1"}}])
def test_what_a_page_says_of_itself_has_a_shape(town: Town, body: dict[str, Any]) -> None:
    answer = town.call(CLAIRE, "PUT", f"/tasks/{town.open()}/draft", {"values": {}, **body}, version=1)
    assert answer.status_code == 422


def test_a_mark_that_is_no_mark_changes_nothing_silently(town: Town) -> None:
    task = town.open()
    save(town, CLAIRE, task, {"lieu": "Lyon"}, EMPTY)
    assert save(town, DENIS, task, {"lieu": "Bron"}, {"lieu": {"a": 1}}).json["disputed"] == ["lieu"]
