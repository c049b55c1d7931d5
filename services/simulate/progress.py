"""How far a simulation is: a bar for a person at a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import click

EVERY_SECONDS = 30.0
LABELS = {"ateliers": "Workshops", "parcours": "Parcours"}


class Progress:
    """``quiet``: nothing at all. What is told last is what is shown."""

    def __init__(self, *, quiet: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._quiet, self._monotonic = quiet, monotonic
        self._is_terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._stage, self._said_at = "", monotonic()

    def tell(self, stage: str, done: int, total: int, day: date) -> None:
        """``done`` of ``total`` in this stage, on a simulated day."""
        if self._quiet:
            return
        if self._is_terminal:
            self._draw(stage, done, total, day)
        elif self._monotonic() - self._said_at > EVERY_SECONDS:
            self._said_at = self._monotonic()
            click.echo(f"{LABELS[stage]}: {done} of {total}, {day:%d/%m/%Y}", err=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def _draw(self, stage: str, done: int, total: int, day: date) -> None:
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._bar = click.progressbar(
                length=total, label=LABELS[stage], item_show_func=_day, file=sys.stderr, show_pos=True
            )
        self._bar.update(done - self._bar.pos, day)


def _day(day: date | None) -> str | None:
    return f"{day:%d/%m/%Y}" if day else None
