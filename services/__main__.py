"""``python -m services``: every service on the embedded default, for one machine."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from services import embedded
from services.inbox import demo
from services.simulate.command import simulate
from shared.bpmn.report import ACCEPTED, verdict
from shared.cli import OFFLINE, check_service, load_files, report, stop_on_signals
from shared.process.together import check_together

VAR = Path(__file__).resolve().parents[1] / "var"


@click.group(
    invoke_without_command=True, help="Start all four services on this machine, with invented people."
)
@click.option("--port", default=8080, show_default=True, help="The inbox's port on 127.0.0.1.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=VAR, help="Where the data lies (default: var/)."
)
@click.pass_context
def main(context: click.Context, port: int, folder: Path) -> None:
    if context.invoked_subcommand is None:
        _run(port, folder)


@main.command(help="Check the diagrams, tables and forms of the three services.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
def check(as_json: bool) -> None:
    built = [module.build(OFFLINE) for module in embedded.PROCESS_SERVICES.values()]
    findings = [finding for service in built for finding in check_service(service)]
    if verdict(findings) == ACCEPTED:
        loaded = {service.name: load_files(service) for service in built}
        findings += check_together(loaded, {service.name: service.vocabulary for service in built})
    report(findings, as_json)


def _run(port: int, folder: Path) -> None:
    stop = stop_on_signals()
    with embedded.running(folder, port=port, demonstration=True) as addresses:
        click.echo(f"Ambition Emploi : {addresses.inbox}/")
        click.echo("Connectez-vous comme l'une de ces personnes (inventées) :")
        for line in _introductions():
            click.echo(f"  {line}")
        click.echo("Ctrl-C pour arrêter.")
        stop.wait()
    sys.exit(0)


def _introductions() -> Iterator[str]:
    names = {id_: name for id_, _kind, name, _city in demo.ORGANISATIONS}
    for organisation, people in demo.PEOPLE.items():
        told = ", ".join(f"{given} {family} ({'/'.join(roles)})" for given, family, roles in people)
        yield f"{names[organisation]} : {told}"


main.add_command(simulate)

if __name__ == "__main__":
    main(prog_name="python -m services")
