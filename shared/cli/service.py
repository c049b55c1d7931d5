"""A service's own commands: web, worker, migrate, check."""

import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import click

from shared import campagnes
from shared.bpmn import Definition, DefinitionRefused, Finding
from shared.bpmn.report import as_json as findings_as_json
from shared.bpmn.report import verdict
from shared.cli.common import Build, Told, from_environment
from shared.cli.incidents import incident_commands
from shared.cli.messages import message_commands
from shared.cli.migration import migration_commands
from shared.clock import Clock
from shared.database.migrate import upgrade
from shared.documents.checks import check_documents
from shared.documents.invitations.binding import check_appointments
from shared.files import sweep
from shared.messaging.pulse import ages_in
from shared.messaging.rabbitmq import RabbitMQBus
from shared.process import definitions
from shared.process import service as process_service
from shared.process.service import ProcessService
from shared.settings import ServiceSettings

LONGEST_TURN = timedelta(minutes=2)


def service_commands(name: str, build: Build, tables: tuple[str, ...]) -> click.Group:
    """The command group of a service."""

    @click.group(cls=Told, help=f"The {name} service.")
    def group() -> None: ...

    @group.command(help="Serve the HTTP API with gunicorn.")
    @click.option("--bind", default="0.0.0.0:8000", show_default=True)
    @click.option("--workers", default=2, show_default=True)
    @click.option("--threads", default=4, show_default=True)
    def web(bind: str, workers: int, threads: int) -> None:
        serve(f"services.{name}.app:from_environment()", bind, workers, threads)

    @group.command(help="Run the relay, the consumer, the mailbox's retries and the timers until SIGTERM.")
    def worker() -> None:
        service = from_environment(build)
        stop = stop_on_signals()
        bus = RabbitMQBus(service.settings.bus_url, name=f"{name} worker")
        process_service.work(service, bus, stop)
        bus.close()

    @group.command("worker-health", help="Exit 0 when the worker's loops turn (for a liveness probe).")
    def worker_health() -> None:
        sys.exit(0 if is_healthy(from_environment(build)) else 1)

    @group.command(help="Bring the database up to date, then register the diagrams of this release.")
    def migrate() -> None:
        migrate_service(from_environment(build), tables)

    @group.command("check", help="Check the service's diagrams, tables and forms without registering them.")
    @click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
    def check_files(as_json: bool) -> None:
        found = check_service(build(OFFLINE))
        report(found, as_json)

    @group.command("sweep-files", help="Remove every kept file that nothing names any more, at once.")
    def sweep_files() -> None:
        service = from_environment(build)
        documents = service.documents
        removed = sweep(documents.files, documents.named, service.system_clock.now())
        click.echo(f"{removed} removed")

    group.add_command(incident_commands(build))
    group.add_command(message_commands(lambda: process_service.message_desk(from_environment(build))))
    group.add_command(migration_commands(build))
    return group


def check_service(service: ProcessService) -> list[Finding]:
    """What there is to say about a service's files before they are registered: diagrams first, then documents."""
    found = definitions.check_service(service.vocabulary, frozenset(service.handlers), service.workflows)
    return found if verdict(found) else [*found, *_check_documents(service)]


def _check_documents(service: ProcessService) -> list[Finding]:
    loaded = load_files(service)
    return [
        *check_documents(service.library, loaded, service.vocabulary.functions),
        *check_appointments(service.appointments, loaded),
    ]


def load_files(service: ProcessService) -> list[Definition]:
    """The definitions of a service's files; DefinitionRefused when they have faults."""
    return definitions.load_service(service.vocabulary, frozenset(service.handlers), service.workflows)


def report(findings: list[Finding], as_json: bool) -> None:
    """Print findings and exit: 0 when there are none, or notices only."""
    if as_json:
        click.echo(findings_as_json(findings))
    else:
        for finding in findings:
            click.echo(finding.sentence, err=True)
    sys.exit(verdict(findings))


def migrate_service(service: ProcessService, tables: tuple[str, ...]) -> None:
    """Schema first, then campagnes and definitions: a bad file stops here and running parcours go on."""
    upgrade(service.database, tables)
    with service.database.begin() as tx:
        campagnes.deliver(tx, service.clock.now())
    try:
        definitions.register(
            service.database, service.catalog, service.vocabulary, frozenset(service.handlers), service.clock,
            service.workflows,
        )  # fmt: skip
    except DefinitionRefused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        sys.exit(1)


KEEP_ALIVE_SECONDS = 75
"""Longer than an Ingress or the inbox leaves a connection unused: who closes first must be who calls, since a request
that meets a closing connection is lost."""


def serve(target: str, bind: str, workers: int, threads: int) -> None:
    """Replace this process by gunicorn. No preload: each worker builds its own connections."""
    arguments = [
        sys.executable, "-m", "gunicorn", target, "--bind", bind, "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads), "--timeout", "30", "--graceful-timeout", "30",
        "--keep-alive", str(KEEP_ALIVE_SECONDS),
        "--max-requests", "2000", "--max-requests-jitter", "200", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    os.execv(sys.executable, arguments)  # noqa: S606 — our own interpreter, no shell


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set. To be called from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def is_healthy(service: ProcessService) -> bool:
    """Whether every loop of the worker turned within the last two minutes."""
    return has_pulse(process_service.pulse_file(service), service.system_clock)


def has_pulse(file: Path, clock: Clock) -> bool:
    """The same of any worker that writes to ``file``."""
    ages = ages_in(file, clock.now())
    return bool(ages) and max(ages.values()) < LONGEST_TURN


OFFLINE = ServiceSettings(env="test", database_url="sqlite://", bus_url="", token_public_keys={})
