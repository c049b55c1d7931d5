"""What came before a task: told with it, to who may know it."""

from datetime import timedelta

from tests.tasks.world import ADVISER, CLAIRE, HEAD, NOW, Town

ML = {"organisation_kind": "mission_locale", "organisation": "ml-lyon", "role": "conseiller"}


def listed(town: Town, task_id: str) -> dict[str, object]:
    answer = town.call(CLAIRE, "GET", "/tasks?scope=organisation&told=why")
    items = answer.json["items"]
    return next(item for item in items if item["id"] == task_id)


def test_a_task_is_told_with_the_one_that_was_done_last_before_it_opened(town: Town) -> None:
    first = town.open(name="Mener l’entretien")
    second = town.open(name="Décider", objet="la suite")
    town.complete(CLAIRE, first)
    town.clock.advance(timedelta(hours=1))
    town.complete(CLAIRE, second, key="key-2")
    after = town.open(name="Signer", opened_at=town.clock.now())
    said = {
        "name": "Décider", "objet": "la suite", "at": "2026-09-15T13:05:00+00:00", "by": "Claire Martin",
        "kind": "lycee",
    }  # fmt: skip
    assert listed(town, after)["before"] == said
    assert town.call(CLAIRE, "GET", f"/tasks/{after}").json["before"] == said


def test_what_was_done_after_its_opening_or_in_another_parcours_is_not_what_came_before(town: Town) -> None:
    elsewhere = town.open(parcours_id="0190b5a0-0000-7000-8000-00000000cccc")
    town.complete(CLAIRE, elsewhere)
    later = town.open()
    early = town.open(opened_at=NOW - timedelta(days=1))
    town.complete(CLAIRE, later, key="key-2")
    assert listed(town, early)["before"] is None


def test_what_came_before_is_told_only_to_who_asks_why(town: Town) -> None:
    town.open()
    (item,) = town.call(CLAIRE, "GET", "/tasks").json["items"]
    assert "before" not in item


def test_a_partners_task_came_before_unless_it_is_private_to_its_side(town: Town) -> None:
    private = town.open(name="Note interne", side="ml", **ML)
    town.complete(ADVISER, private)
    assert listed(town, after := town.open())["before"] is None
    shared = town.open(name="Prendre en charge", **ML)
    town.complete(ADVISER, shared, key="key-2")
    assert listed(town, after)["before"] == {
        "name": "Prendre en charge", "objet": None, "at": NOW.isoformat(), "by": "Nadia Blanc",
        "kind": "mission_locale",
    }  # fmt: skip


def test_an_organisation_without_a_part_is_told_of_nothing_that_others_did(town: Town) -> None:
    town.complete(ADVISER, town.open(name="Prendre en charge", **ML))
    town.process.parties = frozenset({"ml-lyon"})
    assert listed(town, town.open())["before"] is None


def test_a_list_says_since_when_a_task_is_somebodys(town: Town) -> None:
    task = town.open()
    assert listed(town, task)["assigned_at"] is None
    town.clock.advance(timedelta(hours=1))
    body = {"assignee": CLAIRE.person_id, "assignee_name": CLAIRE.name}
    town.call(HEAD, "POST", f"/tasks/{task}/assign", body, version=1)
    assert listed(town, task)["assigned_at"] == "2026-09-15T13:05:00+00:00"
