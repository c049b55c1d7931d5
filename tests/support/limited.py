"""Runs ``python -m shared.bpmn check`` on many files, each in a forked child under limits of the operating system."""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from shared.bpmn.__main__ import main


@dataclass(frozen=True)
class Verdict:
    """``code``: of the command; negative: the signal that ended it; ``printed``: on both of its streams."""

    code: int
    printed: str


def check_limited(files: Sequence[Path], *, memory: int, seconds: int) -> dict[str, Verdict]:
    """By file name. The children begin where the command has started, so that its start is not counted each time."""
    command = [sys.executable, "-m", "tests.support.limited", str(memory), str(seconds), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        Path(name).name: Verdict(code, printed)
        for name, code, printed in map(json.loads, done.stdout.splitlines())
    }


def _all(memory: int, seconds: int, files: list[str]) -> None:
    for name in files:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            _one(name, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            printed = pipe.read()
        print(json.dumps([name, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), printed]), flush=True)  # noqa: T201


def _one(name: str, writing: int) -> None:
    """In the child: the command, then its end by its code. What escapes it is its printed traceback."""
    out = io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(out):
            main(["check", name], standalone_mode=False)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException as accident:
        out.write(f"{type(accident).__name__}: {accident}")
        code = 70
    with os.fdopen(writing, "w") as pipe:
        pipe.write(out.getvalue())
    os._exit(code)


if __name__ == "__main__":
    _all(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
