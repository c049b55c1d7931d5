"""Running parcours go to a new version of their diagram: what people have begun stays, what cannot move stays whole."""

from tests.process.migrating import (
    ANSWERED_EARLY,
    FOR_THE_OTHER_SIDE,
    OTHER_FORM,
    OTHER_ROLE,
    OTHER_VARIABLE,
    RENAMED,
    UNSEEN,
    WITHOUT_CHECK,
    Moving,
    begun,
    post,
)
from tests.process.support import CONSEILLER, REFERENT, House

# what stays


def test_a_task_that_is_held_and_begun_stays_so_and_has_the_new_role(house: House, moving: Moving) -> None:
    parcours_id, task = begun(house)
    moving.release(OTHER_ROLE, RENAMED)
    assert moving.all()[1] == ["moved"]
    after = house.get(f"/tasks/{task['id']}", REFERENT).get_json()
    assert (after["assignee"], after["draft"]) == (REFERENT.person_id, {"secret": "à vérif"})
    assert (after["role"], after["id"]) == ("conseiller", task["id"])
    assert house.complete(parcours_id, REFERENT, {"secret": "discret"}).status_code == 200
    assert house.task(parcours_id, CONSEILLER)["name"] == "Rendre un avis"


def test_a_page_opened_before_is_told_to_read_again_when_it_is_no_longer_true(
    house: House, moving: Moving
) -> None:
    _, task = begun(house)
    moving.release(OTHER_ROLE)
    moving.all()
    answer = post(house, task, "complete", values={"secret": "discret"})
    assert (answer.status_code, answer.get_json()["code"]) == (412, "tasks.stale")


def test_a_page_opened_before_can_be_sent_when_nothing_of_it_has_changed(
    house: House, moving: Moving
) -> None:
    _, task = begun(house)
    moving.release(UNSEEN)
    moving.all()
    assert post(house, task, "complete", values={"secret": "discret"}).status_code == 200


def test_another_content_of_the_same_form_makes_the_page_old(house: House, moving: Moving) -> None:
    _, task = begun(house)
    moving.release(UNSEEN, forms=[("noter", '"label": "Note du lycée"', '"label": "Note interne"')])
    moving.all()
    assert post(house, task, "complete", values={"secret": "discret"}).status_code == 412


def test_a_task_that_was_done_is_read_with_the_form_of_its_time(house: House, moving: Moving) -> None:
    parcours_id, task = begun(house)
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    moving.release(OTHER_FORM, OTHER_VARIABLE)
    moving.all(variables={"secret": "note"})
    assert house.get(f"/tasks/{task['id']}", REFERENT).get_json()["form"]["id"] == "noter"


def test_what_was_told_on_an_older_version_is_still_told(house: House, moving: Moving) -> None:
    parcours_id = house.start()
    moving.release(('"debut"', '"commencer"'), (">debut<", ">commencer<"))
    moving.all()
    assert [line["name"] for line in house.parcours(parcours_id)["story"]] == ["Dossier ouvert"]


def test_a_timer_and_an_awaited_message_are_those_from_before(house: House, moving: Moving) -> None:
    waiting, answering = house.up_to_the_timer(), house.up_to_the_timer()
    house.pass_a_day()
    later = house.up_to_the_timer()
    before = moving.rows()
    moving.release(UNSEEN)
    assert moving.all()[1] == ["moved"] * 3
    after = moving.rows()
    assert (after["timer"], after["awaited_message"]) == (before["timer"], before["awaited_message"])
    for parcours_id in (waiting, answering):
        house.mailbox.receive(house.answer(parcours_id))
        assert house.parcours(parcours_id)["status"] == "ended"
    house.pass_a_day()
    house.mailbox.receive(house.answer(later))
    assert house.parcours(later)["status"] == "ended"


def test_a_message_that_came_early_is_taken_by_the_event_that_now_awaits_it(
    house: House, moving: Moving
) -> None:
    parcours_id = house.start()
    house.mailbox.receive(house.answer(parcours_id))
    moving.release(*ANSWERED_EARLY)
    migration_id, outcomes = moving.all()
    assert outcomes == ["moved"]
    told = [line["name"] for line in house.parcours(parcours_id)["story"]]
    assert told == ["Dossier ouvert", "Déjà répondu", "Réponse notée"]
    assert moving.undo(migration_id) == ["moved_since"]


def test_a_parcours_in_incident_moves_to_the_mended_version_and_goes_on(house: House, moving: Moving) -> None:
    house.fault = RuntimeError()
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    moving.release(*WITHOUT_CHECK)
    assert moving.all()[1] == ["moved"]
    assert house.parcours(parcours_id)["status"] == "incident"
    assert house.complete(parcours_id, CONSEILLER, {"avis": "oui"}).status_code == 200
    assert house.parcours(parcours_id)["status"] == "running"


# what keeps an instance where it is


def test_a_dry_run_says_what_would_become_of_each_and_writes_nothing(house: House, moving: Moving) -> None:
    house.start()
    house.up_to_the_timer()
    moving.release(
        ('"noter"', '"prendre_note"'), (">noter<", ">prendre_note<"), ('form="prendre_note"', 'form="noter"')
    )
    before = moving.rows()
    assert moving.reasons() == [("needs_mapping", "element_gone", "noter")]
    assert moving.reasons(elements={"noter": "prendre_note"}) == []
    assert moving.rows() == before
    assert moving.all()[1] == ["needs_mapping", "moved"]
    assert moving.all(elements={"noter": "prendre_note"})[1] == ["moved"]


def test_a_task_that_is_held_is_not_given_to_another_organisation(house: House, moving: Moving) -> None:
    begun(house)
    free = house.start()
    moving.release(*FOR_THE_OTHER_SIDE)
    assert moving.reasons() == [("cannot", "claimed", "noter")]
    migration_id, outcomes = moving.all()
    assert outcomes == ["cannot", "moved"]
    assert house.task(free, CONSEILLER)["name"] == "Noter le dossier"
    assert moving.undo(migration_id) == ["undone"]
    assert house.task(free, REFERENT)["name"] == "Noter le dossier"


def test_a_draft_whose_field_is_gone_is_kept_and_told(house: House, moving: Moving) -> None:
    _, task = begun(house)
    moving.release(OTHER_FORM)
    ((_, verdict),) = moving.migrations.verdicts(moving.route())
    assert [(each.code, each.params["fields"]) for each in verdict.notes] == [
        ("migration_draft_fields", "secret")
    ]
    moving.all()
    after = house.get(f"/tasks/{task['id']}", REFERENT).get_json()
    assert (after["draft"], after["form"]["id"]) == ({"secret": "à vérif"}, "avis")
