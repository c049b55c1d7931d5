"""Where a parcours stands on its diagram: by HTTP, one state per element, no more than the story tells a side."""

from datetime import timedelta
from typing import Any

import pytest

from shared.identity import Actor
from tests.process.migrating import RENAMED, Moving
from tests.process.support import CONSEILLER, REFERENT, STRANGER, House

IN_A_SUBPROCESS = (
    (
        '<bpmn:userTask id="donner_avis"',
        '<bpmn:subProcess id="echanger" name="Échanger"><bpmn:incoming>f2</bpmn:incoming>'
        "<bpmn:outgoing>f3</bpmn:outgoing>"
        '<bpmn:startEvent id="d" name="Échange ouvert"><bpmn:outgoing>s1</bpmn:outgoing></bpmn:startEvent>'
        '<bpmn:sequenceFlow id="s1" sourceRef="d" targetRef="donner_avis" />'
        '<bpmn:sequenceFlow id="s2" sourceRef="donner_avis" targetRef="e" />'
        '<bpmn:endEvent id="e" name="Échange clos" parcours:side="ml"><bpmn:incoming>s2</bpmn:incoming></bpmn:endEvent>'
        '<bpmn:userTask id="donner_avis"',
    ),
    (
        "<bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>",
        "<bpmn:incoming>s1</bpmn:incoming><bpmn:outgoing>s2</bpmn:outgoing></bpmn:userTask></bpmn:subProcess>",
    ),
    ('sourceRef="noter" targetRef="donner_avis"', 'sourceRef="noter" targetRef="echanger"'),
    ('sourceRef="donner_avis" targetRef="verifier"', 'sourceRef="echanger" targetRef="verifier"'),
    ("<bpmn:flowNodeRef>donner_avis</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>echanger</bpmn:flowNodeRef>"),
)
"""The task of the Mission Locale stands in a subprocess."""


def read(house: House, parcours_id: str, actor: Actor, **query: str) -> dict[str, Any]:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    answer = house.get(f"/parcours/{parcours_id}/diagram?{asked}", actor)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def states(house: House, parcours_id: str, actor: Actor, **query: str) -> dict[str, str]:
    return {
        each["element_id"]: each["state"] for each in read(house, parcours_id, actor, **query)["elements"]
    }


def element(told: dict[str, Any], element_id: str) -> dict[str, Any]:
    return next(each for each in told["elements"] if each["element_id"] == element_id)


def test_each_element_says_once_what_was_done_by_whom_and_what_waits_since_when(house: House) -> None:
    parcours_id = house.start()
    house.clock.advance(timedelta(hours=1))
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    told = read(house, parcours_id, REFERENT)
    noted, waiting = element(told, "noter"), element(told, "donner_avis")
    assert (noted["state"], noted["times"], noted["actor_name"], noted["at"]) == (
        "done", 1, "Karim Benali", "2026-09-07T09:00:00+00:00",
    )  # fmt: skip
    assert (waiting["state"], waiting["at"], waiting["organisation"], waiting["actor_name"]) == (
        "current", "2026-09-07T09:00:00+00:00", "mission_locale", None,
    )  # fmt: skip
    assert element(told, "attendre")["state"] == "not_reached"
    assert told["next"] == ["patienter"]
    assert len({each["element_id"] for each in told["elements"]}) == len(told["elements"])


def test_a_diagram_without_shapes_is_told_in_words_alone(house: House) -> None:
    told = read(house, house.start(), REFERENT)
    assert (told["drawing"], told["choices"]) == (None, [])
    assert {each["name"] for each in told["elements"]} >= {"Noter le dossier", "Donner un avis"}


def test_a_partner_sees_no_state_of_what_is_the_other_sides(house: House) -> None:
    parcours_id = house.start()
    assert element(read(house, parcours_id, REFERENT), "noter")["state"] == "current"
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    for on in ({}, {"on": "2026-09-07"}):
        told = read(house, parcours_id, CONSEILLER, **on)
        private = element(told, "noter")
        assert (private["state"], private["times"], private["at"], private["actor_name"]) == (
            "private", 0, None, None,
        )  # fmt: skip
        assert "Karim" not in str(told)
        assert element(told, "donner_avis")["state"] == "current"


def test_a_partner_does_not_see_that_it_waits_for_what_is_the_other_sides(moving: Moving) -> None:
    house = moving.house
    sorting = 'name="Trier" parcours:role="referent" parcours:form="noter" parcours:side="lycee"'
    moving.release(
        ('name="Vérifier" parcours:operation="verify"', sorting), ("bpmn:serviceTask", "bpmn:userTask")
    )
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    assert states(house, parcours_id, REFERENT)["verifier"] == "current"
    for on in ({}, {"on": "2026-09-07"}):
        told = read(house, parcours_id, CONSEILLER, **on)
        assert element(told, "verifier")["state"] == "private"
        assert {each["state"] for each in told["elements"]} == {"done", "private", "not_reached"}
        assert told["next"] == []


def test_what_was_done_many_times_is_one_element_with_a_count(moving: Moving) -> None:
    house = moving.house
    left = "<bpmn:outgoing>f3</bpmn:outgoing>"
    moving.release((left, f'{left}<bpmn:standardLoopCharacteristics loopMaximum="4" />'))
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    for _ in range(4):
        house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    told = read(house, parcours_id, REFERENT)
    assert [
        (each["state"], each["times"]) for each in told["elements"] if each["element_id"] == "donner_avis"
    ] == [("done", 4)]


def test_what_the_machine_does_has_no_state(house: House) -> None:
    assert states(house, house.up_to_the_timer(), REFERENT)["verifier"] == "untold"


def test_who_has_no_part_finds_no_diagram(house: House) -> None:
    parcours_id = house.start()
    assert house.get(f"/parcours/{parcours_id}/diagram", STRANGER).status_code == 404
    assert house.get(f"/parcours/{parcours_id}/diagram?drawing=autre", REFERENT).status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("on=jamais", "Une date AAAA-MM-JJ est attendue."),
        ("on=1026-09-07", "Le schéma se lit pour un jour du 01/01/2000 au 31/12/2099."),
        ("drawing=", "Entre 1 et 200 caractères."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_french(house: House, asked: str, said: str) -> None:
    answer = house.get(f"/parcours/{house.start()}/diagram?{asked}", REFERENT)
    assert (answer.status_code, list(answer.get_json()["errors"].values())) == (422, [[said]])


def test_a_past_day_shows_what_was_done_and_awaited_at_its_end(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    assert set(states(house, parcours_id, REFERENT).values()) == {"done", "untold"}
    then = states(house, parcours_id, REFERENT, on="2026-09-07")
    assert {key: then[key] for key in ("noter", "donner_avis", "patienter", "attendre", "fin")} == {
        "noter": "done", "donner_avis": "done", "patienter": "current", "attendre": "not_reached",
        "fin": "not_reached",
    }  # fmt: skip
    assert states(house, parcours_id, REFERENT, on="2026-09-08") == states(house, parcours_id, REFERENT)


def test_a_day_ends_at_midnight_in_paris(house: House) -> None:
    parcours_id = house.start()
    house.clock.advance(timedelta(hours=13, minutes=59))  # 23 h 59
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.clock.advance(timedelta(minutes=1))
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    then = states(house, parcours_id, REFERENT, on="2026-09-07")
    assert (then["noter"], then["donner_avis"]) == ("done", "current")


def test_before_a_parcours_began_there_is_none_of_it(house: House) -> None:
    parcours_id = house.start()
    assert house.get(f"/parcours/{parcours_id}/diagram?on=2026-09-06", REFERENT).status_code == 404


@pytest.mark.parametrize("on", [{}, {"on": "2026-09-07"}])
def test_a_parcours_on_another_version_is_told_by_the_one_it_runs(moving: Moving, on: dict[str, str]) -> None:
    house, parcours_id = moving.house, moving.house.start()
    before = read(house, parcours_id, REFERENT, **on)["version"]
    moving.release(RENAMED)
    told, fresh = read(house, parcours_id, REFERENT, **on), read(house, house.start(), REFERENT, **on)
    assert (told["version"], element(told, "donner_avis")["name"]) == (before, "Donner un avis")
    assert element(fresh, "donner_avis")["name"] == "Rendre un avis"


def test_a_subprocess_is_where_what_it_holds_is(moving: Moving) -> None:
    house = moving.house
    moving.release(*IN_A_SUBPROCESS)
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    assert states(house, parcours_id, REFERENT)["echanger"] == "current"
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    house.clock.advance(timedelta(days=1))
    for on in ({}, {"on": "2026-09-07"}):
        assert states(house, parcours_id, REFERENT, **on)["echanger"] == "done"


def test_a_subprocess_has_no_state_for_who_may_see_nothing_that_it_holds(moving: Moving) -> None:
    house = moving.house
    moving.release(*IN_A_SUBPROCESS, ('parcours:form="avis"', 'parcours:form="avis" parcours:side="ml"'))
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    assert states(house, parcours_id, CONSEILLER)["echanger"] == "current"
    for on in ({}, {"on": "2026-09-07"}):
        assert states(house, parcours_id, REFERENT, **on)["echanger"] == "untold"
