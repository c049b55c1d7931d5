"""The port through which mail leaves. Adapters: ``smtp``, ``sms_gateway``, ``local`` (nothing leaves)."""

from typing import ClassVar, Protocol

from services.inbox.notifications.outgoing import Mail
from shared.errors import Problem, Unavailable


class ChannelDown(Unavailable):
    """The server does not answer, or not now: all mail waits, no try is counted. ``reason``: a code."""

    code: ClassVar[str] = "notifications.channel_down"


class MailPutOff(Problem):
    """This one mail was not taken now: it is tried again, a limited number of times."""

    code: ClassVar[str] = "notifications.mail_put_off"
    status: ClassVar[int] = 503


class MailRefused(Problem):
    """This one mail will never be taken (no such address): it has failed."""

    code: ClassVar[str] = "notifications.mail_refused"
    status: ClassVar[int] = 422


class Channel(Protocol):
    """Takes one mail to its server. When it returns the server has the mail."""

    def send(self, letter: Mail) -> None:
        """Raises ChannelDown, MailPutOff, MailRefused."""
