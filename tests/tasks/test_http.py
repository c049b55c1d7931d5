"""The API as a client that knows nothing but its document meets it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.database import Database
from shared.errors import Unavailable
from shared.ids import uuid7
from shared.tasks.api import tasks_blueprint
from shared.web import make_app
from tests.tasks.world import CLAIRE, Town

PROBLEM = "application/problem+json"
VERBS = ("claim", "release", "assign", "complete", "refuse", "comments")


@pytest.fixture
def document(town: Town) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(town.client().get("/openapi.json").text)
    return found


def test_the_document_is_openapi_3_1_and_knows_every_route(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    operations = {
        (path, method)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert operations == {
        ("/tasks", "get"),
        ("/tasks/awaited", "get"),
        ("/tasks/loads", "get"),
        ("/tasks/{task_id}", "get"),
        ("/tasks/{task_id}", "patch"),
        ("/tasks/{task_id}/draft", "put"),
        *((f"/tasks/{{task_id}}/{verb}", "post") for verb in VERBS),
    }


def test_every_error_of_the_document_is_problem_json(document: dict[str, Any]) -> None:
    for name, response in document["components"]["responses"].items():
        assert list(response["content"]) == [PROBLEM], name


def test_the_document_tells_parameters_of_the_query_and_headers(document: dict[str, Any]) -> None:
    listed = {parameter["name"] for parameter in document["paths"]["/tasks"]["get"]["parameters"]}
    assert listed == {
        "scope",
        "status",
        "parcours_id",
        "limit",
        "after",
        "told",
        "tally",
        "assignee",
        "element_id",
    }
    complete = document["paths"]["/tasks/{task_id}/complete"]["post"]["parameters"]
    assert {parameter["name"] for parameter in complete} == {"If-Match", "Idempotency-Key"}


def test_every_operation_asks_for_a_token(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                assert operation["security"] == [{"bearer": []}], path
                assert "401" in operation["responses"], path


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/tasks", {}, 405),
        ("TRACE", "/tasks", {}, 405),
        ("POST", "/tasks/x/comments", {"data": b"{", "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b"\xff{", "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b"[" * 200_000, "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b'{"text": NaN}', "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b'{"text": "a", "text": "b"}', "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b'{"text": 1e400}', "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b'{"text": "\\ud800"}', "content_type": "application/json"}, 400),
        ("POST", "/tasks/x/comments", {"data": b"9" * 5_000, "content_type": "application/json"}, 400),
        ("GET", "/tasks/%00", {}, 404),
        ("GET", "/tasks/" + "a" * 36, {}, 404),
        ("GET", "/tasks?scope=parcours&parcours_id=%00", {}, 422),
        ("POST", "/tasks/x/comments", {"data": b"a=1", "content_type": "text/plain"}, 415),
        ("POST", "/tasks/x/comments", {"json": []}, 422),
        ("POST", "/tasks/x/comments", {"json": {"text": "x", "more": 1}}, 422),
        ("POST", "/tasks/x/comments", {"data": b"x" * 1_000_001, "content_type": "application/json"}, 413),
    ],
)  # fmt: skip
def test_a_malformed_request_is_answered_with_problem_json(
    town: Town, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    headers = {"Authorization": f"Bearer {town.signer.sign(CLAIRE, 'enrolment')}"}
    answer = town.client().open(path, method=method, headers=headers, **sent)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    body = json.loads(answer.text)
    assert body["status"] == status
    assert {"type", "title", "detail", "code"} <= set(body)


@pytest.mark.parametrize("typed", ['"\\ud800"', "1e400", "-1e999"])
def test_a_draft_that_no_answer_could_tell_again_is_not_kept(town: Town, typed: str) -> None:
    task_id = town.open()
    headers = {
        "Authorization": f"Bearer {town.signer.sign(CLAIRE, 'enrolment')}",
        "If-Match": '"1"',
        "Content-Type": "application/json",
    }
    sent = f'{{"values": {{"lieu": {typed}}}}}'
    answer = town.client().put(f"/tasks/{task_id}/draft", data=sent, headers=headers)
    assert answer.status_code == 400
    task = town.call(CLAIRE, "GET", f"/tasks/{task_id}")
    assert (task.status_code, task.json["draft"]) == (200, None)


def test_an_unknown_name_in_a_body_is_refused_by_name(town: Town) -> None:
    answer = town.call(CLAIRE, "POST", "/tasks/x/comments", {"text": "x", "prive": True})
    assert answer.json["errors"] == {"prive": ["Nom inconnu."]}


def test_without_a_token_nothing_else_is_looked_at(town: Town) -> None:
    answer = town.client().post("/tasks/x/complete", data=b"{")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (401, "identity.token_refused")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_good_for_five_minutes_and_one_service(town: Town) -> None:
    mine, other = town.signer.sign(CLAIRE, "enrolment"), town.signer.sign(CLAIRE, "bilan")

    def asked(token: str) -> int:
        return town.client().get("/tasks", headers={"Authorization": f"Bearer {token}"}).status_code

    assert (asked(mine), asked(other)) == (200, 401)
    town.clock.advance(timedelta(minutes=5))
    assert asked(mine) == 401


def test_answers_carry_security_headers(town: Town) -> None:
    answer = town.call(CLAIRE, "GET", "/tasks")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_database_that_is_away_gives_503_and_does_nothing(town: Town, tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}/nowhere/x.sqlite", application_name="tests")
    blueprint = tasks_blueprint(
        database=away, process=town.process, clock=town.clock, ids=uuid7, verifier=town.verifier
    )
    broken = replace(town, app=make_app("enrolment", [blueprint]))
    for answer in (broken.call(CLAIRE, "GET", "/tasks"), broken.claim(CLAIRE, town.open())):
        assert (answer.status_code, answer.json["code"]) == (503, "errors.unavailable")
        assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/tasks/a%00b", 404, "errors.not_found"),
        ("/tasks?scope=mine&parcours_id=a%00b", 422, "errors.bad_input"),
    ],
)
def test_a_nul_in_an_address_is_refused(town: Town, path: str, status: int, code: str) -> None:
    """PostgreSQL keeps none: asking for it would be a fault of ours."""
    answer = town.call(CLAIRE, "GET", path)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    if status == 422:
        assert answer.json["errors"] == {
            "parcours_id": ["Ce texte contient un caractère qui n'est pas permis."]
        }


def test_a_live_service_says_so_and_a_ready_one_can_work(town: Town) -> None:
    assert town.client().get("/health/live").json == {"status": "alive"}
    assert town.client().get("/health/ready").json == {"status": "ready"}


def test_a_service_whose_database_is_away_is_alive_but_not_ready() -> None:
    def away() -> None:
        raise Unavailable()

    client = make_app("enrolment", [], ready=[away]).test_client()
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
