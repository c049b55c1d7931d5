"""Composition root of bilan: the only place that builds things."""

import os

from flask import Flask

from services.bilan import events, work
from shared.clock import Clock, SystemClock
from shared.ids import Ids, uuid7
from shared.process import service
from shared.process.service import ProcessService
from shared.process.vocabulary import vocabulary
from shared.settings import ServiceSettings, service_settings

TABLES: tuple[str, ...] = service.TABLES


def build(settings: ServiceSettings, system_clock: Clock | None = None, ids: Ids = uuid7) -> ProcessService:
    """The service's parts, joined."""
    offered = vocabulary("bilan", work.OPERATIONS)
    return service.assemble(settings, offered, events.HANDLERS, system_clock or SystemClock(), ids)


def create_web(built: ProcessService) -> Flask:
    """The HTTP API."""
    return service.web(built)


def from_environment() -> Flask:
    """What gunicorn serves."""
    return create_web(build(service_settings(os.environ)))
