"""The hook for a virus scanner: a command, or none."""

import subprocess
from collections.abc import Sequence
from typing import ClassVar, Protocol

from shared.errors import Unavailable

SECONDS = 30
CLEAN, INFECTED = 0, 1


class ScanUnavailable(Unavailable):
    """The scanner did not answer: nothing is accepted unseen."""

    code: ClassVar[str] = "documents.scan_unavailable"


class Scanner(Protocol):
    def is_clean(self, content: bytes) -> bool:
        """Raises ScanUnavailable."""
        ...


class NoScanner:
    """Takes everything: where none is set."""

    def is_clean(self, content: bytes) -> bool:
        return True


class CommandScanner:
    """A command that reads the file on its standard input: exit 0 clean, 1 infected, as ``clamdscan -`` has it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)

    def is_clean(self, content: bytes) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 — the operator's own command, from the settings, without a shell
                self._command, input=content, capture_output=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScanUnavailable() from error
        if done.returncode not in (CLEAN, INFECTED):
            raise ScanUnavailable()
        return done.returncode == CLEAN
