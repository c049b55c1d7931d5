"""``python -m benchmarks [--quick] [--only SUBJECT]…``: print the table, write ``bench.json``."""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.report import Figure
from benchmarks.subjects import checks, durable, growth, inbox, lists, people, sizes, steps, waiting, web
from shared.servers.postgresql import PrivatePostgreSQL

SUBJECTS: Mapping[str, Callable[[Bench], Iterable[Figure]]] = {
    "steps": steps.figures,
    "growth": growth.figures,
    "sizes": sizes.figures,
    "durable": durable.figures,
    "web": web.figures,
    "lists": lists.figures,
    "waiting": waiting.figures,
    "checks": checks.figures,
    "inbox": inbox.figures,
    "people": people.figures,
}


@click.command()
@click.option("--quick", is_flag=True, help="Small numbers: four minutes instead of twenty-five.")
@click.option("--only", multiple=True, type=click.Choice(sorted(SUBJECTS)), help="These subjects.")
@click.option("--output", type=click.Path(path_type=Path), default=Path("bench.json"), show_default=True)
def main(quick: bool, only: tuple[str, ...], output: Path) -> None:
    """Measure, print a table and write the figures as JSON."""
    found: list[Figure] = []
    with TemporaryDirectory(prefix="bench-") as folder, PrivatePostgreSQL(durable=True) as server:
        bench = Bench(quick, Path(folder), server)
        for name in only or SUBJECTS:
            began = time.monotonic()
            found += SUBJECTS[name](bench)
            click.echo(f"{name}: {time.monotonic() - began:.0f} s", err=True)
    click.echo(report.table(found))
    report.write(found, output)


if __name__ == "__main__":
    sys.exit(main())
