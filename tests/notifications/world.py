"""The inbox's worker as tests drive it: news by the mailbox, a clock that they move, a channel that writes down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.inbox import demo
from services.inbox.notifications import choices, contacts
from services.inbox.notifications.building import assemble
from services.inbox.notifications.channels import Channel
from services.inbox.notifications.contacts import Contact
from services.inbox.notifications.outgoing import EMAIL, SMS, Mail
from services.inbox.notifications.worker import Notifications
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.notifications import AppointmentNews, News, TaskNews, to_data, type_of
from tests.inbox.people import of

TUESDAY = datetime(2026, 9, 8, 8, 0, tzinfo=UTC)  # ten o'clock in Paris
KARIM, CLAIRE, HELENE = (of(name)[0] for name in ("Karim Benali", "Claire Fontaine", "Hélène Vasseur"))
EMAILS = {KARIM: "karim@lycee.example", CLAIRE: "claire@lycee.example", HELENE: "helene@lycee.example"}
ADDRESS = "https://ambition.example"
SENDER = "ne-pas-repondre@ambition.example"


@dataclass
class Notebook:
    """A channel that keeps what it is given; ``fault`` is raised instead, ``after`` it was taken."""

    taken: list[Mail] = field(default_factory=list)
    fault: BaseException | None = None
    after: BaseException | None = None

    def send(self, letter: Mail) -> None:
        if self.fault:
            raise self.fault
        self.taken.append(letter)
        if self.after:
            raise self.after


class Post:
    """A worker on ``database``, with the demonstration's people, three of whom have an e-mail address."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel] | None = None, now: datetime = TUESDAY
    ) -> None:
        self.database, self.clock = database, FixedClock(now)
        self.email, self.sms = Notebook(), Notebook()
        self.channels = channels or {EMAIL: self.email, SMS: self.sms}
        with database.begin() as tx:
            demo.seed(tx)
            for person_id, email in EMAILS.items():
                contacts.write(tx, person_id, Contact(email, "+33612345678"), HELENE, now)
        self.worker = self.started()
        self.parcours_id, self.instance_id = uuid7(), uuid7()

    def started(self) -> Notifications:
        """A worker of its own on the same database, as after a restart."""
        return assemble(
            database=self.database, channels=self.channels, sender=SENDER, address=ADDRESS, clock=self.clock,
            system_clock=self.clock, ids=uuid7, random=lambda: 0.5,
        )  # fmt: skip

    def choose(self, person_id: str, **chosen: str) -> None:
        with self.database.begin() as tx:
            choices.choose(tx, person_id, {f"avis_{name}": value for name, value in chosen.items()})

    def news(self, *, service: str = "enrolment", **said: Any) -> Envelope:
        told = News(**({"parcours_id": self.parcours_id, "first_name": "Lina"} | said))
        envelope = Envelope(
            uuid7(), type_of(service), service, self.instance_id, self.clock.now(), to_data(told)
        )
        self.worker.mailbox().receive(envelope)
        return envelope

    def open(self, name: str = "Mener l’entretien", *, actor: str | None = None, **said: Any) -> str:
        """A task for the référents of the lycée Louise-Garance, or for ``assignee``; its id."""
        task = task_news(name, **said)
        self.news(opened=(task,), actor=actor)
        return task.id

    def close(self, *task_ids: str) -> None:
        self.news(opened=(), closed=task_ids)

    def invite(
        self, starts: str | None, key: str = "entretien:1", *, is_sms_off: bool = False, **said: Any
    ) -> None:
        usual: dict[str, Any] = {
            "key": key, "title": "Entretien de situation", "starts": starts, "ends": None, "place": "Salle 12",
            "people": (KARIM,), "emails": ("lina@famille.example",), "phones": ("06 98 76 54 32",),
        }  # fmt: skip
        self.news(appointments=(AppointmentNews(**(usual | said)),), is_sms_off=is_sms_off)

    def at(self, when: datetime) -> list[Mail]:
        """Let the worker turn at an instant; the e-mails that left since."""
        self.clock.set(when)
        before = len(self.email.taken)
        while self.worker.turn():
            pass
        while self.worker.sender.send_due():
            pass
        return self.email.taken[before:]


def task_news(name: str = "Mener l’entretien", **said: Any) -> TaskNews:
    usual: Mapping[str, Any] = {
        "id": uuid7(), "name": name, "organisation_kind": "lycee", "organisation_id": demo.LYCEE_GARANCE,
        "role": "referent", "assignee": None, "due": None, "is_handover": False,
    }  # fmt: skip
    return TaskNews(**(dict(usual) | said))


def paris(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    """An hour of September 2026 in Paris (two hours ahead of UTC)."""
    return datetime(2026, month, day, hour - 2, minute, tzinfo=UTC)


def to(mails: list[Mail]) -> list[str]:
    return sorted(mail.recipient for mail in mails)
