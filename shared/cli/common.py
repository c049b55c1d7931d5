"""What the groups of commands share: the service from its environment, rows on the screen."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from shared.process.service import ProcessService
from shared.settings import ServiceSettings, SettingsRefused, service_settings

Build = Callable[[ServiceSettings], ProcessService]


def from_environment(build: Build, environ: Mapping[str, str] = os.environ) -> ProcessService:
    try:
        return build(service_settings(environ))
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, default=str))
    else:
        for row in rows:
            click.echo(" ".join(str(value) for value in row.values()))
