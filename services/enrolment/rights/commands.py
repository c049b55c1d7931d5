"""``retention``: what has come to its term, its erasure in every service, and the proof of it (R40)."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
from tqdm import tqdm

from services.enrolment.rights import handlers
from services.enrolment.rights.due import Due
from shared.cli import common
from shared.cli.common import Build, from_environment
from shared.cli.retention import retention_group

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


def retention_commands(build: Build) -> click.Group:
    group = retention_group(build)
    group.help = "Erase what has come to its term, in every service."

    @group.command(help="Say whose data have come to their term, by the record's id. Writes nothing.")
    @_JSON
    def plan(as_json: bool) -> None:
        service = from_environment(build)
        found = [_line(each) for each in _due(handlers.retention(service), service.clock.today(), as_json)]
        _print(found, Counter(line["result"] for line in found), as_json)

    @group.command(
        help="Ask every service to erase them. What still runs is left, and said. May be run again."
    )
    @click.option("--operator", required=True, help="Who you are: what the record will show.")
    @_JSON
    def apply(operator: str, as_json: bool) -> None:
        service, actor = from_environment(build), common.operator("--operator", operator)
        due = _due(handlers.retention(service), service.clock.today(), as_json)
        found = [_line(each) | {"result": handlers.erase_due(service, each, actor)} for each in due]
        _print(found, Counter(line["result"] for line in found), as_json)

    return group


def _due(retention: Any, today: Any, as_json: bool) -> Iterator[Due]:
    with tqdm(total=retention.count(), unit=" élève", disable=as_json, file=sys.stderr) as bar:
        for looked_at, due in retention.pages(today):
            yield from due
            bar.update(looked_at)


def _line(due: Due) -> dict[str, Any]:
    return {
        "pupil_id": due.pupil_id, "until": due.until.isoformat(), "parcours": list(due.parcours),
        "running": list(due.running), "result": "running" if due.running else "due",
    }  # fmt: skip


def _print(found: list[dict[str, Any]], counts: Counter[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"counts": dict(counts), "pupils": found}))
        return
    for line in found:
        parcours = " ".join(line["parcours"]) or "-"
        click.echo(f"{line['pupil_id']} {line['until']} {line['result']} {parcours}")
    click.echo(
        ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "nothing to erase"
    )
