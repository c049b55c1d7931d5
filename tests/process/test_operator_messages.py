"""Messages that could not be handled: operators list them, try them again or drop them, on the record, names masked."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from shared.cli import service_commands
from shared.database import Database
from shared.ids import uuid7
from shared.messaging import operators
from shared.messaging.tables import mailbox
from shared.process.service import TABLES
from tests.process.support import CONSEILLER, OPERATOR, SECRET, House
from tests.support.databases import MakeDatabase

REASON = "Message en double, vu avec le lycée"


@pytest.fixture
def house(make_sqlite_database: MakeDatabase) -> Any:
    built = House(make_sqlite_database(TABLES))
    yield built
    built.service.database.dispose()


def parked(house: House) -> str:
    """The path of a message that came too late and failed ten times."""
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    late = house.answer(parcours_id)
    late.data["reponse"] = SECRET
    house.mailbox.receive(late)
    with house.service.database.begin() as tx:
        operators.park(tx, late.source, late.id, house.clock.now())
    return f"{late.source}/{late.id}"


def row(database: Database, path: str) -> Any:
    source, _, message_id = path.partition("/")
    with database.read() as look:
        same = (mailbox.c.source == source, mailbox.c.message_id == message_id)
        return look.execute(select(mailbox).where(*same)).one()


def command(house: House, *words: str) -> Result:
    commands = service_commands("essai", lambda _settings: house.service, TABLES)
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": "sqlite://", "AE_BUS_URL": "amqp://x",
        "AE_TOKEN_PUBLIC_KEYS": '{"k": "v"}',
    }  # fmt: skip
    return CliRunner().invoke(commands, ["messages", *words], env=environment)


def test_an_operator_sees_what_is_parked_and_of_what_it_brings_only_names_and_kinds(house: House) -> None:
    path = parked(house)
    (found,) = house.get("/operator/messages", OPERATOR).get_json()["items"]
    assert (found["type"], found["reason"]) == ("partenaire.reponse.v1", "process.too_late")
    whole = house.get(f"/operator/messages/{path}", OPERATOR)
    assert whole.get_json()["data"] == [{"name": "reponse", "kind": f"texte, {len(SECRET)} caractères"}]
    assert SECRET not in whole.text
    assert house.get("/operator/messages?state=retry", OPERATOR).get_json()["items"] == []


def test_a_dropped_message_has_no_effect_its_data_are_gone_and_the_act_is_on_record(house: House) -> None:
    path = parked(house)
    done = house.post(f"/operator/messages/{path}/drop", OPERATOR, {"reason": REASON})
    assert (done.status_code, done.get_json()["action"]) == (200, "drop")
    kept = row(house.service.database, path)
    assert (kept.status, kept.envelope, kept.reason) == ("handled", None, "messaging.dropped")
    (act,) = house.get("/operator/messages/acts", OPERATOR).get_json()["items"]
    assert (act["action"], act["actor_name"], act["reason"], act["via"]) == (
        "drop",
        OPERATOR.name,
        REASON,
        "api",
    )
    assert house.post(f"/operator/messages/{path}/drop", OPERATOR, {"reason": REASON}).status_code == 404


def test_a_parked_message_is_tried_again(house: House) -> None:
    path = parked(house)
    assert house.post(f"/operator/messages/{path}/requeue", OPERATOR, {"reason": REASON}).status_code == 200
    assert row(house.service.database, path).status == "retry"
    again = house.post(f"/operator/messages/{path}/requeue", OPERATOR, {"reason": REASON})
    assert (again.status_code, again.get_json()["code"]) == (404, "messaging.unknown_message")
    assert (
        len(house.get("/operator/messages/acts", OPERATOR).get_json()["items"]) == 1
    )  # undone, not recorded


def test_without_words_or_a_message_nothing_is_done(house: House) -> None:
    path = parked(house)
    assert house.post(f"/operator/messages/{path}/drop", OPERATOR, {"reason": "court"}).status_code == 422
    assert house.post(f"/operator/messages/x/{uuid7()}/drop", OPERATOR, {"reason": REASON}).status_code == 404
    assert house.post(f"/operator/messages/{path}/drop", CONSEILLER, {"reason": REASON}).status_code == 403
    assert house.get("/operator/messages", CONSEILLER).status_code == 403
    assert row(house.service.database, path).status == "parked"


def test_the_same_by_command(house: House) -> None:
    path = parked(house)
    message = path.split("/")
    assert message[1] in command(house, "list").output
    shown = command(house, "show", *message).output
    assert ("reponse" in shown, SECRET in shown) == (True, False)
    dropped = command(house, "drop", *message, "--by", "Paule Mercier", "--reason", REASON)
    assert (dropped.exit_code, dropped.output.split()[0]) == (0, "drop")
    assert [each["via"] for each in json.loads(command(house, "acts", "--json").output)] == ["command"]
    assert command(house, "drop", *message, "--by", "Paule", "--reason", REASON).exit_code == 1


def test_a_message_that_is_tried_again_may_be_dropped_but_not_one_that_waits(house: House) -> None:
    path = parked(house)
    with house.service.database.begin() as tx:
        tx.execute(update(mailbox).where(mailbox.c.status == "parked").values(status="waiting"))
    assert house.post(f"/operator/messages/{path}/drop", OPERATOR, {"reason": REASON}).status_code == 404
    with house.service.database.begin() as tx:
        tx.execute(update(mailbox).where(mailbox.c.status == "waiting").values(status="retry"))
    assert house.post(f"/operator/messages/{path}/drop", OPERATOR, {"reason": REASON}).status_code == 200
