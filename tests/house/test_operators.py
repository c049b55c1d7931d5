"""What operators ask a service on the command line."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from services.bilan.app import TABLES, build
from shared.cli import service_commands
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling, Mailbox
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase


@pytest.fixture
def service(make_sqlite_database: MakeDatabase) -> Iterator[ProcessService]:
    built = build(ServiceSettings("test", make_sqlite_database(TABLES).url, "", {}))
    yield built
    built.database.dispose()


def _ask(service: ProcessService, *words: str) -> Result:
    commands = service_commands("bilan", lambda _settings: service, TABLES)
    environment = {
        "AE_ENV": "test", "AE_DATABASE_URL": "sqlite://", "AE_BUS_URL": "amqp://x",
        "AE_TOKEN_PUBLIC_KEYS": '{"k": "v"}',
    }  # fmt: skip
    return CliRunner().invoke(commands, [*words], env=environment)


def test_a_message_that_waits_for_its_receiver_is_counted(service: ProcessService) -> None:
    mailbox = Mailbox(service.database, lambda _tx, _envelope: Handling.WAITING, service.system_clock)
    mailbox.receive(
        Envelope(
            id=uuid7(),
            type="enrolment.bilan_a_preparer.v1",
            source="enrolment",
            subject=uuid7(),
            time=service.clock.now(),
            data={},
        )
    )
    told = json.loads(_ask(service, "messages", "backlog", "--json").output)
    assert told == {"to_send": 0, "oldest_to_send_at": None, "waiting": 1, "retry": 0, "parked": 0}


def test_nothing_in_trouble_is_an_empty_list(service: ProcessService) -> None:
    assert json.loads(_ask(service, "messages", "list", "--json").output) == []
    assert json.loads(_ask(service, "incidents", "list", "--json").output) == []


def test_what_is_not_there_is_said_by_name(service: ProcessService) -> None:
    why = ("--by", "Paule", "--reason", "essai de la commande")
    for words in (
        ("incidents", "retry", "none-such", *why),
        ("messages", "requeue", "enrolment", "none-such", *why),
    ):
        answer = _ask(service, *words)
        assert answer.exit_code == 1
        assert "none-such" in answer.output


def test_a_setting_that_is_unknown_is_refused(service: ProcessService) -> None:
    commands = service_commands("bilan", lambda _settings: service, TABLES)
    answer = CliRunner().invoke(commands, ["messages", "list"], env={"AE_DATABASE": "x"})
    assert answer.exit_code == 1
    assert "AE_DATABASE" in answer.output
