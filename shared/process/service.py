"""A process service put together: what its web process, its worker and its commands share.

``services/<name>/app.py`` builds one of these; nothing is created at import.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from flask import Flask, Response
from sqlalchemy import Connection, event

from shared.bpmn import Vocabulary
from shared.bpmn.catalog import Catalog
from shared.clock import BusinessClock, Clock
from shared.database import Database
from shared.documents import COMMON_TEMPLATE
from shared.documents.api import documents_blueprint
from shared.documents.handlers import Documents
from shared.documents.invitations.binding import Appointments
from shared.documents.invitations.making import Scheduler
from shared.documents.library import Library
from shared.documents.making import Maker
from shared.documents.reading import files_named
from shared.files import CommandScanner, FileStore, FolderStore, MemoryStore, NoScanner, Scanner, sweep
from shared.files.sweeping import PREFIXES
from shared.identity import TokenVerifier
from shared.ids import Ids
from shared.messaging.bus import MessageBus
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling, Mailbox
from shared.messaging.pulse import Pulse
from shared.messaging.relay import Relay
from shared.messaging.worker import run_worker
from shared.process import definitions, incidents
from shared.process.api import parcours_blueprint
from shared.process.delivery import work_due
from shared.process.facts import facts_blueprint
from shared.process.family.api import family_blueprint
from shared.process.family.door import FamilyDoor
from shared.process.figures.api import figures_blueprint
from shared.process.instance_migration.api import migration_blueprint
from shared.process.instance_migration.passes import forget_moved
from shared.process.metrics import metrics_blueprint
from shared.process.operators.api import operator_blueprint
from shared.process.operators.messages import Desk
from shared.process.operators.messages_api import messages_blueprint
from shared.process.personal.access_log import AccessLog
from shared.process.personal.api import PersonalData, personal_blueprint
from shared.process.personal.erasure import is_erased
from shared.process.personal.holdings import Holding, Neutral
from shared.process.personal.registry import PROCESS_HOLDINGS, PROCESS_NEUTRAL
from shared.process.processes import MoveFailed, Processes
from shared.process.reopening.api import reopening_blueprint
from shared.process.reopening.reopen import Reopening
from shared.process.task_process import TaskProcess
from shared.process.wording import OptionLabels
from shared.settings import ServiceSettings
from shared.tasks import forget_answers
from shared.tasks.api import tasks_blueprint
from shared.web import ApiBlueprint, make_app, problem_response

logger = logging.getLogger(__name__)

Handler = Callable[[Connection, Envelope, Processes], Handling]

ANSWERS_KEPT = timedelta(days=1)
TABLES = (
    "shared.bpmn",
    "shared.messaging",
    "shared.tasks",
    "shared.process",
    "shared.process.personal",
    "shared.campagnes",
    "shared.documents",
    "shared.process.passations",
    "shared.process.replacing",
)
NO_HANDLERS: Mapping[str, Handler] = MappingProxyType({})


@dataclass(frozen=True)
class ProcessService:
    """One of the three process services, ready to serve, to work, to migrate or to be checked."""

    name: str
    settings: ServiceSettings
    database: Database
    clock: BusinessClock
    system_clock: Clock
    ids: Ids
    vocabulary: Vocabulary
    catalog: Catalog
    processes: Processes
    handlers: Mapping[str, Handler]  # message type → use case: the table of events.py
    data_handlers: Mapping[str, Handler]  # the same for messages about people's data, which no diagram knows
    holdings: Sequence[Holding]  # the tables with data about people, in the order in which they are erased
    neutral: Sequence[Neutral]  # the others
    accesses: (
        AccessLog  # who else reads a parcours than the kind of organisation to which it belongs here (R41)
    )
    library: Library  # the documents that its moves make
    appointments: Appointments  # the invitations that its moves make
    documents: Documents
    wake: threading.Event  # set by each commit, so that the relay in this process need not wait for its poll

    @property
    def workflows(self) -> Path:
        return definitions.WORKFLOWS / self.name


def assemble(
    settings: ServiceSettings,
    vocabulary: Vocabulary,
    handlers: Mapping[str, Handler],
    system_clock: Clock,
    ids: Ids,
    *,
    data_handlers: Mapping[str, Handler] = NO_HANDLERS,
    holdings: Sequence[Holding] = PROCESS_HOLDINGS,
    neutral: Sequence[Neutral] = PROCESS_NEUTRAL,
    owner: str = "lycee",
) -> ProcessService:
    """Build the parts that every process service has."""
    name = vocabulary.service
    database = Database(settings.database_url, application_name=name)
    clock = BusinessClock(system_clock, settings.clock_offset_file)
    catalog = Catalog(vocabulary)
    appointments = Appointments(definitions.WORKFLOWS / name / "invitations")
    library = Library(definitions.WORKFLOWS / name / "documents", definitions.WORKFLOWS / COMMON_TEMPLATE)
    wake = threading.Event()
    event.listen(database.engine, "commit", lambda _connection: wake.set())
    return ProcessService(
        name=name, settings=settings, database=database, clock=clock, system_clock=system_clock, ids=ids,
        vocabulary=vocabulary, catalog=catalog,
        processes=Processes(
            catalog=catalog, vocabulary=vocabulary, clock=clock, system_clock=system_clock, ids=ids,
            recorders=(Maker(library, vocabulary.functions, OptionLabels()), Scheduler(appointments)),
        ),
        handlers=handlers, data_handlers=data_handlers, holdings=holdings, neutral=neutral, library=library,
        appointments=appointments, documents=Documents(
            database, _files(settings), _scanner(settings), clock=clock, system_clock=system_clock, ids=ids
        ),
        accesses=AccessLog(database, clock, owner), wake=wake,
    )  # fmt: skip


def _files(settings: ServiceSettings) -> FileStore:
    return FolderStore(settings.files_folder) if settings.files_folder else MemoryStore()


def _scanner(settings: ServiceSettings) -> Scanner:
    return CommandScanner(settings.scan_command) if settings.scan_command else NoScanner()


def message_desk(service: ProcessService) -> Desk:
    """What operators do with its received messages."""
    return Desk(service.database, service.system_clock, service.ids)


def verifier(service: ProcessService) -> TokenVerifier:
    return TokenVerifier(
        service.settings.token_public_keys, audience=service.name, clock=service.system_clock
    )


def family_door(service: ProcessService) -> FamilyDoor:
    return FamilyDoor(service.name, service.database, service.processes, service.documents, service.library)


def web(service: ProcessService, own: Sequence[ApiBlueprint] = ()) -> Flask:
    """The HTTP API: people's tasks, the parcours as this service knows it, the operators' door, its own routes."""
    log = service.accesses
    tasks = tasks_blueprint(
        database=service.database, process=TaskProcess(service.processes), verifier=verifier(service),
        clock=service.clock, ids=service.ids, note=log.task,
        files=files_named,
    )  # fmt: skip
    parcours = parcours_blueprint(service.database, service.processes, verifier(service), log.parcours)
    operator = operator_blueprint(service.database, service.processes, verifier(service), log.operator)
    migrations = migration_blueprint(service.database, service.processes, verifier(service))
    data = PersonalData(
        service.name,
        service.database,
        service.processes,
        service.clock,
        service.holdings,
        service.neutral,
        log,
    )
    app = make_app(
        service.name,
        [
            tasks,
            parcours,
            documents_blueprint(service.documents, verifier(service), log.parcours),
            family_blueprint(family_door(service), verifier(service)),
            operator,
            messages_blueprint(message_desk(service), verifier(service)),
            migrations,
            personal_blueprint(data, verifier(service)),
            reopening_blueprint(Reopening(service.database, service.processes), verifier(service)),
            figures_blueprint(service.database, verifier(service)),
            facts_blueprint(service.database, service.processes, verifier(service)),
            *own,
        ],
        ready=[partial(_answers, service.database)],
    )
    app.register_blueprint(metrics_blueprint(service.name, service.database))
    app.register_error_handler(MoveFailed, partial(_recorded, service))
    return app


def work(service: ProcessService, bus: MessageBus, stop: threading.Event) -> None:
    """Run the worker until ``stop``: relay, consumer, mailbox's retries, timers with signals, a thread each."""
    run_worker(
        queue=service.name,
        types=sorted({**service.handlers, **service.data_handlers}),
        bus=bus,
        database=service.database,
        relay=Relay(service.database, bus, service.system_clock, service.wake),
        mailbox=Mailbox(service.database, partial(handle, service), service.system_clock),
        timers=partial(work_due, service.database, service.processes),
        clock=service.system_clock,
        stop=stop,
        forget=[_forget_answers, forget_moved, partial(_sweep_some, service.documents)],
        pulse=Pulse(service.system_clock, pulse_file(service)),
    )


def _forget_answers(tx: Connection, now: datetime) -> None:
    """Answers kept for second clicks: nobody clicks again after a day."""
    forget_answers(tx, now - ANSWERS_KEPT)


def _sweep_some(documents: Documents, _tx: Connection, now: datetime) -> None:
    """Files that no row names: a sixteenth of the store each hour, so that a turn does not grow with it."""
    part = int(now.timestamp() // 3600) % 16
    sweep(documents.files, documents.named, now, PREFIXES[part * 16 : part * 16 + 16])


def pulse_file(service: ProcessService) -> Path:
    """Where the worker says that its loops turn, for a probe in another process."""
    return service.settings.run_folder / f"{service.name}-worker.json"


def _recorded(service: ProcessService, failed: MoveFailed) -> Response:
    """A person's move that failed: undone by now, it leaves its incident in a transaction of its own."""
    with service.database.begin() as tx:
        incidents.record(tx, failed, service.processes)
    return problem_response(failed)


def handle(service: ProcessService, tx: Connection, envelope: Envelope) -> Handling:
    """The effect of a received message, in the mailbox's transaction; none when its parcours was erased."""
    if envelope.type in service.handlers and is_erased(tx, envelope.subject):
        logger.warning("message %s %s is of an erased parcours: not kept", envelope.type, envelope.id)
        return Handling.HANDLED
    return handler_of(service, envelope.type)(tx, envelope, service.processes)


def handler_of(service: ProcessService, message_type: str) -> Handler:
    """Who takes a message: a use case, or who sees to people's data."""
    return service.handlers.get(message_type) or service.data_handlers[message_type]


def _answers(database: Database) -> None:
    with database.read() as look:
        look.exec_driver_sql("SELECT 1")
