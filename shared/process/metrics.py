"""``/metrics``: what a monitor reads of a service, in Prometheus' text format. Counts only, about nobody.

``parcours_nobody_has_the_hand`` must be 0: open instances in which no task is open, no timer runs and nothing is
awaited wait for nothing that could come (R45). It reads open instances only, however many have ended.
"""

from collections.abc import Iterator

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import Connection, exists, func, select

from shared.bpmn.tables import awaited_message, awaited_signal, incident, instance, timer
from shared.database import Database
from shared.tasks.tables import task

_OPEN = instance.c.status != "ended"


def metrics_blueprint(name: str, database: Database) -> Blueprint:
    """One route; it asks the database when it is read."""
    return exposed(_Parcours(name, database))


def exposed(collector: Collector) -> Blueprint:
    """``/metrics`` with what one collector finds."""
    blueprint = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    registry.register(collector)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


class _Parcours(Collector):
    """Asks at each reading."""

    def __init__(self, service: str, database: Database) -> None:
        self._service, self._database = service, database

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # nothing is read before somebody asks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._database.read() as look:
            values = {
                "parcours_open": ("Instances that have not ended", _count(look)),
                "parcours_held": ("Instances held by an incident", _held(look)),
                "parcours_nobody_has_the_hand": ("Open instances that wait for nothing: must be 0", _nobody(look)),
            }  # fmt: skip
        for name, (said, value) in values.items():
            family = GaugeMetricFamily(name, said, labels=["service"])
            family.add_metric([self._service], value)
            yield family


def _count(look: Connection) -> int:
    return int(look.scalar(select(func.count()).select_from(instance).where(_OPEN)) or 0)


def _held(look: Connection) -> int:
    held = select(func.count(func.distinct(incident.c.instance_id))).where(incident.c.resolved_at.is_(None))
    return int(look.scalar(held) or 0)


def _nobody(look: Connection) -> int:
    waits = [
        exists().where(task.c.instance_id == instance.c.id, task.c.status == "open"),
        *(
            exists().where(table.c.instance_id == instance.c.id)
            for table in (timer, awaited_message, awaited_signal)
        ),
    ]
    found = (
        select(func.count())
        .select_from(instance)
        .where(_OPEN, *(~each.correlate(instance) for each in waits))
    )
    return int(look.scalar(found) or 0)
