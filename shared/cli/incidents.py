"""``incidents``: parcours that an operator has to look at."""

import click

from shared.bpmn import store
from shared.cli.common import Build, from_environment, print_rows
from shared.process import incidents


def incident_commands(build: Build) -> click.Group:
    @click.group(help="Parcours that an operator has to look at.")
    def group() -> None: ...

    @group.command("list", help="The open incidents, the oldest first.")
    @click.option("--json", "as_json", is_flag=True)
    def show(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [_incident_line(row) for row in store.open_incidents(look)]
        print_rows(rows, as_json)

    @group.command(help="Let a held instance go on: its timers and messages are tried again.")
    @click.argument("instance_id")
    def retry(instance_id: str) -> None:
        service = from_environment(build)
        if not incidents.retry(service.database, service.processes, instance_id):
            raise click.ClickException(f"no incident holds instance {instance_id}")

    group.name = "incidents"
    return group


def _incident_line(row: store.InstanceRow) -> dict[str, str]:
    return {
        "occurred_at": row.occurred_at.isoformat(), "instance_id": row.instance_id, "process": row.process_id,
        "parcours_id": row.parcours_id, "move": row.move, "element": row.element_id or "", "code": row.code,
        "detail": row.detail,
    }  # fmt: skip
