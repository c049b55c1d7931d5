"""``python -m services simulate``: the door of the simulation."""

import json
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import click
from tqdm import tqdm

from services.simulate.audit import Findings
from services.simulate.cast import make_cast
from services.simulate.client import Client, Refused
from services.simulate.cohort import PupilFile, given, invented
from services.simulate.looks import Looks
from services.simulate.pupils import World
from services.simulate.report import table
from services.simulate.run import Run
from services.simulate.stack import Stack, embedded_stack, real_stack
from shared.parcours.campagne import Campagne, load_campagnes

DAYS_AFTER_RENTREE = timedelta(days=14)


@click.command(help="Carry a cohort of pupils through the parcours on a stack of its own, and audit the end.")
@click.option(
    "--pupils", required=True, metavar="N|FILE", help="How many invented pupils, or a SIECLE or CSV file."
)
@click.option("--seed", default="1", show_default=True, help="The same seed gives the same outcomes.")
@click.option("--on", type=click.Choice(["embedded", "real"]), default="embedded", show_default=True,
              help="One process on SQLite, or separate processes on private PostgreSQL and RabbitMQ.")  # fmt: skip
@click.option("--kill", type=click.FloatRange(min=0.5), metavar="SECONDS",
              help="On real: kill a random worker with SIGKILL every so many seconds.")  # fmt: skip
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Keep clock, logs and SQLite databases in this new or empty folder.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and no progress bar.")
def simulate(
    pupils: str, seed: str, on: str, kill: float | None, keep: Path | None, as_json: bool
) -> None:  # fmt: skip
    if kill is not None and on != "real":
        raise click.UsageError("--kill needs --on real: the embedded stack has no worker processes.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    campagne = load_campagnes()[-1]
    first_day = campagne.rentree_on + DAYS_AFTER_RENTREE
    files = _files(pupils, seed, first_day)
    try:
        with _folder(keep) as folder, _stack(on, folder, first_day, kill, seed) as stack:
            summary, findings = _run(stack, files, seed, campagne, quiet=as_json)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    _report(summary, findings, as_json)
    sys.exit(1 if findings.faults else 0)


def _run(
    stack: Stack, files: list[PupilFile], seed: str, campagne: Campagne, *, quiet: bool
) -> tuple[dict[str, Any], Findings]:
    began = time.monotonic()
    looks = Looks(stack.databases)
    client = Client(stack.urls, stack.signer, threading.Event())
    world = World(client, make_cast([file.uai for file in files]), stack.clock, looks, seed)
    with tqdm(unit=" parcours", disable=quiet, file=sys.stderr) as bar:

        def announce(total: int) -> None:
            bar.reset(total)

        def tell(ended: int, day: date) -> None:
            bar.set_postfix_str(f"{day:%d/%m/%Y}", refresh=False)
            bar.update(ended - bar.n)

        started, findings = Run(world, campagne, stack.turn, tell).carry(files, announce)
    looks.close()
    if stack.kills():
        click.echo(f"{stack.kills()} workers killed", err=True)
    counted = {name: value for name, value in asdict(findings).items() if name != "faults"}
    return {"started": started, **counted, "seconds": round(time.monotonic() - began, 1)}, findings


def _files(pupils: str, seed: str, first_day: date) -> list[PupilFile]:
    if pupils.isascii() and pupils.isdigit():
        return invented(int(pupils), seed, first_day)
    path = Path(pupils)
    if not path.is_file():
        raise click.UsageError(f"--pupils: {pupils} is neither a number nor a file.")
    return given(path.name, path.read_bytes())


def _stack(
    on: str, folder: Path, first_day: date, kill: float | None, seed: str
) -> AbstractContextManager[Stack]:
    return real_stack(folder, first_day, kill, seed) if on == "real" else embedded_stack(folder, first_day)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise click.UsageError(f"--keep: {keep} is not empty.")
    with nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory(prefix="ae-simulate-") as folder:
        yield Path(folder).resolve()


def _report(summary: dict[str, Any], findings: Findings, as_json: bool) -> None:
    for fault in findings.faults[:20]:
        click.echo(fault, err=True)
    if len(findings.faults) > 20:
        click.echo(f"… and {len(findings.faults) - 20} more", err=True)
    click.echo(json.dumps(summary, ensure_ascii=False) if as_json else table(summary))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Once: whatever was started must have the time to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
