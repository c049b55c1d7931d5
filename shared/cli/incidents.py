"""``incidents``: parcours that an operator has to look at, and their repair."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import click

from shared.cli.common import Build, Told, from_environment, operator, print_rows, words
from shared.errors import NotFound
from shared.process import incidents
from shared.process.operators import log as repair_log
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from shared.strict_json import read_json

PAGE, MOST_LISTED = 100, 10_000
LINE = ("occurred_at", "id", "instance_id", "process_id", "parcours_id", "move", "element_id", "code", "attempts",
        "detail")  # fmt: skip
Options = Mapping[str, Any]


def incident_commands(build: Build) -> click.Group:
    @click.group(cls=Told, help="Parcours that an operator has to look at.")
    def group() -> None: ...

    group.name = "incidents"
    _add_looks(group, build)
    _add_repairs(group, build)
    return group


def _add_looks(group: click.Group, build: Build) -> None:
    @group.command("list", help="The incidents, the oldest first.")
    @click.option(
        "--state", type=click.Choice(("open", "resolved", "all")), default="open", show_default=True
    )
    @click.option("--json", "as_json", is_flag=True)
    def list_(state: str, as_json: bool) -> None:
        rows = list(_all(build, state))
        print_rows(rows if as_json else [{name: row[name] for name in LINE} for row in rows], as_json)

    @group.command(
        help="One incident, or any instance by its id: where, with what, and what a repair may name."
    )
    @click.argument("id_", metavar="ID")
    @click.option("--json", "as_json", is_flag=True)
    def show(id_: str, as_json: bool) -> None:
        service = from_environment(build)
        with _found(id_), service.database.read() as look:
            try:
                found = incidents.one(look, service.processes, id_)
            except NotFound:
                found = incidents.instance(look, service.processes, id_)
        _print(found, as_json)

    @group.command(help="What operators did, the newest first.")
    @click.option("--json", "as_json", is_flag=True)
    @click.option("--limit", type=click.IntRange(1, MOST_LISTED), default=PAGE, show_default=True)
    def repairs(as_json: bool, limit: int) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [incidents.repair_json(row) for row in repair_log.page(look, limit, None)]
        print_rows(rows, as_json)


def _add_repairs(group: click.Group, build: Build) -> None:
    @group.command(help="Try again what failed: due timers fire, waiting messages are delivered.")
    @_order_options
    def retry(**options: Any) -> None:
        _repair(build, options, lambda repairs, order: repairs.retry(order))

    @group.command(
        "set-variables", help="Write declared variables of one scope, from a JSON file (- for input)."
    )
    @click.option("--scope", default=0, show_default=True, help="As `show` numbers it; 0 is the process.")
    @click.option("--values", type=click.File("rb"), required=True, help="JSON object: name → value.")
    @_order_options
    def set_variables(scope: int, values: BinaryIO, **options: Any) -> None:
        read = _json_object(values)
        _repair(build, options, lambda repairs, order: repairs.set_variables(order, scope, read))

    @group.command("move-token", help="Let a token wait elsewhere in its scope.")
    @click.option("--from", "source", required=True, help="The element where it waits.")
    @click.option("--to", "target", required=True)
    @click.option("--token", type=int, help="Which one, when several wait there: as `show` numbers it.")
    @_order_options
    def move_token(source: str, target: str, token: int | None, **options: Any) -> None:
        _repair(build, options, lambda repairs, order: repairs.move_token(order, source, target, token))

    @group.command(help="End an instance where it is. Nothing is sent to the other services.")
    @click.option(
        "--public-text", callback=words, required=True, help="Why, for the parcours's people, who read it."
    )
    @_order_options
    def cancel(public_text: str, **options: Any) -> None:
        _repair(build, options, lambda repairs, order: repairs.cancel(order, public_text))


def _order_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True),
        click.option(
            "--moves", type=int, help="Refuse when the instance has made other moves since it was read."
        ),
        click.option("--dry-run", is_flag=True, help="Only say what would happen."),
        click.option(
            "--reason", callback=words, required=True, help="Why, without anybody's name: kept for good."
        ),
        click.option("--by", required=True, help="Who you are: kept with the repair."),
        click.argument("instance_id"),
    ):
        command = option(command)
    return command


def _repair(
    build: Build, options: Options, act: Callable[[Repairs, Order], dict[str, Any]]
) -> None:  # fmt: skip
    """Do it, print what came of it; exit 1 when a retry failed again."""
    service = from_environment(build)
    order = Order(options["instance_id"], operator("--by", options["by"]), options["reason"], "command",
                  options["dry_run"], options["moves"])  # fmt: skip
    with _found(order.instance_id):
        told = act(Repairs(service.database, service.processes), order)
    _print(told, options["as_json"])
    sys.exit(1 if told["result"] == "failed" else 0)


@contextmanager
def _found(id_: str) -> Iterator[None]:
    try:
        yield
    except NotFound as missing:
        raise click.ClickException(f"nothing has the id {id_}") from missing


def _json_object(values: BinaryIO) -> dict[str, Any]:
    """The file's text is never quoted: it is people's data."""
    try:
        read = read_json(values.read())
    except ValueError:
        raise click.ClickException("the values are not JSON") from None
    if not isinstance(read, dict):
        raise click.ClickException("the values are not a JSON object")
    return read


def _all(build: Build, state: str) -> Iterator[dict[str, Any]]:
    service, after = from_environment(build), None
    with service.database.read() as look:
        while True:
            rows, after = incidents.page(look, service.processes, state, PAGE, after)
            yield from rows
            if after is None:
                return


def _print(found: Any, as_json: bool) -> None:
    click.echo(json.dumps(found, default=str, ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _lines(found: Any, indent: str = "") -> Iterator[str]:
    """Names and values, one a line, what is inside another indented."""
    pairs = found.items() if isinstance(found, Mapping) else enumerate(found)
    for name, value in pairs:
        if isinstance(value, Mapping | list | tuple) and value:
            yield f"{indent}{name}:" if isinstance(found, Mapping) else f"{indent}-"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {value}" if isinstance(found, Mapping) else f"{indent}- {value}"
