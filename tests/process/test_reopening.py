"""« Je me suis trompé »: a task that was done opens again, while nobody else has built on it."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from shared.identity import Actor, ActsFor
from shared.process.tables import repair
from tests.process.support import CONSEILLER, LYCEE, ML, REFERENT, STRANGER, WORKFLOWS, House

HEAD = Actor("chef-1", "Hélène Vasseur", LYCEE, "lycee", frozenset({"chef_etablissement"}))
COLLEAGUE = replace(REFERENT, person_id="referent-9", name="Claire Fontaine")
RESPONSIBLE = Actor("resp-1", "Marc Tessier", ML, "mission_locale", frozenset({"responsable_ml"}))
REASON = "J'ai coché la mauvaise case"


def reopen(house: House, task: dict[str, Any], who: Actor, reason: str = REASON) -> TestResponse:
    return house.post(f"/tasks/{task['id']}/reopen", who, {"reason": reason})


def noted(house: House) -> tuple[str, dict[str, Any]]:
    """A parcours whose first task is done: its id, and that task."""
    parcours_id = house.start()
    task = house.task(parcours_id, REFERENT)
    assert house.complete(parcours_id, REFERENT, {"secret": "discret"}).status_code == 200
    return parcours_id, task


def advised(house: House) -> tuple[str, dict[str, Any]]:
    """… and whose second task is done by the Mission Locale."""
    parcours_id, _ = noted(house)
    task = house.task(parcours_id, CONSEILLER)
    assert house.complete(parcours_id, CONSEILLER, {"avis": "oui"}).status_code == 200
    return parcours_id, task


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_its_author_opens_a_task_again_with_its_answers_and_does_it_once_more(house: House) -> None:
    parcours_id, task = noted(house)
    answer = reopen(house, task, REFERENT)
    assert (answer.status_code, answer.get_json()["assignee_name"]) == (200, "Karim Benali")
    again = house.task(parcours_id, REFERENT)
    assert again["id"] != task["id"]
    read = house.get(f"/tasks/{again['id']}", REFERENT).get_json()
    assert read["draft"] == {"secret": "discret"}
    assert house.complete(parcours_id, REFERENT, {"secret": "mieux"}).status_code == 200
    assert house.task(parcours_id, CONSEILLER)["name"] == "Donner un avis"


def test_what_was_done_is_told_and_on_record(house: House) -> None:
    parcours_id, task = noted(house)
    reopen(house, task, REFERENT)
    story = house.get(f"/parcours/{parcours_id}", REFERENT).get_json()["story"]
    told = [(line["name"], line["actor_name"]) for line in story if line["event"] == "told"]
    assert told == [(f"La tâche « Noter le dossier » est rouverte. Motif : {REASON}", "Karim Benali")]
    assert not [
        line for line in house.get(f"/parcours/{parcours_id}", CONSEILLER).get_json()["story"]
        if line["event"] == "told"
    ]  # fmt: skip
    with house.service.database.read() as look:
        (row,) = look.execute(select(repair)).all()
    assert (row.action, row.actor_id, row.before["element"], row.after) == (
        "reopen", REFERENT.person_id, "donner_avis", {"element": "noter"},
    )  # fmt: skip
    assert REASON not in str(row._mapping)


def test_the_author_has_some_working_days_and_the_responsible_any_time(house: House) -> None:
    parcours_id, task = noted(house)  # a Monday
    house.clock.advance(timedelta(days=3))
    answer = reopen(house, task, REFERENT)
    assert code(answer) == (409, "reopening.delay_over")
    assert "(2 jours ouvrés) est passé depuis le 09/09/2026" in answer.get_json()["detail"]
    assert reopen(house, task, HEAD).status_code == 200
    assert house.task(parcours_id, REFERENT)["assignee_name"] == "Karim Benali"


def test_on_the_last_day_of_the_delay_the_author_may_still(house: House) -> None:
    _, task = noted(house)
    house.clock.advance(timedelta(days=2))
    assert reopen(house, task, REFERENT).status_code == 200


def test_a_colleague_may_not_and_reads_whom_to_ask(house: House) -> None:
    _, task = noted(house)
    answer = reopen(house, task, COLLEAGUE)
    assert code(answer) == (403, "reopening.not_its_author")
    assert "Seul Karim Benali" in answer.get_json()["detail"]


def test_another_organisation_may_not(house: House) -> None:
    _, task = advised(house)
    assert reopen(house, task, STRANGER).status_code == 404
    assert code(reopen(house, task, REFERENT)) == (403, "tasks.not_yours")


def test_what_another_person_has_built_on_stays(house: House) -> None:
    parcours_id = house.start()
    task = house.task(parcours_id, REFERENT)
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    answer = reopen(house, task, HEAD)
    assert code(answer) == (409, "reopening.done_after")
    assert "Samira Haddad a déjà fait ce qui suit (« Donner un avis »)" in answer.get_json()["detail"]


def test_the_last_who_did_something_may_open_it_again(house: House) -> None:
    parcours_id, task = advised(house)
    assert reopen(house, task, RESPONSIBLE).status_code == 200
    assert house.task(parcours_id, CONSEILLER)["name"] == "Donner un avis"


def test_an_open_task_and_one_that_was_withdrawn_have_nothing_to_open_again(house: House) -> None:
    parcours_id, task = noted(house)
    opened = house.task(parcours_id, CONSEILLER)
    assert code(reopen(house, opened, CONSEILLER)) == (409, "reopening.not_done")
    reopen(house, task, REFERENT)
    assert code(reopen(house, opened, CONSEILLER)) == (409, "reopening.not_done")


def test_a_reason_is_asked_for(house: House) -> None:
    _, task = noted(house)
    assert reopen(house, task, REFERENT, "oui").status_code == 422


def test_what_has_gone_to_another_service_stays(house: House, tmp_path: Path) -> None:
    """The same diagram, whose message to the partner leaves as the opinion is given."""
    copy = Path(shutil.copytree(WORKFLOWS, tmp_path / "workflows"))
    file = copy / "dossier.bpmn"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ('sourceRef="donner_avis" targetRef="verifier"', 'sourceRef="donner_avis" targetRef="prevenir"'),
        ('sourceRef="verifier" targetRef="patienter"', 'sourceRef="prevenir" targetRef="verifier"'),
        ('sourceRef="patienter" targetRef="attendre"', 'sourceRef="verifier" targetRef="patienter"'),
        ('sourceRef="attendre" targetRef="prevenir"', 'sourceRef="patienter" targetRef="attendre"'),
        ('sourceRef="prevenir" targetRef="fin"', 'sourceRef="attendre" targetRef="fin"'),
        (_flows("prevenir", text), "<bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>"),
    ):
        assert old in text
        text = text.replace(old, new)
    for element, before, after in (
        ("verifier", (3, 4), (4, 5)),
        ("patienter", (4, 5), (5, 6)),
        ("attendre", (5, 6), (6, 7)),
    ):
        begin = text.index(f'id="{element}"')
        tags = "<bpmn:incoming>f{}</bpmn:incoming><bpmn:outgoing>f{}</bpmn:outgoing>"
        text = text[:begin] + text[begin:].replace(tags.format(*before), tags.format(*after), 1)
    file.write_text(text, encoding="utf-8")
    house.register(copy)
    _, task = advised(house)
    answer = reopen(house, task, CONSEILLER)
    assert code(answer) == (409, "reopening.sent_after")
    assert "« Partenaire prévenu »" in answer.get_json()["detail"]


def _flows(element: str, text: str) -> str:
    found = text[text.index(f'id="{element}"') :]
    return found[found.index("<bpmn:incoming>") : found.index("</bpmn:outgoing>") + len("</bpmn:outgoing>")]


def test_who_stands_in_opens_what_the_absent_did_and_a_delegate_nothing_outside_of_its_scope(
    house: House,
) -> None:
    _, task = noted(house)
    by_scope = ActsFor("delegation", REFERENT.person_id, "Karim Benali", "attestations")
    delegate = replace(COLLEAGUE, roles=frozenset(), acts_for=by_scope)
    assert code(reopen(house, task, delegate)) == (403, "reopening.not_its_author")
    instead = replace(COLLEAGUE, acts_for=ActsFor("absence", REFERENT.person_id, "Karim Benali"))
    assert reopen(house, task, instead).status_code == 200
