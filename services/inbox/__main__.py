"""``python -m services.inbox``: web, worker, migrate, directory, people, operator-token, messages …"""

import os
import sys
from pathlib import Path

import click

from services.inbox.app import (
    SERVICES,
    build_notifications,
    migrate_inbox,
    pulse_file,
    rate_limits,
    said_of,
    sign_in_provider,
)
from services.inbox.directory.command import import_file
from services.inbox.directory.persons_command import people_commands
from services.inbox.habilitations.commands import habilitation_commands
from services.inbox.notifications.worker import work
from services.inbox.sources import Sources
from shared.cli import has_pulse, serve, stop_on_signals
from shared.cli.common import Told
from shared.cli.messages import message_commands
from shared.clock import BusinessClock, SystemClock
from shared.database import Database
from shared.identity import LONGEST_OPERATOR_NAME, Actor, TokenSigner
from shared.ids import uuid7
from shared.messaging.rabbitmq import RabbitMQBus
from shared.process.operators.messages import Desk
from shared.settings import InboxSettings, SettingsRefused, inbox_settings


@click.group(cls=Told, help="The inbox.")
def main() -> None: ...


@main.command(help="Serve the pages with gunicorn.")
@click.option("--bind", default="0.0.0.0:8000", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=4, show_default=True)
def web(bind: str, workers: int, threads: int) -> None:
    os.environ["AE_LISTEN"] = bind  # the workers read it: the sign-in without password wants loopback
    try:
        # each of gunicorn's workers would die of it, again and again
        sign_in_provider(_settings(), SystemClock())
        rate_limits(_settings())
        said_of(_settings())
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused
    serve("services.inbox.app:from_environment()", bind, workers, threads)


@main.command(help="Take the services' news, write to people, until SIGTERM.")
def worker() -> None:
    settings = _settings()
    if not settings.bus_url:
        raise click.ClickException("AE_BUS_URL is missing")
    try:
        built = build_notifications(settings)
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused
    stop = stop_on_signals()
    bus = RabbitMQBus(settings.bus_url, name="inbox worker")
    work(built, bus, stop, pulse_file(settings))
    bus.close()


@main.command("worker-health", help="Exit 0 when the worker's loops turn (for a liveness probe).")
def worker_health() -> None:
    sys.exit(0 if has_pulse(pulse_file(_settings()), SystemClock()) else 1)


@main.command(help="Bring the database up to date; in a demonstration, with its invented people.")
def migrate() -> None:
    migrate_inbox(_settings())


@main.group(help="The directory: organisations and the territories that they serve.")
def directory() -> None: ...


@directory.command(
    "import", help="Import organisations and territories from a CSV FILE; importing twice changes nothing."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="Who you are: what the list of imports will show.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a JSON object.")
def import_directory(file: Path, name: str, as_json: bool) -> None:
    import_file(_settings(), file, name, as_json)


@main.command("operator-token", help="Print a token of five minutes for a service's operator API.")
@click.option("--service", type=click.Choice((*SERVICES, "inbox")), required=True)
@click.option("--name", required=True, help="Who you are: what the record of repairs will show.")
def operator_token(service: str, name: str) -> None:
    signer = TokenSigner(_settings().token_private_keys, SystemClock(), uuid7)
    click.echo(signer.sign(_operator(name), service))


def _operator(name: str) -> Actor:
    if not (0 < len(name.strip()) <= LONGEST_OPERATOR_NAME and name.isprintable()):
        raise click.BadParameter(f"1 to {LONGEST_OPERATOR_NAME} characters", param_hint="--name")
    return Actor.operator(name.strip())


def _settings() -> InboxSettings:
    try:
        return inbox_settings(os.environ)
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused


def _parts() -> tuple[Database, Sources, BusinessClock]:
    settings = _settings()
    signer = TokenSigner(settings.token_private_keys, SystemClock(), uuid7)
    database = Database(settings.database_url, application_name="inbox")
    return (
        database,
        Sources(settings.service_urls, signer),
        BusinessClock(SystemClock(), settings.clock_offset_file),
    )


for group in habilitation_commands(_parts):
    main.add_command(group)


main.add_command(people_commands(lambda: _parts()[0], SystemClock(), uuid7))


def _desk() -> Desk:
    return Desk(_parts()[0], SystemClock(), uuid7)


main.add_command(message_commands(_desk))

if __name__ == "__main__":
    main(prog_name="python -m services.inbox")
