"""The inbox's own mailbox: what it could not take is listed and dropped by command and by the operators' API."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.inbox.__main__ import main
from services.inbox.app import TABLES, build
from shared.clock import SystemClock
from shared.database import Database
from shared.identity import Actor, TokenSigner, new_private_key
from shared.ids import uuid7
from shared.messaging import operators
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling, Mailbox
from shared.settings import InboxSettings
from tests.support.databases import MakeDatabase

PRIVATE = new_private_key()
REASON = "Message illisible, signalé à l’équipe"
NAME = "Planterose"


@pytest.fixture
def database(make_sqlite_database: MakeDatabase) -> Database:
    return make_sqlite_database(TABLES)


@pytest.fixture
def message(database: Database) -> Envelope:
    """One that the inbox could not take, and is parked."""

    def fail(_tx: Any, _envelope: Envelope) -> Handling:
        raise ValueError(NAME)

    clock = SystemClock()
    envelope = Envelope(uuid7(), "bilan.avis.v1", "bilan", uuid7(), clock.now(), {"prenom": NAME})
    Mailbox(database, fail, clock).receive(envelope)
    with database.begin() as tx:
        operators.park(tx, envelope.source, envelope.id, clock.now())
    return envelope


def run(database: Database, *words: str) -> Result:
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": database.url, "AE_SESSION_SECRET": "x", "AE_SERVICE_URLS": "{}",
        "AE_TOKEN_PRIVATE_KEYS": json.dumps({"k": PRIVATE}),
    }  # fmt: skip
    return CliRunner().invoke(main, ["messages", *words], env=environment)


def test_the_inboxs_parked_messages_are_listed_and_dropped_by_command(
    database: Database, message: Envelope
) -> None:
    assert message.id in run(database, "list").output
    assert NAME not in run(database, "show", "bilan", message.id).output
    done = run(database, "drop", "bilan", message.id, "--by", "Paule", "--reason", REASON)
    assert (done.exit_code, done.output.split()[:2]) == (0, ["drop", "bilan.avis.v1"])
    assert run(database, "list").output == ""


def test_the_inboxs_operators_have_an_api_that_asks_for_their_token(
    database: Database, message: Envelope
) -> None:
    services = dict.fromkeys(("enrolment", "accompaniment", "bilan"), "http://127.0.0.1:1")
    app = build(
        InboxSettings(
            env="test", database_url=database.url, token_private_keys={"k": PRIVATE}, session_secret="x",
            service_urls=services, listen="127.0.0.1:8000",
        )
    )  # fmt: skip
    client, path = app.test_client(), f"/api/operator/messages/bilan/{message.id}"
    assert client.get("/api/operator/messages").status_code == 401
    assert "messages_parked 1.0" in client.get("/metrics").text
    token = TokenSigner({"k": PRIVATE}, SystemClock(), uuid7).sign(Actor.operator("Paule"), "inbox")
    bearer = {"Authorization": f"Bearer {token}"}
    (found,) = client.get("/api/operator/messages", headers=bearer).get_json()["items"]
    assert (found["type"], found["reason"]) == ("bilan.avis.v1", "ValueError")
    assert client.get(path, headers=bearer).get_json()["data"] == [
        {"name": "prenom", "kind": "texte, 10 caractères"}
    ]
    assert client.post(f"{path}/requeue", headers=bearer, json={"reason": REASON}).status_code == 200
    (act,) = client.get("/api/operator/messages/acts", headers=bearer).get_json()["items"]
    assert (act["action"], act["actor_name"]) == ("requeue", "Paule")
    app.extensions["inbox"].close()
