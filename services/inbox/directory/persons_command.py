"""``people import FILE``, ``list``, ``unlink PERSON`` and ``acts``: who may use the software, and by which account."""

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
from services.inbox.directory.persons_record import Doer, acts, record_import, record_unlink
from services.inbox.team import acts as team_acts
from shared.catalogue import sentence
from shared.clock import Clock
from shared.database import Database
from shared.errors import NotFound
from shared.identity import LONGEST_OPERATOR_NAME
from shared.ids import Ids

LEFT_WITHOUT = click.option(
    "--leave-without-administrator",
    "left_without",
    multiple=True,
    metavar="ORGANISATION",
    help="This organisation (its code) may be left with nobody who keeps its team. May be repeated.",
)
_NAME = click.option("--name", required=True, help="Who you are: what the record will show.")


def people_commands(database: Callable[[], Database], clock: Clock, ids: Ids) -> click.Group:
    """``database``: the inbox's, opened by the command that is run. ``clock``: of the record."""

    def doer(name: str) -> Doer:
        if not (0 < len(name.strip()) <= LONGEST_OPERATOR_NAME and name.isprintable()):
            raise click.BadParameter(f"1 to {LONGEST_OPERATOR_NAME} characters", param_hint="--name")
        return Doer(ids(), name.strip(), clock.now())

    @click.group(help="Who may use the software, by which address and account.")
    def people() -> None: ...

    @people.command(
        "import", help="Import persons with their roles from a CSV FILE; importing twice changes nothing."
    )
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_NAME
    @LEFT_WITHOUT
    @click.option("--json", "as_json", is_flag=True, help="Print the result as a JSON object.")
    def import_file(file: Path, name: str, left_without: tuple[str, ...], as_json: bool) -> None:
        by = doer(name)
        try:
            rows = read_people(file.read_bytes())
        except FileRefused as refused:
            raise click.ClickException(sentence(refused.code, **refused.params)) from refused
        with database().begin() as tx:
            result = import_people(tx, rows, ids, by.now, frozenset(left_without))
            record_import(tx, by, result)
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
    @_NAME
    def unlink_person(person: str, name: str) -> None:
        by = doer(name)
        try:
            with database().begin() as tx:
                count = unlink(tx, person)
                record_unlink(tx, by, person)
        except NotFound as unknown:
            raise click.ClickException(f"no person {person}") from unknown
        click.echo(f"{count} accounts unlinked")

    @people.command(
        "acts", help="Who has imported and unlinked, which accounts were linked, what teams did, and when."
    )
    def list_acts() -> None:
        with database().read() as look:
            for row in acts(look):
                counts = f"+{row.created} ~{row.updated} ={row.unchanged} !{row.refused}"
                click.echo(f"{row.at.isoformat()} {row.by}: {row.what} {row.person_id or counts}")
            for row in team_acts.everywhere(look):
                told = " ".join(filter(None, (row.what, row.person_id, row.detail)))
                click.echo(f"{row.at.isoformat()} {row.by}: {row.organisation_id} {told}")

    return people


def _told(result: PeopleImported) -> str:
    counts = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    first = sentence("annuaire.people_result", **counts, refused=len(result.refused))
    return "\n".join([f"{first}.", *(f"ligne {line} : {' '.join(said)}" for line, said in result.refused)])
