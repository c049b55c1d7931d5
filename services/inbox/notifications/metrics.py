"""The inbox's ``/metrics``: e-mails and SMS, and messages that it could not take. Counts only, about nobody."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from werkzeug.exceptions import NotFound

from services.inbox.notifications import outgoing
from services.inbox.notifications.outgoing import EMAIL, FAILED, QUEUED, SENT, SMS
from services.inbox.notifications.tables import mail
from shared.clock import Clock
from shared.database import Database
from shared.messaging import operators
from shared.process.metrics import exposed

STATES = {
    SENT: ("mail_sent", "E-mails and SMS that have left, of those kept"),
    QUEUED: ("mail_waiting", "E-mails and SMS that have still to leave"),
    FAILED: ("mail_failed", "E-mails and SMS that were given up, of those kept"),
}


def metrics_blueprint(database: Database, clock: Clock) -> Blueprint:
    """``clock``: the business clock, by which mail is written. For the monitor, which comes by no proxy: behind the
    one that people come by there is no such page."""
    blueprint = exposed(_Mail(database, clock))
    blueprint.before_request(_refuse_the_public)
    return blueprint


def _refuse_the_public() -> None:
    if {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded"} & set(request.headers.keys()):
        raise NotFound


class _Mail(Collector):
    """Asks at each reading."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # nothing is read before somebody asks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._database.read() as look:
            counts, oldest = outgoing.counts(look), _oldest(look)
            received = operators.counts(look)
        for state, (name, said) in STATES.items():
            yield _by_channel(name, said, {each: counts.get((each, state), 0) for each in (EMAIL, SMS)})
        now = self._clock.now()
        ages = {
            each: (now - oldest[each]).total_seconds() if each in oldest else 0.0 for each in (EMAIL, SMS)
        }
        yield _by_channel(
            "mail_oldest_waiting_seconds", "Age of the oldest one that has still to leave", ages
        )
        yield GaugeMetricFamily("messages_retry", "Received messages that are tried again", received.retry)
        yield GaugeMetricFamily("messages_parked", "Received messages for an operator", received.parked)


def _by_channel(name: str, said: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=["channel"])
    for channel, value in values.items():
        family.add_metric([channel], value)
    return family


def _oldest(look: Connection) -> dict[str, datetime]:
    query = select(mail.c.channel, func.min(mail.c.created_at).label("at")).where(mail.c.state == QUEUED)
    return {row.channel: row.at for row in look.execute(query.group_by(mail.c.channel))}
