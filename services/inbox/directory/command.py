"""``python -m services.inbox directory import FILE``: refresh the directory without a page."""

import json
from contextlib import closing
from pathlib import Path

import click

from services.inbox.directory.csv_file import FileRefused, read_csv
from services.inbox.directory.importing import ImportResult
from services.inbox.directory.refresh import refresh
from services.inbox.sources import Sources
from shared.catalogue import sentence
from shared.clock import BusinessClock, SystemClock
from shared.database import Database
from shared.identity import DIRECTORY_ROLES, LONGEST_OPERATOR_NAME, Actor, TokenSigner
from shared.ids import uuid7
from shared.settings import InboxSettings


def import_file(settings: InboxSettings, file: Path, name: str, as_json: bool) -> None:
    """Import a file under the name of who does it, and print what came of it."""
    if not (0 < len(name.strip()) <= LONGEST_OPERATOR_NAME and name.isprintable()):
        raise click.BadParameter(f"1 to {LONGEST_OPERATOR_NAME} characters", param_hint="--name")
    try:
        rows = read_csv(file.read_bytes())
    except FileRefused as refused:
        raise click.ClickException(sentence(refused.code, **refused.params)) from refused
    actor = Actor(f"operator:{name.strip()}", name.strip(), "system:operators", "system", DIRECTORY_ROLES)
    clock = SystemClock()
    database = Database(settings.database_url, application_name="inbox")
    sources = Sources(settings.service_urls, TokenSigner(settings.token_private_keys, clock, uuid7))
    with closing(sources):
        result, is_told = refresh(
            database, sources, rows, actor=actor, by=(actor.person_id, actor.name), import_id=uuid7(),
            now=BusinessClock(clock, settings.clock_offset_file).now(),
        )  # fmt: skip
    database.dispose()
    told = {**result.as_dict(), "told": is_told}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(result)))
    if not is_told:
        raise click.ClickException(sentence("annuaire.not_sent"))


def _lines(result: ImportResult) -> list[str]:
    counts = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    refused = [f"ligne {row.line} : {' '.join(row.reasons)}" for row in result.refused]
    first = sentence("annuaire.result", **counts, refused=len(result.refused))
    return [f"{first}.", *result.moved, *refused]
