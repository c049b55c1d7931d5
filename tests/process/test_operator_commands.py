"""Incidents and repairs on the command line: what is asked, what is printed, and how it exits."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.enrolment.__main__ import commands as enrolment
from shared.cli import service_commands
from shared.process.service import TABLES
from tests.process.support import CONSEILLER, SECRET, House

WHO = ("--by", "Paule Mercier", "--reason", "Panne signalée le matin")


def _ask(house: House, *words: str, given: str | None = None) -> Result:
    commands = service_commands("essai", lambda _settings: house.service, TABLES)
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": "sqlite://", "AE_BUS_URL": "amqp://x",
        "AE_TOKEN_PUBLIC_KEYS": '{"k": "v"}',
    }  # fmt: skip
    return CliRunner().invoke(commands, ["incidents", *words], env=environment, input=given)


def _json(house: House, *words: str, given: str | None = None) -> Any:
    return json.loads(_ask(house, *words, "--json", given=given).output)


def test_the_list_and_one_say_where_and_with_what_kind_of_input(house: House) -> None:
    instance_id = house.held_at_the_check()
    (found,) = _json(house, "list")
    assert (found["instance_id"], found["element_id"], found["attempts"]) == (instance_id, "verifier", 1)
    shown = _ask(house, "show", found["id"]).output
    assert "name: Vérifier" in shown
    assert "kind: texte, 3 caractères" in shown
    assert SECRET not in shown
    assert instance_id in _ask(house, "list").output


def test_any_instance_can_be_shown_by_its_id(house: House) -> None:
    instance_id = house.instance_of(house.start())
    assert _json(house, "show", instance_id)["status"] == "running"


def test_a_value_comes_from_a_file_or_from_standard_input(house: House, tmp_path: Path) -> None:
    instance_id = house.held_at_the_check()
    file = tmp_path / "values.json"
    file.write_text(json.dumps({"nom": "Zoé Dupont"}), encoding="utf-8")
    for values, given in ((str(file), None), ("-", '{"nom": "Zoé Dubois"}')):
        done = _ask(house, "set-variables", instance_id, "--values", values, *WHO, given=given)
        assert done.exit_code == 0, done.output
        assert "Zoé" not in done.output
    parcours = house.parcours(house.seen(instance_id)["parcours_id"])
    assert {each["name"]: each["value"] for each in parcours["variables"]}["nom"] == "Zoé Dubois"


@pytest.mark.parametrize(
    "given",
    ["nonsense Zoé", "[1]", '{"nom": 3}', '{"inconnue": "Zoé"}', '{"nom": "Zoé", "nom": "Zoé Dubois"}',
     '{"nom": NaN}', '{"nom": "Zoé \\u0000"}', '{"nom": "Zoé \\ud800"}', '{"nom": ' + "[" * 100_000],
)  # fmt: skip
def test_values_that_cannot_be_taken_are_refused_without_being_quoted(house: House, given: str) -> None:
    refused = _ask(house, "set-variables", house.held_at_the_check(), "--values", "-", *WHO, given=given)
    assert refused.exit_code == 1
    assert "Zoé" not in refused.output


def test_a_token_is_moved_and_a_parcours_cancelled(house: House) -> None:
    instance_id = house.held_at_the_check()
    moved = _json(house, "move-token", instance_id, "--from", "donner_avis", "--to", "patienter", *WHO)
    assert [place["element_id"] for place in moved["position"]] == ["patienter"]
    ended = _json(house, "cancel", instance_id, "--public-text", "Doublon d’un autre dossier", *WHO)
    assert (ended["status"], ended["elsewhere"]["never_sent"]) == ("ended", ["essai.fait.v1"])
    assert [row["action"] for row in _json(house, "repairs")] == ["cancel", "move-token"]
    assert {row["actor_name"] for row in _json(house, "repairs")} == {"Paule Mercier"}


def test_a_dry_run_changes_nothing(house: House) -> None:
    instance_id = house.held_at_the_check()
    before = house.seen(instance_id)
    told = _json(
        house, "cancel", instance_id, "--public-text", "Doublon d’un autre dossier", "--dry-run", *WHO
    )
    assert (told["dry_run"], told["status"]) == (True, "ended")
    assert house.seen(instance_id) == before


def test_a_retry_that_is_refused_or_fails_again_exits_with_1(failing_timer: House) -> None:
    house = failing_timer
    instance_id = house.instance_of(house.up_to_the_timer())
    refused = _ask(house, "retry", instance_id, *WHO)
    assert (refused.exit_code, "process.no_incident" in refused.output) == (1, True)
    house.fault = RuntimeError(SECRET)
    house.pass_a_day()
    failed = _ask(house, "retry", instance_id, *WHO)
    assert (failed.exit_code, "result: failed" in failed.output) == (1, True)
    assert "code: operation_failed" in failed.output
    assert SECRET not in failed.output


def test_a_retry_says_what_a_person_has_to_do(house: House) -> None:
    instance_id = house.held_at_the_check()
    done = _ask(house, "retry", instance_id, *WHO)
    assert done.exit_code == 0
    assert "doit la renvoyer" in done.output
    parcours_id = house.seen(instance_id)["parcours_id"]
    assert house.complete(parcours_id, CONSEILLER, {"avis": "oui"}).status_code == 200


@pytest.mark.parametrize(
    "words",
    [
        ("retry", "none-such", *WHO),
        ("show", "none-such"),
        ("move-token", "none-such", "--from", "a", "--to", "b", *WHO),
    ],
)
def test_what_is_not_there_is_said_by_name(house: House, words: tuple[str, ...]) -> None:
    answer = _ask(house, *words)
    assert (answer.exit_code, "none-such" in answer.output) == (1, True)


@pytest.mark.parametrize("words", [("incidents", "list"), ("incidents", "repairs"), ("messages", "backlog"),
                                   ("migration", "plan"), ("migration", "list"), ("migrate",)])  # fmt: skip
def test_a_database_that_does_not_answer_is_said_in_two_lines(words: tuple[str, ...]) -> None:
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": "sqlite:////nowhere/none.sqlite", "AE_BUS_URL": "amqp://x",
        "AE_TOKEN_PUBLIC_KEYS": '{"k": "v"}',
    }  # fmt: skip
    answer = CliRunner().invoke(enrolment, words, env=environment)
    assert (answer.exit_code, type(answer.exception)) == (1, SystemExit)
    said, why = answer.output.splitlines()
    assert said.startswith("Error: errors.unavailable: Le service ne répond pas")
    assert why == "  OperationalError: unable to open database file"


@pytest.mark.parametrize("limit", ["0", "-1", "99999999999999999999"])
def test_as_many_repairs_are_listed_as_make_sense(house: House, limit: str) -> None:
    assert _ask(house, "repairs", "--limit", limit).exit_code == 2


def test_words_that_are_no_text_are_refused(house: House) -> None:
    instance_id = house.held_at_the_check()
    for option, name in (("--reason", "--by"), ("--by", "--reason")):
        given = (option, "Panne du matin \udc80", name, "Paule, ce matin-là")
        assert _ask(house, "retry", instance_id, *given).exit_code == 2


def test_who_and_why_are_asked_for(house: House) -> None:
    instance_id = house.held_at_the_check()
    assert _ask(house, "retry", instance_id, "--by", "Paule").exit_code == 2
    assert _ask(house, "retry", instance_id, "--by", " ", "--reason", "Panne du matin").exit_code == 2
    assert "process.words_missing" in _ask(house, "retry", instance_id, "--by", "P", "--reason", "x").output
