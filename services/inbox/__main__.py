"""``python -m services.inbox``: web, migrate."""

import os

import click

from shared.cli import serve
from shared.database import Database
from shared.database.migrate import upgrade
from shared.settings import SettingsRefused, inbox_settings

TABLES = ("services.inbox",)


@click.group(help="The inbox.")
def main() -> None: ...


@main.command(help="Serve the pages with gunicorn.")
@click.option("--bind", default="0.0.0.0:8000", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=4, show_default=True)
def web(bind: str, workers: int, threads: int) -> None:
    os.environ["INBOX_LISTEN"] = bind.rpartition(":")[0]
    serve("services.inbox.app:from_environment()", bind, workers, threads)


@main.command(help="Bring the database up to date.")
def migrate() -> None:
    try:
        settings = inbox_settings(os.environ)
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused
    upgrade(Database(settings.database_url, application_name="inbox"), TABLES)


if __name__ == "__main__":
    main(prog_name="python -m services.inbox")
