"""``people import FILE``, ``list`` and ``unlink PERSON``: who may use the software, and by which account."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import click

from services.inbox.directory.csv_file import FileRefused
from services.inbox.directory.persons import (
    LISTED,
    PeopleImported,
    import_people,
    listed,
    read_people,
    unlink,
)
from shared.catalogue import sentence
from shared.database import Database
from shared.errors import NotFound
from shared.ids import Ids


def people_commands(database: Callable[[], Database], ids: Ids) -> click.Group:
    @click.group(help="Who may use the software, by which address and account.")
    def people() -> None: ...

    @people.command(
        "import", help="Import persons with their roles from a CSV FILE; importing twice changes nothing."
    )
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help="Print the result as a JSON object.")
    def import_file(file: Path, as_json: bool) -> None:
        try:
            rows = read_people(file.read_bytes())
        except FileRefused as refused:
            raise click.ClickException(sentence(refused.code, **refused.params)) from refused
        with database().begin() as tx:
            result = import_people(tx, rows, ids)
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False) if as_json else _told(result))
        if result.refused:
            raise click.ClickException(f"{len(result.refused)} rows are refused")

    @people.command(
        "list", help="Print who may sign in as the CSV that `import` takes: people without address too."
    )
    def list_people() -> None:
        with database().read() as look:
            rows = listed(look)
        written = io.StringIO()
        csv.writer(written, delimiter=";", lineterminator="\n").writerows([LISTED, *rows])
        click.echo(written.getvalue(), nl=False)

    @people.command("unlink", help="PERSON (its id) has another account now: the next sign-in links it.")
    @click.argument("person")
    def unlink_person(person: str) -> None:
        try:
            with database().begin() as tx:
                count = unlink(tx, person)
        except NotFound as unknown:
            raise click.ClickException(f"no person {person}") from unknown
        click.echo(f"{count} accounts unlinked")

    return people


def _told(result: PeopleImported) -> str:
    counts = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    first = sentence("annuaire.people_result", **counts, refused=len(result.refused))
    return "\n".join([f"{first}.", *(f"ligne {line} : {' '.join(said)}" for line, said in result.refused)])
