"""``messages``: what waits in outbox and mailbox."""

import json
from dataclasses import asdict

import click

from shared.cli.common import Build, Told, from_environment, print_rows
from shared.messaging import operators, outbox


def message_commands(build: Build) -> click.Group:
    @click.group(cls=Told, help="Messages that wait, or could not be handled.")
    def group() -> None: ...

    @group.command("list", help="The parked messages, the oldest first: source, id, type, parcours, reason.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [asdict(message) for message in operators.parked(look)]
        print_rows(rows, as_json)

    @group.command(help="Try a parked message again.")
    @click.argument("source")
    @click.argument("message_id")
    def requeue(source: str, message_id: str) -> None:
        service = from_environment(build)
        try:
            with service.database.begin() as tx:
                operators.requeue(tx, source, message_id, service.system_clock.now())
        except operators.UnknownMessage as unknown:
            raise click.ClickException(f"no parked message {message_id} from {source}") from unknown

    @group.command(help="How many messages wait: to be sent, to be awaited, to be tried again, parked.")
    @click.option("--json", "as_json", is_flag=True)
    def backlog(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            to_send, received = outbox.backlog(look), operators.counts(look)
        found = {"to_send": to_send.pending, "oldest_to_send_at": to_send.oldest_at, **asdict(received)}
        if as_json:
            click.echo(json.dumps(found, default=str))
        else:
            click.echo("\n".join(f"{name} {value}" for name, value in found.items()))

    group.name = "messages"
    return group
