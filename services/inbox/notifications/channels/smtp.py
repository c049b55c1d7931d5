"""E-mail by SMTP: one connection a mail, TLS unless the address says otherwise.

SMTP is at least once: when the server has taken a mail and the connection dies before it says so, the mail goes again.
Its Message-ID is the same then, by which mail servers and readers know a repeat.
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from services.inbox.notifications.channels import ChannelDown, MailPutOff, MailRefused
from services.inbox.notifications.outgoing import Mail

TIMEOUT_SECONDS = 15.0
SCHEMES = ("smtps", "smtp", "smtp+plain")
PERMANENT = 500


class SmtpAddressRefused(Exception):
    """Not ``smtps://``, ``smtp://`` (STARTTLS) or ``smtp+plain://`` with a host."""


@dataclass(frozen=True)
class SmtpServer:
    """``scheme``: smtps (TLS at once), smtp (STARTTLS, always) or smtp+plain (neither)."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None

    PORTS: ClassVar[dict[str, int]] = {"smtps": 465, "smtp": 587, "smtp+plain": 25}

    @classmethod
    def of(cls, url: str) -> "SmtpServer":
        """From ``smtps://user:password@host:465``. Raises SmtpAddressRefused, which quotes nothing of it."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise SmtpAddressRefused
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.scheme, parts.hostname, parts.port or cls.PORTS[parts.scheme], user, password)

    def __repr__(self) -> str:
        return f"SmtpServer({self.scheme}://{self.host}:{self.port})"


class Smtp:
    """``sender``: the address that mail comes from. ``tls``: for tests, whose server has a certificate of its own."""

    def __init__(
        self, server: SmtpServer, sender: str, *, tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:  # fmt: skip
        self._server, self._sender, self._timeout = server, sender, timeout
        self._tls = tls or ssl.create_default_context()

    def send(self, letter: Mail) -> None:
        message = as_message(letter, self._sender)
        try:
            with self._connected() as client:
                client.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _of_code(max(code for code, _ in refused.recipients.values())) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            raise _of_code(refused.smtp_code) from None
        except smtplib.SMTPAuthenticationError:
            raise ChannelDown(reason="authentication") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(reason=type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=self._tls
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            if server.scheme == "smtp":
                client.starttls(context=self._tls)
            if server.user is not None:
                client.login(server.user, server.password or "")
        except Exception:
            client.close()
            raise
        return client


def as_message(letter: Mail, sender: str) -> EmailMessage:
    """The mail as it travels; its Message-ID is made of its row's id, the same at each try."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    if letter.invitation is not None:
        message.add_attachment(
            letter.invitation, maintype="text", subtype="calendar", filename="rendez-vous.ics",
            params={"method": letter.invitation_method or "REQUEST", "charset": "utf-8"},
        )  # fmt: skip
    return message


def _of_code(code: int) -> MailPutOff | MailRefused:
    return MailRefused(reason=f"smtp_{code}") if code >= PERMANENT else MailPutOff(reason=f"smtp_{code}")
