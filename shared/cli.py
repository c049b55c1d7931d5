"""The commands that the three process services share: ``python -m services.<name> COMMAND``."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from shared.bpmn import Definition, DefinitionRefused, store
from shared.database.migrate import upgrade
from shared.messaging import operators, outbox
from shared.messaging.pulse import ages_in
from shared.messaging.rabbitmq import RabbitMQBus
from shared.process import definitions, incidents
from shared.process import service as process_service
from shared.process.service import ProcessService
from shared.settings import ServiceSettings, SettingsRefused, service_settings

LONGEST_TURN = timedelta(minutes=2)

Build = Callable[[ServiceSettings], ProcessService]


def service_commands(name: str, build: Build, tables: tuple[str, ...]) -> click.Group:
    """The command group of a service."""

    @click.group(help=f"The {name} service.")
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

    group.add_command(_incidents(build))
    group.add_command(_messages(build))
    return group


def check_service(service: ProcessService) -> list[str]:
    """What keeps a service's files from being registered, one line each."""
    return definitions.check_service(service.vocabulary, frozenset(service.handlers), service.workflows)


def load_files(service: ProcessService) -> list[Definition]:
    """The definitions of a service's files; DefinitionRefused when they have faults."""
    return definitions.load_service(service.vocabulary, frozenset(service.handlers), service.workflows)


def report(findings: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(findings))
    else:
        for line in findings:
            click.echo(line, err=True)
    sys.exit(1 if findings else 0)


def migrate_service(service: ProcessService, tables: tuple[str, ...]) -> None:
    """Schema first, then definitions: a bad file stops here and running parcours go on."""
    upgrade(service.database, tables)
    try:
        definitions.register(
            service.database, service.catalog, service.vocabulary, frozenset(service.handlers), service.clock,
            service.workflows,
        )  # fmt: skip
    except DefinitionRefused as refused:
        for finding in refused.findings:
            click.echo(str(finding), err=True)
        sys.exit(1)


def from_environment(build: Build, environ: Mapping[str, str] = os.environ) -> ProcessService:
    try:
        return build(service_settings(environ))
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused


def serve(target: str, bind: str, workers: int, threads: int) -> None:
    """Replace this process by gunicorn. No preload: each worker builds its own connections."""
    arguments = [
        sys.executable, "-m", "gunicorn", target, "--bind", bind, "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads), "--timeout", "30", "--graceful-timeout", "30",
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
    ages = ages_in(process_service.pulse_file(service), service.system_clock.now())
    return bool(ages) and max(ages.values()) < LONGEST_TURN


def _messages(build: Build) -> click.Group:
    @click.group(help="Messages that wait, or could not be handled.")
    def group() -> None: ...

    @group.command("list", help="The parked messages, the oldest first: source, id, type, parcours, reason.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [asdict(message) for message in operators.parked(look)]
        _print_rows(rows, as_json)

    @group.command(help="Try a parked message again.")
    @click.argument("source")
    @click.argument("message_id")
    def requeue(source: str, message_id: str) -> None:
        service = from_environment(build)
        try:
            with service.database.begin() as tx:
                operators.requeue(tx, source, message_id, service.system_clock.now())
        except operators.UnknownMessage as unknown:
            raise click.ClickException(f"no parked message {message_id} from {source}") from unknown

    @group.command(help="How many messages wait: to be sent, to be awaited, to be tried again, parked.")
    @click.option("--json", "as_json", is_flag=True)
    def backlog(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            to_send, received = outbox.backlog(look), operators.counts(look)
        found = {"to_send": to_send.pending, "oldest_to_send_at": to_send.oldest_at, **asdict(received)}
        if as_json:
            click.echo(json.dumps(found, default=str))
        else:
            click.echo("\n".join(f"{name} {value}" for name, value in found.items()))

    group.name = "messages"
    return group


def _print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, default=str))
    else:
        for row in rows:
            click.echo(" ".join(str(value) for value in row.values()))


def _incidents(build: Build) -> click.Group:
    @click.group(help="Parcours that an operator has to look at.")
    def group() -> None: ...

    @group.command("list", help="The open incidents, the oldest first.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [_incident_line(row) for row in store.open_incidents(look)]
        _print_rows(rows, as_json)

    @group.command(help="Let a held instance go on: its timers and messages are tried again.")
    @click.argument("instance_id")
    def retry(instance_id: str) -> None:
        service = from_environment(build)
        if not incidents.retry(service.database, service.processes, instance_id):
            raise click.ClickException(f"no incident holds instance {instance_id}")

    group.name = "incidents"
    return group


def _incident_line(row: store.InstanceRow) -> dict[str, str]:
    return {
        "occurred_at": row.occurred_at.isoformat(), "instance_id": row.instance_id, "process": row.process_id,
        "parcours_id": row.parcours_id, "move": row.move, "element": row.element_id or "", "code": row.code,
        "detail": row.detail,
    }  # fmt: skip


OFFLINE = ServiceSettings(env="test", database_url="sqlite://", bus_url="", token_public_keys={})
