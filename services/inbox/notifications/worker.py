"""The inbox's worker: takes the services' news, notices what time brings, composes and sends, a thread each."""

import random as _random
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from services.inbox.notifications import appointments, composing, erasing, outgoing, receiving
from services.inbox.notifications.appointments import Appointments
from services.inbox.notifications.composing import Composer
from services.inbox.notifications.deadlines import Deadlines
from services.inbox.notifications.hours import Hours
from services.inbox.notifications.receiving import Receiver
from services.inbox.notifications.sending import Sender
from services.inbox.taking import links
from services.inbox.team import forgetting
from shared.clock import Clock
from shared.database import Database
from shared.messaging.bus import MessageBus
from shared.messaging.mailbox import Mailbox, forget_rows
from shared.messaging.pulse import Pulse
from shared.messaging.worker import Loop, Turn, keep_wiped, poll, run_loops
from shared.notifications import type_of

QUEUE = "inbox"
SENDERS = ("enrolment", "accompaniment", "bilan")
TYPES = (*(type_of(service) for service in SENDERS), erasing.ASKED)
FORGET_EVERY_SECONDS = 3600.0
LOOK_EVERY_SECONDS = 5.0


@dataclass(frozen=True)
class Notifications:
    """What the worker runs. ``clock``: business; ``system_clock``: mailbox, tries."""

    database: Database
    hours: Hours
    receiver: Receiver
    deadlines: Deadlines
    appointments: Appointments
    composer: Composer
    sender: Sender
    clock: Clock
    system_clock: Clock

    def mailbox(self) -> Mailbox:
        return Mailbox(self.database, self.receiver.handle, self.system_clock)

    def turn(self) -> int:
        """What is due by now: reminders, e-mails. How much was done."""
        return self.deadlines.tell_due() + self.appointments.remind_due() + self.composer.compose_due()

    def forget(self) -> int:
        """Drop what is older than the retention."""
        before: datetime = self.clock.now() - self.hours.kept
        with self.database.begin() as tx:
            _forget(tx, before)
            links.forget(tx, self.clock.now())
            return forget_rows(tx, SENDERS, self.system_clock.now())


def work(built: Notifications, bus: MessageBus, stop: threading.Event, pulse_file: Path) -> None:
    """Run the worker until ``stop``."""
    mailbox = built.mailbox()

    def consume(stop: threading.Event, turn: Turn) -> None:
        bus.declare(QUEUE, TYPES)
        bus.consume(QUEUE, mailbox.receive, stop, ready=mailbox.is_ready, turn=turn)

    loops: dict[str, Loop] = {
        "consumer": consume,
        "mailbox": partial(poll, mailbox.retry_due),
        "composing": partial(poll, built.turn, seconds=LOOK_EVERY_SECONDS),
        "sending": partial(poll, built.sender.send_due, seconds=LOOK_EVERY_SECONDS),
        "forgetting": partial(poll, built.forget, seconds=FORGET_EVERY_SECONDS),
    }
    if not built.database.is_postgresql:
        loops["wiping"] = partial(keep_wiped, built.database)
    run_loops("inbox-worker", loops, stop, Pulse(built.system_clock, pulse_file), _random.random)


def _forget(tx: Connection, before: datetime) -> None:
    receiving.forget(tx, before)
    composing.forget(tx, before)
    appointments.forget(tx, before)
    outgoing.forget(tx, before)
    forgetting.forget_over(tx, before)
