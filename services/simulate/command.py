"""``python -m services simulate``: the door of the simulation."""

import json
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import click

from services.simulate.audit import Findings
from services.simulate.cast import Cast, cast_of, make_cast
from services.simulate.client import Client, Refused
from services.simulate.cohort import PupilFile, given, invented, of_lycees
from services.simulate.looks import Looks
from services.simulate.memory import peak_megabytes
from services.simulate.profiles import PROFILES, Profile, territory
from services.simulate.progress import Progress
from services.simulate.pupils import World
from services.simulate.report import table
from services.simulate.run import Outcome, Run
from services.simulate.stack import Stack, embedded_stack, real_stack
from services.simulate.workshops.school import FIRST_DAY_AFTER_RENTREE, School
from shared.parcours.campagne import Campagne, load_campagnes

DAYS_AFTER_RENTREE = timedelta(days=14)


@click.command(help="Carry a cohort of pupils through the parcours on a stack of its own, and audit the end.")
@click.option("--pupils", metavar="N|FILE", help="How many invented pupils, or a SIECLE or CSV file.")
@click.option("--profile", type=click.Choice(list(PROFILES)),
              help="Instead of --pupils: a Mission Locale with 6 lycées, or an académie (25 Missions Locales, 100 "
                   "lycées, 10 000 pupils in workshops, 1 100 of them in a parcours).")  # fmt: skip
@click.option("--scale", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True,
              help="A profile's size: 0.02 is a fiftieth of it.")  # fmt: skip
@click.option("--seed", default="1", show_default=True, help="The same seed gives the same outcomes.")
@click.option("--on", type=click.Choice(["embedded", "real"]), default="embedded", show_default=True,
              help="One process on SQLite, or separate processes on private PostgreSQL and RabbitMQ.")  # fmt: skip
@click.option("--kill", type=click.FloatRange(min=0.5), metavar="SECONDS",
              help="On real: kill a random worker with SIGKILL every so many seconds.")  # fmt: skip
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Keep clock, logs and SQLite databases in this new or empty folder.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and no progress bar.")
def simulate(
    pupils: str | None, profile: str | None, scale: float, seed: str, on: str, kill: float | None,
    keep: Path | None, as_json: bool,
) -> None:  # fmt: skip
    if (pupils is None) == (profile is None):
        raise click.UsageError("Say either --pupils or --profile.")
    if profile is None and scale != 1:
        raise click.UsageError("--scale needs --profile.")
    if kill is not None and on != "real":
        raise click.UsageError("--kill needs --on real: the embedded stack has no worker processes.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    cohort = _of_profile(PROFILES[profile].scaled(scale), seed) if profile else _of_pupils(str(pupils), seed)
    try:
        with _folder(keep) as folder, _stack(on, folder, cohort.first_day, kill, seed) as stack:
            summary, findings = _run(stack, cohort, seed, quiet=as_json)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    _report(summary, findings, as_json)
    sys.exit(1 if findings.faults else 0)


@dataclass(frozen=True)
class _Cohort:
    """Who is simulated, by whom, from which day on. ``carry``: what is done with them."""

    files: Sequence[PupilFile]
    people: Cast
    campagne: Campagne
    first_day: date
    carry: Callable[[Run], Outcome]


def _of_pupils(pupils: str, seed: str) -> _Cohort:
    campagne = load_campagnes()[-1]
    first_day = campagne.rentree_on + DAYS_AFTER_RENTREE
    files = _files(pupils, seed, first_day)
    return _Cohort(
        files, make_cast([file.uai for file in files]), campagne, first_day, lambda run: run.carry(files)
    )


def _of_profile(profile: Profile, seed: str) -> _Cohort:
    """Workshops in the last school year but one that is known, the parcours in the last."""
    before, campagne = load_campagnes()[-2:]
    opens_on, area = campagne.rentree_on + DAYS_AFTER_RENTREE, territory(profile)
    files = of_lycees(area.lycees, profile.pupils, seed, opens_on)

    def carry(run: Run) -> Outcome:
        return run.carry_school(files, profile, area, School(run.world, before, opens_on))

    return _Cohort(files, cast_of(area), campagne, before.rentree_on + FIRST_DAY_AFTER_RENTREE, carry)


def _run(stack: Stack, cohort: _Cohort, seed: str, *, quiet: bool) -> tuple[dict[str, Any], Findings]:
    began = time.monotonic()
    looks = Looks(stack.databases)
    client = Client(stack.urls, stack.signer, threading.Event())
    world = World(client, cohort.people, stack.clock, looks, seed)
    progress = Progress(quiet=quiet)
    try:
        outcome = cohort.carry(Run(world, cohort.campagne, stack.turn, progress.tell))
    finally:
        progress.close()
        client.close()
        looks.close()
    if stack.kills():
        click.echo(f"{stack.kills()} workers killed", err=True)
    counted = {name: value for name, value in asdict(outcome.findings).items() if name != "faults"}
    schooled = {"workshops": outcome.workshops, "figures": outcome.figures} if outcome.workshops else {}
    seconds = round(time.monotonic() - began, 1)
    return {
        "started": outcome.started, **counted, **schooled, "seconds": seconds,
        "megabytes": peak_megabytes(stack.processes()),
    }, outcome.findings  # fmt: skip


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
