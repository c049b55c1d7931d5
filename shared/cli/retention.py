"""``retention record``: the proof, in each service, of what was erased there (R40)."""

import click

from shared.cli.common import Build, Told, from_environment, print_rows
from shared.process.personal import proof

MOST_PROOFS = 1_000


def retention_group(build: Build) -> click.Group:
    @click.group("retention", cls=Told, help="What was erased here.")
    def group() -> None: ...

    @group.command(
        help="The record of erasures here: number, day, cause, counts, seal. Exit 1 when it was altered."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
    def record(as_json: bool) -> None:
        service = from_environment(build)
        with service.database.read() as look:
            rows = [dict(row._mapping) for row in proof.rows(look, MOST_PROOFS)]
            altered = proof.first_altered(look)
        print_rows(rows, as_json)
        if altered:
            raise click.ClickException(f"the record was altered from number {altered} on")

    return group
