"""What the groups of commands share: the service from its environment, who asks, rows and refusals on the screen."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from shared.catalogue import sentence
from shared.errors import BadInput, NotFound, Problem, Unavailable
from shared.identity import LONGEST_OPERATOR_NAME, Actor
from shared.process.service import ProcessService
from shared.settings import ServiceSettings, SettingsRefused, service_settings

Build = Callable[[ServiceSettings], ProcessService]


def from_environment(build: Build, environ: Mapping[str, str] = os.environ) -> ProcessService:
    try:
        return build(service_settings(environ))
    except SettingsRefused as refused:
        raise click.ClickException(str(refused)) from refused


class Told(click.Group):
    """Commands whose refusals are a few lines on the screen and exit 1: by code, in words, and by field."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise click.ClickException("\n".join(_lines(problem))) from problem


def _lines(problem: Problem) -> list[str]:
    if isinstance(problem, NotFound) and problem.params:
        named = " ".join(f"{name} {value}" for name, value in problem.params.items())
        return [f"{problem.code}: {named}"]
    if isinstance(problem, Unavailable) and problem.__cause__ is not None:
        return [f"{problem.code}: {sentence(problem.code)}", f"  {_cause(problem.__cause__)}"]
    faults = problem.errors if isinstance(problem, BadInput) else {}
    said = [f"  {name}: {' '.join(sentences)}" for name, sentences in faults.items()]
    return [f"{problem.code}: {sentence(problem.code, **problem.params)}", *said]


def _cause(error: BaseException) -> str:
    """What the server or its driver said, in one line: of a statement only that it failed, never its values."""
    said = getattr(error, "orig", None) or error
    return f"{type(said).__name__}: {str(said).strip().partition(chr(10))[0]}"


def words(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """For an option whose text is kept: a terminal may hand over bytes that are none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("this is not UTF-8") from None
    return value


def operator(option: str, name: str) -> Actor:
    """Who asks, as an option says it."""
    if not (0 < len(name.strip()) <= LONGEST_OPERATOR_NAME and name.isprintable()):
        raise click.BadParameter(f"1 to {LONGEST_OPERATOR_NAME} characters", param_hint=option)
    return Actor.operator(name.strip())


def print_rows(rows: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, default=str))
    else:
        for row in rows:
            click.echo(" ".join(str(value) for value in row.values()))
