"""``python -m services.enrolment``: web, worker, worker-health, migrate, check, incidents, import-pupils, retention."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from services.enrolment import handlers
from services.enrolment.app import TABLES, build
from services.enrolment.pupils import ImportResult
from services.enrolment.rights.commands import retention_commands
from shared.cli import from_environment, service_commands
from shared.errors import BadInput

commands = service_commands("enrolment", build, TABLES)
commands.add_command(retention_commands(build))


@commands.command("import-pupils", help="Import the pupils of a SIECLE XML or CSV FILE into one lycée.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--uai", required=True, help="The lycée's UAI.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as a JSON object.")
def import_pupils(file: Path, uai: str, as_json: bool) -> None:
    service = from_environment(build)
    try:
        with closing(_Bar(is_shown=not as_json)) as bar:
            result = handlers.import_file(service, uai, file.read_bytes(), progress=bar.show)
    except BadInput as refused:
        sentences = [line for lines in refused.errors.values() for line in lines]
        raise click.ClickException(" ".join(sentences)) from refused
    click.echo(json.dumps(result.as_dict(), ensure_ascii=False) if as_json else _summary(result))


class _Bar:
    """A progress bar that appears with the first row: a file refused whole shows none."""

    def __init__(self, *, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._bar: Any = None

    def show(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = tqdm(total=total, unit=" élève", disable=not self._is_shown, file=sys.stderr)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _summary(result: ImportResult) -> str:
    counts = f"{result.created} créés, {result.updated} modifiés, {result.unchanged} inchangés"
    refused = [f"ligne {row.line} : {' '.join(row.reasons)}" for row in result.refused]
    return "\n".join([f"{counts}, {len(refused)} refusés.", *refused])


if __name__ == "__main__":
    commands(prog_name="python -m services.enrolment")
