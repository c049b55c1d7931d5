"""Puts the notifications together; ``services/inbox/app.py`` calls it."""

from collections.abc import Callable, Mapping
from secrets import token_urlsafe

from services.inbox.notifications.appointments import Appointments
from services.inbox.notifications.channels import Channel
from services.inbox.notifications.channels.local import LocalOutbox
from services.inbox.notifications.channels.sms_gateway import SmsGateway
from services.inbox.notifications.channels.smtp import SCHEMES, Smtp, SmtpAddressRefused, SmtpServer
from services.inbox.notifications.composing import Composer
from services.inbox.notifications.contacts import EMAIL as EMAIL_ADDRESS
from services.inbox.notifications.deadlines import Deadlines
from services.inbox.notifications.hours import hours
from services.inbox.notifications.letters import Letters
from services.inbox.notifications.notices import Telling
from services.inbox.notifications.outgoing import EMAIL, SMS, Post
from services.inbox.notifications.receiving import Receiver
from services.inbox.notifications.sending import Sender
from services.inbox.notifications.worker import Notifications
from shared.calendar_fr import public_holidays
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids
from shared.messaging.backoff import Random
from shared.parcours.working_days import IsHoliday
from shared.settings import MailSettings, SettingsRefused

LOCAL_ADDRESS, LOCAL_SENDER = "http://127.0.0.1:8080", "ne-pas-repondre@ambition-emploi.example"


def assemble(
    *, database: Database, channels: Mapping[str, Channel], sender: str, address: str, clock: Clock,
    system_clock: Clock, ids: Ids, random: Random, is_holiday: IsHoliday | None = None,
    secrets: Callable[[], str] = lambda: token_urlsafe(32),
) -> Notifications:  # fmt: skip
    """``channels``: by ``outgoing.EMAIL`` and ``outgoing.SMS``; what none of them carries is not written."""
    times = hours(is_holiday or public_holidays())
    post, letters = Post(ids, system_clock, frozenset(channels)), Letters(address)
    telling = Telling(times, ids)
    appointments = Appointments(database, times, post, letters, clock, sender)
    return Notifications(
        database=database, hours=times, receiver=Receiver(times, telling, appointments, clock),
        deadlines=Deadlines(database, telling, clock), appointments=appointments,
        composer=Composer(database, times, letters, post, clock, secrets),
        sender=Sender(database, channels, times, clock, system_clock, random),
        clock=clock, system_clock=system_clock,
    )  # fmt: skip


def post_of(settings: MailSettings, ids: Ids, system_clock: Clock) -> Post:
    """Where the pages put what they write: the worker sends it, by the channels that the settings name."""
    named = {EMAIL: settings.mail, SMS: settings.sms}
    return Post(ids, system_clock, frozenset(channel for channel, how in named.items() if how != "none"))


def from_settings(
    settings: MailSettings, *, database: Database, clock: Clock, system_clock: Clock, ids: Ids, random: Random
) -> Notifications:
    """Raises SettingsRefused when a channel lacks what it needs."""
    return assemble(
        database=database, channels=_channels(settings), sender=settings.sender or LOCAL_SENDER,
        address=settings.address or LOCAL_ADDRESS, clock=clock, system_clock=system_clock, ids=ids, random=random,
    )  # fmt: skip


def _channels(settings: MailSettings) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    if settings.mail == "local":
        found[EMAIL] = LocalOutbox()
    elif settings.mail == "smtp":
        found[EMAIL] = _smtp(settings)
    if settings.sms == "local":
        found[SMS] = LocalOutbox()
    elif settings.sms == "gateway":
        found[SMS] = _gateway(settings)
    return found


def _smtp(settings: MailSettings) -> Smtp:
    _need("PUBLIC_ADDRESS", settings.address)
    if not EMAIL_ADDRESS.fullmatch(settings.sender):
        raise SettingsRefused("AE_MAIL_FROM is not an e-mail address")
    try:
        return Smtp(SmtpServer.of(settings.smtp_url), settings.sender)
    except (SmtpAddressRefused, ValueError):
        allowed = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise SettingsRefused(f"AE_SMTP_URL is not an address of a mail server; allowed: {allowed}") from None


def _gateway(settings: MailSettings) -> SmsGateway:
    _need("PUBLIC_ADDRESS", settings.address)
    _need("SMS_TOKEN", settings.sms_token)
    if not settings.sms_url.startswith(("https://", "http://")):
        raise SettingsRefused("AE_SMS_URL is not an address; allowed: https://, http://")
    return SmsGateway(settings.sms_url, settings.sms_token)


def _need(name: str, value: str) -> None:
    if not value:
        raise SettingsRefused(f"AE_{name} is missing")
