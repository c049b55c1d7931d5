"""`python -m services check`: the files of the three services, each alone and all together."""

import json
import subprocess
import sys
from pathlib import Path

from services.embedded import PROCESS_SERVICES
from shared.bpmn import Definition
from shared.cli import OFFLINE, load_files
from shared.process.definitions import check_together

ROOT = Path(__file__).resolve().parents[2]


def _shipped() -> dict[str, list[Definition]]:
    return {name: load_files(module.build(OFFLINE)) for name, module in PROCESS_SERVICES.items()}


def test_what_is_shipped_has_no_fault() -> None:
    command = [sys.executable, "-m", "services", "check", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_message_that_no_service_awaits_is_named() -> None:
    without_bilan = {name: definitions for name, definitions in _shipped().items() if name != "bilan"}
    assert check_together(without_bilan) == [
        "accompaniment.bilan_a_preparer.v1: thrown, and awaited by no service",
        "enrolment.bilan_a_preparer.v1: thrown, and awaited by no service",
        "bilan.inscription_close.v1: awaited, and thrown by no service",
        "bilan.suivi_clos.v1: awaited, and thrown by no service",
    ]
    assert check_together(_shipped()) == []
