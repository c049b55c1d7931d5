"""``migration``: running parcours go to another version of their diagram."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from tqdm import tqdm

from shared.bpmn.instance_migration.verdicts import IdMapping
from shared.cli import common
from shared.cli.common import Build, Told, from_environment, print_rows
from shared.process.instance_migration.passes import Migrations, Wanted
from shared.process.instance_migration.report import Tally
from shared.strict_json import read_json

MOST_LISTED = 1_000
_Command = TypeVar("_Command", bound=Callable[..., Any])
_VERSIONS = (
    click.option("--process", "process_id", default="", help="Only this process."),
    click.option("--from", "from_version", default="", help="First digits of a version; default: every running one."),
    click.option("--to", "to_version", default="", help="First digits of a version; default: the active one."),
    click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                 help='JSON: {"elements": {"old id": "new id"}, "flows": {…}, "variables": {"old": "new" or null}}.'),
    click.option("--json", "as_json", is_flag=True, help="Print the report as a JSON list."),
)  # fmt: skip
_OPERATOR = click.option("--operator", required=True, help="Who you are: what the record will show.")


def migration_commands(build: Build) -> click.Group:
    @click.group(cls=Told, help="Move running parcours to another version of their diagram.")
    def group() -> None: ...

    @group.command(help="Say what would become of every running instance. Writes nothing.")
    @_for_versions
    def plan(as_json: bool, mapping: Path | None, **versions: str) -> None:
        migrations = _migrations(build)
        routes = migrations.routes(_wanted(mapping, versions))
        tallies = [Tally(route) for route in routes]
        for route, tally in zip(routes, tallies, strict=True):
            with _bar(migrations.count(route), as_json) as bar:
                for row, verdict in migrations.verdicts(route):
                    tally.add(row.id, verdict.outcome, verdict)
                    bar.update()
        _report(tallies, as_json)

    @group.command(help="Move every instance that can be moved, each in a transaction of its own.")
    @_for_versions
    @_OPERATOR
    def apply(as_json: bool, mapping: Path | None, operator: str, **versions: str) -> None:
        migrations, actor = _migrations(build), common.operator("--operator", operator)
        routes = migrations.routes(_wanted(mapping, versions))
        tallies = [Tally(route) for route in routes]
        for route, tally in zip(routes, tallies, strict=True):
            tally.migration_id = migrations.begin(route, actor)
            with _bar(migrations.count(route), as_json) as bar:
                for instance_id in migrations.waiting(route):
                    tally.add(instance_id, *migrations.move(tally.migration_id, route, instance_id, actor))
                    bar.update()
        _report(tallies, as_json)

    @group.command(help="Put back what a migration has moved, as far as it has not gone on since.")
    @click.argument("migration_id")
    @click.option("--instance", default="", help="Only this instance.")
    @click.option("--json", "as_json", is_flag=True)
    @_OPERATOR
    def undo(migration_id: str, instance: str, as_json: bool, operator: str) -> None:
        migrations, actor = _migrations(build), common.operator("--operator", operator)
        route = migrations.route_of(migration_id)
        counts: dict[str, int] = {}
        with _bar(None, as_json) as bar:
            for each in [instance] if instance else migrations.moved(migration_id):
                outcome = migrations.undo(migration_id, route, each, actor)
                counts[outcome] = counts.get(outcome, 0) + 1
                bar.update()
        click.echo(json.dumps(counts) if as_json else _counts(counts))

    @group.command("list", help="The migrations so far, the newest first, and how many instances each moved.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        print_rows([dict(row._mapping) for row in _migrations(build).list(MOST_LISTED)], as_json)

    group.name = "migration"
    return group


def _for_versions(command: _Command) -> _Command:
    for option in reversed(_VERSIONS):
        command = option(command)
    return command


def _migrations(build: Build) -> Migrations:
    service = from_environment(build)
    return Migrations(service.database, service.processes)


def _wanted(mapping: Path | None, versions: dict[str, str]) -> Wanted:
    return Wanted(**versions, ids=IdMapping.of(_content(mapping) if mapping else {}))


def _content(mapping: Path) -> Any:
    try:
        return read_json(mapping.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{mapping} is not JSON") from error


def _bar(total: int | None, as_json: bool) -> Any:
    return tqdm(total=total, unit=" parcours", disable=as_json, file=sys.stderr)


def _report(tallies: list[Tally], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([tally.as_json() for tally in tallies], ensure_ascii=False))
    else:
        click.echo(
            "\n".join(line for tally in tallies for line in _lines(tally.as_json())) or "nothing to move"
        )


def _lines(report: dict[str, Any]) -> Iterator[str]:
    run = f" (migration {report['migration_id']})" if report["migration_id"] else ""
    yield f"{report['process_id']} {report['from'][:12]} → {report['to'][:12]}{run}: {_counts(report['counts'])}"
    if report["goes_on"]:
        yield f"  {report['goes_on']} go on by themselves at once: their migration cannot be undone"
    for kind, ids in report["changes"].items():
        if ids:
            yield f"  {kind}: {', '.join(ids)}"
    for finding in report["findings"]:
        examples = ", ".join(finding["examples"])
        yield f"  {finding['kind']} {finding['code']}, {finding['count']} ×: {finding['text']} (e.g. {examples})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "none"
