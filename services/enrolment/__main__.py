"""``python -m services.enrolment``: web, worker, worker-health, migrate, check, incidents, import-pupils."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from services.enrolment import handlers
from services.enrolment.app import TABLES, build
from services.enrolment.pupils import ImportResult
from services.enrolment.pupils.importing import Progress
from shared.cli import from_environment, service_commands
from shared.errors import BadInput

commands = service_commands("enrolment", build, TABLES)


@commands.command("import-pupils", help="Import the pupils of a SIECLE XML or CSV FILE into one lycée.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--uai", required=True, help="The lycée's UAI.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a JSON object.")
def import_pupils(file: Path, uai: str, as_json: bool) -> None:
    service = from_environment(build)
    try:
        with tqdm(unit=" élève", disable=as_json, file=sys.stderr) as bar:
            result = handlers.import_file(service, uai, file.read_bytes(), progress=_show_on(bar))
    except BadInput as refused:
        sentences = [line for lines in refused.errors.values() for line in lines]
        raise click.ClickException(" ".join(sentences)) from refused
    click.echo(json.dumps(result.as_dict(), ensure_ascii=False) if as_json else _summary(result))


def _show_on(bar: "tqdm[Any]") -> Progress:
    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return show


def _summary(result: ImportResult) -> str:
    counts = f"{result.created} créés, {result.updated} modifiés, {result.unchanged} inchangés"
    refused = [f"ligne {row.line} : {' '.join(row.reasons)}" for row in result.refused]
    return "\n".join([f"{counts}, {len(refused)} refusés.", *refused])


if __name__ == "__main__":
    commands(prog_name="python -m services.enrolment")
