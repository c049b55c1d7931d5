"""The channels against servers of another make: SMTP by aiosmtpd, the SMS gateway by a small one on this machine."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.inbox.notifications.building import from_settings
from services.inbox.notifications.channels import ChannelDown, MailPutOff, MailRefused
from services.inbox.notifications.channels.sms_gateway import SmsGateway
from services.inbox.notifications.channels.smtp import Smtp, SmtpAddressRefused, SmtpServer
from services.inbox.notifications.outgoing import EMAIL, SMS, Mail
from shared.clock import SystemClock
from shared.database import Database
from shared.ids import uuid7
from shared.servers.processes import free_port
from shared.settings import MailSettings, SettingsRefused, inbox_settings

SENDER = "ne-pas-repondre@ambition.example"
LETTER = Mail(EMAIL, "karim@lycee.example", "Échéance proche", "Bonjour,\nà bientôt\n", id="0199-1")


class Server:
    """Takes mail; answers ``says`` to its DATA."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.says = "250 OK"
        self.refuses = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.says.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content))
        return self.says


@pytest.fixture
def smtp() -> Iterator[tuple[Server, Smtp]]:
    server = Server()

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"inbox", b"p@ss"))

    controller = Controller(
        server, hostname="127.0.0.1", port=free_port(), authenticator=known, auth_require_tls=False
    )
    controller.start()
    try:
        yield server, Smtp(SmtpServer.of(f"smtp+plain://inbox:p%40ss@127.0.0.1:{controller.port}"), SENDER)
    finally:
        controller.stop()


def test_a_mail_arrives_with_its_subject_text_and_an_id_that_stays(smtp: tuple[Server, Smtp]) -> None:
    server, channel = smtp
    channel.send(LETTER)
    channel.send(LETTER)
    first, again = server.taken
    assert first["Message-ID"] == again["Message-ID"] == "<0199-1@ambition.example>"
    assert (first["To"], first["From"]) == ("karim@lycee.example", SENDER)
    text = first.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert "à bientôt" in text.decode()


def test_an_invitation_is_attached_as_a_calendar(smtp: tuple[Server, Smtp]) -> None:
    server, channel = smtp
    channel.send(
        Mail(
            EMAIL,
            "k@lycee.example",
            "R",
            "Texte",
            id="1",
            invitation=b"BEGIN:VCALENDAR",
            invitation_method="CANCEL",
        )
    )
    (part,) = [part for part in server.taken[0].walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "CANCEL"
    assert part.get_payload(decode=True) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("says", "error"), [("451 plus tard", MailPutOff), ("552 trop gros", MailRefused)], ids=["4xx", "5xx"]
)
def test_what_the_server_says_no_to_is_put_off_or_refused(
    smtp: tuple[Server, Smtp], says: str, error: type[Exception]
) -> None:
    smtp[0].says = says
    with pytest.raises(error):
        smtp[1].send(LETTER)


def test_an_unknown_recipient_is_refused_for_good(smtp: tuple[Server, Smtp]) -> None:
    smtp[0].refuses = "550 inconnu"
    with pytest.raises(MailRefused):
        smtp[1].send(LETTER)


def test_no_server_or_a_wrong_password_is_a_channel_that_is_down(smtp: tuple[Server, Smtp]) -> None:
    with pytest.raises(ChannelDown):
        Smtp(SmtpServer.of(f"smtp+plain://127.0.0.1:{free_port()}"), SENDER).send(LETTER)
    wrong = SmtpServer("smtp+plain", "127.0.0.1", smtp[1]._server.port, "inbox", "faux")
    with pytest.raises(ChannelDown):
        Smtp(wrong, SENDER, timeout=1.0).send(LETTER)


def test_a_server_without_tls_is_sent_nothing_unless_the_address_says_so(smtp: tuple[Server, Smtp]) -> None:
    port = smtp[1]._server.port
    with pytest.raises(ChannelDown):
        Smtp(SmtpServer.of(f"smtp://127.0.0.1:{port}"), SENDER).send(LETTER)
    assert smtp[0].taken == []


@pytest.mark.parametrize("url", ["http://host", "smtp://", "host:25"])
def test_another_address_is_refused_and_a_password_is_never_shown(url: str) -> None:
    with pytest.raises(SmtpAddressRefused):
        SmtpServer.of(url)
    assert "secret" not in repr(SmtpServer.of("smtps://inbox:secret@mail.example"))


class Gateway(BaseHTTPRequestHandler):
    taken: list[tuple[dict[str, str], Any]]
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).taken.append((dict(self.headers), json.loads(body)))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing: numbers are people's."""


@pytest.fixture
def gateway() -> Iterator[tuple[type[Gateway], str]]:
    class Own(Gateway):
        taken: list[tuple[dict[str, str], Any]] = []  # noqa: RUF012 — one list a test

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Own, f"http://127.0.0.1:{server.server_port}/sms"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SHORT = Mail(SMS, "+33612345678", "", "Bonjour Lina", id="0199-2")


def test_an_sms_is_posted_with_the_token_and_an_id_that_stays(gateway: tuple[type[Gateway], str]) -> None:
    own, url = gateway
    SmsGateway(url, "jeton").send(SHORT)
    ((headers, body),) = own.taken
    assert body == {"id": "0199-2", "to": "+33612345678", "text": "Bonjour Lina"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer jeton", "0199-2")


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, ChannelDown), (401, ChannelDown), (302, ChannelDown), (429, MailPutOff), (400, MailRefused)],
)  # fmt: skip
def test_what_the_gateway_answers_decides(
    gateway: tuple[type[Gateway], str], status: int, error: type[Exception]
) -> None:
    gateway[0].status = status
    with pytest.raises(error):
        SmsGateway(gateway[1], "jeton").send(SHORT)


def test_a_gateway_that_is_away_is_down() -> None:
    with pytest.raises(ChannelDown):
        SmsGateway(f"http://127.0.0.1:{free_port()}", "jeton").send(SHORT)


def _built(**settings: str) -> Any:
    clock = SystemClock()
    return from_settings(
        MailSettings(**settings), database=Database("sqlite://", application_name="t"), clock=clock,
        system_clock=clock, ids=uuid7, random=lambda: 0.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"mail": "smtp", "sender": SENDER, "smtp_url": "smtps://h"}, "AE_PUBLIC_ADDRESS"),
        ({"mail": "smtp", "sender": "moi", "smtp_url": "smtps://h", "address": "https://a"}, "AE_MAIL_FROM"),
        ({"mail": "smtp", "sender": SENDER, "smtp_url": "h", "address": "https://a"}, "AE_SMTP_URL"),
        ({"sms": "gateway", "address": "https://a"}, "AE_SMS_TOKEN"),
        ({"sms": "gateway", "address": "https://a", "sms_token": "t"}, "AE_SMS_URL"),
    ],
)
def test_a_channel_that_lacks_a_setting_is_refused_by_its_name(settings: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsRefused, match=named):
        _built(**settings)


def test_production_has_no_local_outbox() -> None:
    environ = {
        "AE_ENV": "production", "AE_DATABASE_URL": "sqlite://", "AE_TOKEN_PRIVATE_KEYS": '{"k": "v"}',
        "AE_SESSION_SECRET": "s" * 32, "AE_SERVICE_URLS": "{}",
    }  # fmt: skip
    assert inbox_settings(environ).mail.mail == "none"
    with pytest.raises(SettingsRefused, match="allowed: smtp, none"):
        inbox_settings(environ | {"AE_MAIL": "local"})
