"""`python -m services check`: the files of the three services, each alone and all together."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_shipped_has_no_fault() -> None:
    command = [sys.executable, "-m", "services", "check", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
