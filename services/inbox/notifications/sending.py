"""Takes queued mail to its channel: claimed, sent, marked, each for itself.

A worker that dies after the channel has the mail and before it is marked leaves a claim that runs out: the mail goes
again, under the same id (at least once). A channel that is down costs no try: nothing is lost, however long it lasts.
"""

import logging
import random as _random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.inbox.notifications.channels import Channel, ChannelDown, MailPutOff, MailRefused
from services.inbox.notifications.channels.local import LocalOutbox
from services.inbox.notifications.hours import Hours
from services.inbox.notifications.outgoing import FAILED, QUEUED, SENT, Mail
from services.inbox.notifications.tables import mail
from shared.clock import Clock
from shared.database import Database
from shared.messaging.backoff import Random, delay

logger = logging.getLogger(__name__)

BATCH = 20
CLAIM = timedelta(minutes=5)
MOST_TRIES = 12
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 30.0, 3600.0
DOWN_PAUSE_SECONDS = 60.0


@dataclass(frozen=True)
class Sender:
    """``channels``: email and sms, each if it is there. ``clock``: business; ``system_clock``: tries and claims."""

    database: Database
    channels: Mapping[str, Channel]
    hours: Hours
    clock: Clock
    system_clock: Clock
    random: Random = _random.random

    def send_due(self) -> int:
        """One turn: twenty mails at most; how many left."""
        down: set[str] = set()
        return sum(self._send(row, down) for row in self._claim())

    def _claim(self) -> list[Row[Any]]:
        """What is due is ours for five minutes; outside working hours only what is urgent."""
        now = self.system_clock.now()
        due = [mail.c.state == QUEUED, mail.c.due_at <= now, mail.c.channel.in_(sorted(self.channels))]
        if not self.hours.is_open(self.clock.now()):
            due.append(mail.c.is_urgent)
        query = select(mail.c.id).where(*due).order_by(mail.c.due_at, mail.c.id).limit(BATCH)
        with self.database.read() as look:
            if look.execute(query.limit(1)).first() is None:
                return []
        with self.database.begin() as tx:
            ids = list(tx.execute(query.with_for_update(skip_locked=True)).scalars())
            claimed = update(mail).where(mail.c.id.in_(ids)).values(due_at=now + CLAIM)
            return sorted(tx.execute(claimed.returning(mail)).all(), key=lambda row: row.id)

    def _send(self, row: Row[Any], down: set[str]) -> bool:
        if row.channel in down:
            self._again(row, row.tries, "channel_down", DOWN_PAUSE_SECONDS)
            return False
        try:
            self.channels[row.channel].send(_letter(row))
        except ChannelDown as problem:
            down.add(row.channel)
            logger.warning("channel %s is down: %s", row.channel, problem.params["reason"])
            self._again(row, row.tries, problem.params["reason"], DOWN_PAUSE_SECONDS)
        except MailPutOff as problem:
            self._put_off(row, problem.params["reason"])
        except MailRefused as problem:
            self._settle(row, state=FAILED, tries=row.tries + 1, reason=problem.params["reason"])
        else:
            self._settle(row, state=SENT, tries=row.tries + 1, sent_at=self.clock.now(), reason=None)
            return True
        return False

    def _put_off(self, row: Row[Any], reason: str) -> None:
        tries = row.tries + 1
        if tries >= MOST_TRIES:
            self._settle(row, state=FAILED, tries=tries, reason=reason)
        else:
            pause = delay(tries, self.random, first=FIRST_PAUSE_SECONDS, longest=LONGEST_PAUSE_SECONDS)
            self._again(row, tries, reason, pause.total_seconds())

    def _again(self, row: Row[Any], tries: int, reason: str, seconds: float) -> None:
        due_at: datetime = self.system_clock.now() + timedelta(seconds=seconds)
        self._mark(row, tries=tries, reason=reason[:100], due_at=due_at)

    def _settle(self, row: Row[Any], **values: Any) -> None:
        """It needs no try more: a secret body is forgotten. The local outbox shows its rows, and keeps it."""
        is_forgotten = row.is_secret and not isinstance(self.channels[row.channel], LocalOutbox)
        self._mark(row, **values, **({"body": ""} if is_forgotten else {}))

    def _mark(self, row: Row[Any], **values: Any) -> None:
        with self.database.begin() as tx:
            _write(tx, row.id, values)


def _write(tx: Connection, mail_id: str, values: Mapping[str, Any]) -> None:
    """A mail that was erased meanwhile stays away."""
    tx.execute(update(mail).where(mail.c.id == mail_id).values(**values))


def _letter(row: Row[Any]) -> Mail:
    return Mail(
        row.channel, row.recipient, row.subject, row.body, person_id=row.person_id, parcours_id=row.parcours_id,
        is_urgent=row.is_urgent, invitation=row.invitation, invitation_method=row.invitation_method,
        is_secret=row.is_secret, id=row.id,
    )  # fmt: skip
