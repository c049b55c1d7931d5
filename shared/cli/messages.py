"""``messages``: what waits in outbox and mailbox."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from shared.cli.common import Told, operator, print_rows, words
from shared.messaging import operators, outbox
from shared.process.operators.messages import STATES, Desk, Order

_JSON = click.option("--json", "as_json", is_flag=True)


def message_commands(desk: Callable[[], Desk]) -> click.Group:
    """``desk``: a service's messages, from its environment."""

    @click.group(cls=Told, help="Messages that wait, or could not be handled.")
    def group() -> None: ...

    group.name = "messages"
    _add_looks(group, desk)
    _add_acts(group, desk)
    return group


def _add_looks(group: click.Group, desk: Callable[[], Desk]) -> None:
    @group.command("list", help="The parked messages, the oldest first: source, id, type, parcours, reason.")
    @click.option("--state", type=click.Choice(STATES), default="parked", show_default=True)
    @_JSON
    def show_all(state: str, as_json: bool) -> None:
        print_rows(desk().listed(state), as_json)

    @group.command(help="One message: names and kinds of what it brings, no value.")
    @click.argument("source")
    @click.argument("message_id")
    def show(source: str, message_id: str) -> None:
        click.echo(json.dumps(desk().one(source, message_id), default=str, ensure_ascii=False, indent=2))

    @group.command(help="What operators did with messages, the newest first.")
    @_JSON
    def acts(as_json: bool) -> None:
        print_rows(desk().acts(), as_json)

    @group.command(help="How many messages wait: to be sent, to be awaited, to be tried again, parked.")
    @_JSON
    def backlog(as_json: bool) -> None:
        with desk().database.read() as look:
            to_send, received = outbox.backlog(look), operators.counts(look)
        found = {"to_send": to_send.pending, "oldest_to_send_at": to_send.oldest_at, **asdict(received)}
        if as_json:
            click.echo(json.dumps(found, default=str))
        else:
            click.echo("\n".join(f"{name} {value}" for name, value in found.items()))


def _add_acts(group: click.Group, desk: Callable[[], Desk]) -> None:
    @group.command(help="Try a parked message again.")
    @_order
    def requeue(**options: Any) -> None:
        _print(desk().requeue(_order_of(options)))

    @group.command(help="A message that is parked or tried again will have no effect; its data are erased.")
    @_order
    def drop(**options: Any) -> None:
        _print(desk().drop(_order_of(options)))


def _order(command: Callable[..., None]) -> Callable[..., None]:
    for add in (
        click.option("--reason", required=True, callback=words, help="Why, in words, without names: kept."),
        click.option("--by", required=True, callback=words, help="Who you are: what the record will show."),
        click.argument("message_id"),
        click.argument("source"),
    ):
        command = add(command)
    return command


def _order_of(options: dict[str, Any]) -> Order:
    actor = operator("--by", options["by"])
    return Order(options["source"], options["message_id"], actor, options["reason"], "command")


def _print(done: dict[str, Any]) -> None:
    click.echo(" ".join(str(done[name]) for name in ("action", "type", "subject")))
