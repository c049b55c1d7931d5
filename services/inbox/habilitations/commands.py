"""``habilitation end``, ``retention plan`` and ``retention apply``: people who used the software (R40)."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from services.inbox.directory.persons_command import LEFT_WITHOUT
from services.inbox.habilitations import ending
from services.inbox.sources import ServiceDown, Sources
from services.inbox.team import mandates
from services.inbox.team.administrators import LastAdministrator
from services.inbox.terms import terms_on
from shared.catalogue import sentence
from shared.clock import BusinessClock
from shared.database import Database
from shared.errors import NotFound
from shared.identity import Actor

Parts = Callable[[], tuple[Database, Sources, BusinessClock]]
_JSON = click.option("--json", "as_json", is_flag=True)


def habilitation_commands(parts: Parts) -> list[click.Group]:
    """``parts``: the inbox's database, its services and its clock, from the environment."""

    @click.group(help="Who may use the software.")
    def habilitation() -> None: ...

    @habilitation.command(
        "end", help="End the habilitation of PERSON (its id): no session, no role any more."
    )
    @click.argument("person")
    @click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today).")
    @LEFT_WITHOUT
    def end(person: str, on: Any, left_without: tuple[str, ...]) -> None:
        database, _, clock = parts()
        try:
            with database.begin() as tx:
                ending.end(tx, person, on.date() if on else clock.today(), frozenset(left_without))
        except NotFound as unknown:
            raise click.ClickException(f"no person {person}") from unknown
        except LastAdministrator as last:
            raise click.ClickException(sentence("equipe.last_for_operators", **last.params)) from last

    @click.group(help="Erase people whose habilitation ended long ago, in every service.")
    def retention() -> None: ...

    @retention.command(help="Say who has come to the term, by id. Writes nothing.")
    @_JSON
    def plan(as_json: bool) -> None:
        database, sources, clock = parts()
        _print(_due(database, sources, _dpo("operator:plan", "plan"), clock.today()), as_json)

    @retention.command(help="Erase them in every service, then here. May be run again.")
    @click.option("--operator", required=True, help="Who you are.")
    @_JSON
    def apply(operator: str, as_json: bool) -> None:
        database, sources, clock = parts()
        actor = _dpo(f"operator:{operator}", operator)
        found = _due(database, sources, actor, clock.today())
        for person_id, _ in found:
            with database.read() as look:
                beside = mandates.names_beside(look, person_id)
            _forget(sources, actor, person_id, beside)
            with database.begin() as tx:
                ending.erase(tx, person_id, clock.today())
        _print(found, as_json)

    return [habilitation, retention]


def _dpo(person_id: str, name: str) -> Actor:
    """Who asks the services on an operator's behalf."""
    return Actor(person_id, name, "system:operators", "system", frozenset({"dpo"}))


def _due(database: Database, sources: Sources, actor: Actor, today: date) -> list[tuple[str, date]]:
    """By the terms that are published now; ClickException when enrolment, which has them, does not answer."""
    try:
        terms = terms_on(sources, actor, today)
    except ServiceDown as down:
        raise click.ClickException(f"{down.service} does not answer: run this again") from down
    with database.read() as look:
        return list(ending.due(look, today, terms))


def _forget(sources: Sources, actor: Actor, person_id: str, beside: list[dict[str, str]]) -> None:
    """``beside``: where the name stands with that of who acted in the place.

    Raises ClickException when a service does not answer: the person stays to be erased.
    """
    body = {"people": [person_id], "beside": beside}
    for service in sources.names:
        try:
            reply = sources.ask(actor, service, "POST", "/dpo/users/forget", body=body)
        except ServiceDown as down:
            raise click.ClickException(f"{service} does not answer: run this again") from down
        if not reply.is_ok:
            raise click.ClickException(f"{service} answers {reply.status}")


def _print(found: list[tuple[str, date]], as_json: bool) -> None:
    rows = [{"person_id": person_id, "until": until.isoformat()} for person_id, until in found]
    text = [" ".join(row.values()) for row in rows] or ["nothing to erase"]
    click.echo(json.dumps(rows) if as_json else "\n".join(text))
