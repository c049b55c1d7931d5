"""Composition root of accompaniment: the only place that builds things."""

import os
from dataclasses import replace

from flask import Flask

from services.accompaniment import events, work
from services.accompaniment.ateliers.api import ateliers_blueprint
from services.accompaniment.ateliers.events import DATA_HANDLERS
from services.accompaniment.ateliers.figures_api import workshop_figures_blueprint
from services.accompaniment.ateliers.holdings import WORKSHOP_HOLDINGS, WORKSHOP_NEUTRAL
from services.accompaniment.ateliers.readings import ACCESS_HOLDING
from services.accompaniment.offre.api import offre_blueprint
from services.accompaniment.offre.holdings import OFFER_HOLDINGS, OFFER_NEUTRAL
from services.accompaniment.periods.holdings import PERIOD_HOLDINGS
from services.accompaniment.suivi_api import suivi_blueprint
from shared.campagnes.messages import PARTNER_HANDLERS
from shared.clock import Clock, SystemClock
from shared.ids import Ids, uuid7
from shared.process import service
from shared.process.personal import Holding, Neutral
from shared.process.personal.partner import data_handlers
from shared.process.personal.registry import PROCESS_HOLDINGS, PROCESS_NEUTRAL
from shared.process.plan_api import plan_blueprint
from shared.process.service import ProcessService
from shared.process.vocabulary import vocabulary
from shared.settings import ServiceSettings, service_settings

TABLES: tuple[str, ...] = (
    *service.TABLES,
    "services.accompaniment.ateliers",
    "services.accompaniment.periods",
    "services.accompaniment.offre",
)
HOLDINGS: tuple[Holding, ...] = (
    *(ACCESS_HOLDING if each.table is ACCESS_HOLDING.table else each for each in PROCESS_HOLDINGS),
    *WORKSHOP_HOLDINGS,
    *PERIOD_HOLDINGS,
    *OFFER_HOLDINGS,
)
NEUTRAL: tuple[Neutral, ...] = (*PROCESS_NEUTRAL, *WORKSHOP_NEUTRAL, *OFFER_NEUTRAL)
"""What each table holds about people, or what it holds instead: a table that is in neither fails the build."""


def build(settings: ServiceSettings, system_clock: Clock | None = None, ids: Ids = uuid7) -> ProcessService:
    """The service's parts, joined."""
    offered = vocabulary("accompaniment", work.OPERATIONS)
    built = service.assemble(
        settings, offered, events.HANDLERS, system_clock or SystemClock(), ids,
        data_handlers={**data_handlers(HOLDINGS), **PARTNER_HANDLERS, **DATA_HANDLERS}, holdings=HOLDINGS,
        neutral=NEUTRAL, owner="mission_locale",
    )  # fmt: skip
    return replace(built, processes=replace(built.processes, stoppers=(work.let_go,)))


def create_web(built: ProcessService) -> Flask:
    """The HTTP API."""
    return service.web(
        built,
        own=[
            ateliers_blueprint(built, service.verifier(built)),
            workshop_figures_blueprint(built.database, service.verifier(built)),
            offre_blueprint(built, service.verifier(built)),
            suivi_blueprint(built, service.verifier(built)),
            plan_blueprint(built, service.verifier(built)),
        ],
    )


def from_environment() -> Flask:
    """What gunicorn serves."""
    return create_web(build(service_settings(os.environ)))
