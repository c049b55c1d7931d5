"""``python -m services simulate`` as people run it: a process of its own, judged by what it prints and leaves."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.simulate.command import simulate
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
COHORT = ("--pupils", "12", "--seed", "7")
FAULTS = ("stuck", "lost", "doubled", "wrong")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where a simulation puts its temporary folders: open to the other user under whom PostgreSQL runs."""
    with tempfile.TemporaryDirectory(prefix="ae-test-simulate-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def embedded() -> dict[str, Any]:
    return summary(*COHORT)


def test_a_cohort_ends_as_the_oracle_expects_on_one_machine(embedded: dict[str, Any]) -> None:
    assert {name: embedded[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert (embedded["started"], embedded["ended"], sum(embedded["outcomes"].values())) == (12, 12, 12)


def test_the_summary_is_one_object_with_these_members(embedded: dict[str, Any]) -> None:
    expected = [
        "started",
        "ended",
        "outcomes",
        "tasks",
        "changes",
        "messages",
        *FAULTS,
        "seconds",
        "megabytes",
    ]
    assert list(embedded) == expected
    assert 50 < embedded["megabytes"] < 1000


def test_a_little_academie_goes_from_workshops_through_parcours_with_the_figures_that_the_oracle_has() -> (
    None
):
    found = summary("--profile", "academie", "--scale", "0.001")
    assert {name: found[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert (found["started"], found["ended"], sum(found["outcomes"].values())) == (2, 2, 1)
    assert found["figures"] > 80
    assert found["workshops"]["eleves"] == 10
    assert found["workshops"]["inscriptions"] == sum(
        found["workshops"].get(name, 0) for name in ("presences", "absences", "excuses")
    )


def test_the_same_seed_does_the_same_on_postgresql_and_rabbitmq() -> None:
    cohort = ("--pupils", "5", "--seed", "8")
    assert without_seconds(summary(*cohort, "--on", "real")) == without_seconds(summary(*cohort))


@pytest.mark.long
def test_killed_workers_change_nothing(embedded: dict[str, Any]) -> None:
    assert without_seconds(summary(*COHORT, "--on", "real", "--kill", "2")) == without_seconds(embedded)


@pytest.mark.long
def test_a_greater_cohort_survives_the_killing_of_workers() -> None:
    found = summary("--pupils", "60", "--seed", "3", "--on", "real", "--kill", "3")
    assert {name: found[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0)


def test_pupils_may_come_from_a_file() -> None:
    found = summary("--pupils", str(ROOT / "samples" / "eleves_autre_lycee.xml"))
    assert found["started"] == found["ended"] > 0


def test_an_interruption_ends_everything_and_leaves_nothing(temporary: Path) -> None:
    process = start(temporary, "--pupils", "50")
    wait_until(lambda: list(temporary.glob("ae-simulate-*/bilan.sqlite")))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.strip()) == (130, "interrupted")
    assert list(temporary.iterdir()) == []


def test_an_interruption_ends_private_servers_and_services_too(temporary: Path) -> None:
    process = start(temporary, "--pupils", "50", "--on", "real", "--kill", "60")
    wait_until(lambda: list(temporary.glob("ae-simulate-*/bilan-worker2.log")), 90)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.strip()) == (130, "interrupted")
    assert list(temporary.iterdir()) == []
    wait_until(lambda: not processes_with(temporary))  # Erlang's helpers end a moment after their node


def test_a_person_reads_a_table_and_may_keep_what_was_made(tmp_path: Path) -> None:
    table = run("--profile", "one-ml", "--scale", "0.01", "--keep", str(tmp_path / "kept")).stdout
    assert [line for line in table.splitlines() if line and not line.startswith(" ")] == [
        "Outcomes",
        "Workshops",
        "Tasks completed",
        "Parcours and messages",
    ]
    assert (tmp_path / "kept" / "enrolment.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pupils", "no-such-file"), "neither a number nor a file"),
        (("--pupils", str(ROOT / "README.md")), "/pupils/import"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    ran = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode in (1, 2)
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --pupils or --profile"),
        (("--pupils", "1", "--profile", "one-ml"), "either --pupils or --profile"),
        (("--profile", "nation"), "'one-ml', 'academie'"),
        (("--pupils", "1", "--scale", "0.5"), "--scale needs --profile"),
        (("--profile", "one-ml", "--scale", "0"), "0<x<=1"),
        (("--pupils", "1", "--kill", "5"), "--kill needs --on real"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_a_sentence(
    arguments: tuple[str, ...], said: str
) -> None:
    ran = CliRunner().invoke(simulate, arguments)
    assert (ran.exit_code, said in ran.output) == (2, True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "services", "simulate", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran


def summary(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return found


def without_seconds(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in ("seconds", "megabytes")}


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments, "--json"), cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def processes_with(folder: Path) -> list[str]:
    """The ids of the running processes whose environment names ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:  # it has just ended
            continue
    return found
