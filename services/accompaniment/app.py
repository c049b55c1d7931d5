"""Composition root of accompaniment: the only place that builds things."""

import os

from flask import Flask

from services.accompaniment import events, work
from shared.bpmn import Vocabulary
from shared.clock import Clock, SystemClock
from shared.forms import form_facts
from shared.identity import ROLES
from shared.ids import Ids, uuid7
from shared.process import service
from shared.process.feel_functions import feel_functions
from shared.process.service import ProcessService
from shared.settings import ServiceSettings, service_settings

TABLES: tuple[str, ...] = service.TABLES


def build(settings: ServiceSettings, system_clock: Clock | None = None, ids: Ids = uuid7) -> ProcessService:
    """The service's parts, joined."""
    vocabulary = Vocabulary(
        service="accompaniment",
        roles=frozenset().union(*ROLES.values()),
        operations=work.OPERATIONS,
        functions=feel_functions(),
        form_outputs=form_facts,
    )
    return service.assemble(settings, vocabulary, events.HANDLERS, system_clock or SystemClock(), ids)


def create_web(built: ProcessService) -> Flask:
    """The HTTP API."""
    return service.web(built)


def from_environment() -> Flask:
    """What gunicorn serves."""
    return create_web(build(service_settings(os.environ)))
