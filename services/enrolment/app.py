"""Composition root of enrolment: the only place that builds things."""

import os
from dataclasses import replace

from flask import Flask

from services.enrolment import api, events, work
from services.enrolment.avenirpro.api import avenirpro_blueprint
from services.enrolment.avenirpro.holdings import PROPOSAL_HOLDINGS
from services.enrolment.campagnes import api as campagnes_api
from services.enrolment.family_api import family_contacts_blueprint
from services.enrolment.family_words import family_words_blueprint
from services.enrolment.following.api import following_blueprint
from services.enrolment.following.holdings import FOLLOWING_HOLDINGS
from services.enrolment.refusals import refusals_blueprint
from services.enrolment.rights import api as rights_api
from services.enrolment.rights.erasures import answer_handlers
from services.enrolment.rights.holdings import PUPIL_HOLDINGS
from services.enrolment.territories import api as territories_api
from services.enrolment.territories.tables import territory
from services.enrolment.transfers.api import transfers_blueprint
from services.enrolment.transfers.following import TransferRecorder
from services.enrolment.transfers.naming import NamingRecorder
from shared.clock import Clock, SystemClock
from shared.ids import Ids, uuid7
from shared.process import service
from shared.process.personal import Holding, Neutral
from shared.process.personal.registry import PROCESS_HOLDINGS, PROCESS_NEUTRAL
from shared.process.plan_api import plan_blueprint
from shared.process.replacing.api import replacing_blueprint
from shared.process.replacing.transferring import TRANSFERRED, on_transferred
from shared.process.service import ProcessService
from shared.process.vocabulary import vocabulary
from shared.settings import ServiceSettings, service_settings

TABLES: tuple[str, ...] = (
    *service.TABLES,
    "services.enrolment",
    "services.enrolment.rights",
    "services.enrolment.avenirpro",
    "services.enrolment.territories",
    "services.enrolment.following",
)
HOLDINGS: tuple[Holding, ...] = (*PROCESS_HOLDINGS, *PUPIL_HOLDINGS, *PROPOSAL_HOLDINGS, *FOLLOWING_HOLDINGS)
NEUTRAL: tuple[Neutral, ...] = (*PROCESS_NEUTRAL, Neutral(territory, "qui sert quelle commune"))
"""What each table holds about people, or what it holds instead: a table that is in neither fails the build."""


def build(settings: ServiceSettings, system_clock: Clock | None = None, ids: Ids = uuid7) -> ProcessService:
    """The service's parts, joined."""
    offered = vocabulary("enrolment", work.OPERATIONS)
    built = service.assemble(
        settings, offered, events.HANDLERS, system_clock or SystemClock(), ids,
        data_handlers={**answer_handlers(HOLDINGS), TRANSFERRED: on_transferred}, holdings=HOLDINGS,
        neutral=NEUTRAL,
    )  # fmt: skip
    own = (TransferRecorder(built.processes), NamingRecorder(built.processes))
    return replace(built, processes=replace(built.processes, recorders=(*built.processes.recorders, *own)))


def create_web(built: ProcessService) -> Flask:
    """The HTTP API."""
    verifier = service.verifier(built)
    return service.web(
        built,
        own=[
            api.pupils_blueprint(built, verifier),
            campagnes_api.campagnes_blueprint(built, verifier),
            rights_api.rights_blueprint(built, verifier),
            territories_api.territories_blueprint(built, verifier),
            avenirpro_blueprint(built, verifier),
            transfers_blueprint(built, verifier),
            refusals_blueprint(built, verifier),
            following_blueprint(built, verifier),
            family_contacts_blueprint(built, verifier),
            family_words_blueprint(built, verifier),
            replacing_blueprint(built.database, built.processes, verifier),
            plan_blueprint(built, verifier),
        ],
    )


def from_environment() -> Flask:
    """What gunicorn serves."""
    return create_web(build(service_settings(os.environ)))
