"""``python -m services.inbox``: web, migrate."""

import os

import click

from services.inbox.app import migrate_inbox
from shared.cli import serve
from shared.settings import InboxSettings, SettingsRefused, inbox_settings


@click.group(help="The inbox.")
def main() -> None: ...


@main.command(help="Serve the pages with gunicorn.")
@click.option("--bind", default="0.0.0.0:8000", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=4, show_default=True)
def web(bind: str, workers: int, threads: int) -> None:
    os.environ["AE_LISTEN"] = bind  # the workers read it: the sign-in without password wants loopback
    _settings()
    serve("services.inbox.app:from_environment()", bind, workers, threads)


@main.command(help="Bring the database up to date; in a demonstration, with its invented people.")
def migrate() -> None:
    migrate_inbox(_settings())


def _settings() -> InboxSettings:
    try:
        return inbox_settings(os.environ)
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused


if __name__ == "__main__":
    main(prog_name="python -m services.inbox")
