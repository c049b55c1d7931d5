"""`make run`'s command: everything in one process, ended by a signal, found again as it was."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
SIGN_IN = "connexion"


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command on a free port, and its address as it prints it."""
    command = [sys.executable, "-m", "services", "--port", "0", "--folder", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert "http://127.0.0.1:" in first, process.communicate(timeout=PATIENCE_SECONDS)
        yield process, first.split(" : ")[1].strip()
    finally:
        process.kill()
        process.communicate()


def _end(process: subprocess.Popen[str], number: signal.Signals) -> str:
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    return errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_a_signal_ends_it_without_a_traceback(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as (process, address):
        assert requests.get(address + SIGN_IN, timeout=PATIENCE_SECONDS).status_code == 200
        assert "Traceback" not in _end(process, number)


def test_a_restart_finds_everything_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as (process, _):
        _end(process, signal.SIGTERM)
    before = _parcours(tmp_path)
    with running(tmp_path) as (process, _):
        _end(process, signal.SIGTERM)
    assert _parcours(tmp_path) == before != []


def test_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with running(tmp_path) as (process, _):
        _end(process, signal.SIGTERM)
    assert (os.stat(tmp_path / "keys.json").st_mode & 0o077) == 0


def _parcours(folder: Path) -> list[tuple[str, str]]:
    database = sqlite3.connect(folder / "enrolment.sqlite")
    try:
        return database.execute("SELECT id, label FROM process_instance ORDER BY id").fetchall()
    finally:
        database.close()
