"""The commands that the three process services share: ``python -m services.<name> COMMAND``."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping

import click

from shared.bpmn import DefinitionRefused, store
from shared.database.migrate import upgrade
from shared.messaging.rabbitmq import RabbitMQBus
from shared.messaging.worker import healthy
from shared.process import definitions, incidents
from shared.process import service as process_service
from shared.process.service import ProcessService
from shared.settings import ServiceSettings, SettingsRefused, service_settings

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
        bus = RabbitMQBus(service.settings.bus_url)
        process_service.worker(service, bus).run(stop)

    @group.command("worker-health", help="Exit 0 when the worker's loops turn (for a liveness probe).")
    def worker_health() -> None:
        sys.exit(0 if healthy(from_environment(build).settings.run_folder, name) else 1)

    @group.command(help="Bring the database up to date, then register the diagrams of this release.")
    def migrate() -> None:
        migrate_service(from_environment(build), tables)

    @group.command("check", help="Check the service's diagrams, tables and forms without registering them.")
    @click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
    def check_files(as_json: bool) -> None:
        found = check_service(build(OFFLINE))
        report(found, as_json)

    group.add_command(_incidents(build))
    return group


def check_service(service: ProcessService) -> list[str]:
    """What keeps a service's files from being registered, one line each."""
    return definitions.check_service(service.vocabulary, frozenset(service.handlers), service.workflows)


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
            service.database, service.catalog, service.vocabulary, service.clock, service.workflows
        )
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
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _incidents(build: Build) -> click.Group:
    @click.group(help="Parcours that an operator has to look at.")
    def group() -> None: ...

    @group.command("list", help="The open incidents, the oldest first.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [_incident_line(row) for row in store.open_incidents(look)]
        click.echo(json.dumps(rows) if as_json else "\n".join(" ".join(map(str, r.values())) for r in rows))

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
