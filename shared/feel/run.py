"""One evaluation: its limits, its clock, its reasons; and the frames in which names have values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from shared.feel.errors import BudgetExceeded

PARIS = ZoneInfo("Europe/Paris")
MAX_REASONS = 20
TEXT_PER_STEP = 64  # characters made or read for the price of one step


@dataclass(frozen=True, slots=True)
class Limits:
    """What one evaluation may use: steps (about a microsecond each), nested calls, items, characters,
    and seconds of matching regular expressions."""

    steps: int = 200_000
    depth: int = 60
    list_size: int = 20_000
    string_size: int = 200_000
    pattern_seconds: float = 0.5


DEFAULT = Limits()


class Run:
    """Counts what an evaluation uses, and collects why nulls came about, and what of it is a failure all the same."""

    __slots__ = (
        "depth",
        "failed",
        "failures",
        "holes",
        "left",
        "limits",
        "now",
        "pattern_seconds",
        "reasons",
        "zone",
    )

    def __init__(self, now: datetime, zone: tzinfo = PARIS, limits: Limits = DEFAULT) -> None:
        self.now = now
        self.zone = zone
        self.limits = limits
        self.left = limits.steps
        self.depth = 0
        self.pattern_seconds = limits.pattern_seconds
        self.reasons: list[str] = []
        self.failures: list[str] = []
        self.failed = 0
        self.holes: dict[int, tuple[Any, str]] = {}

    def spend(self, steps: int = 1) -> None:
        """Pay for work done, before it is done when it may be large."""
        self.left -= steps
        if self.left < 0:
            raise BudgetExceeded("number of steps")

    def sized_list(self, size: int) -> None:
        """Pay for a list of this size."""
        if size > self.limits.list_size:
            raise BudgetExceeded("size of a list")
        self.spend(size + 1)

    def sized_text(self, text: str) -> str:
        """Pay for a text and return it."""
        self.sized_characters(len(text))
        return text

    def sized_characters(self, size: int) -> None:
        """Pay for a text of this size."""
        if size > self.limits.string_size:
            raise BudgetExceeded("size of a string")
        self.spend(1 + size // TEXT_PER_STEP)

    def deeper(self) -> None:
        """Enter a call; every one that is entered is left by `self.depth -= 1`."""
        if self.depth >= self.limits.depth:
            raise BudgetExceeded("depth of calls")
        self.depth += 1

    def null(self, reason: str, position: int) -> None:
        """Note why a null came about, and give that null: it stands for what could not be computed."""
        self.failed += 1
        self.absent(reason, position)

    def absent(self, reason: str, position: int) -> None:
        """The same where nothing failed: what was looked for is not there."""
        if len(self.reasons) < MAX_REASONS:
            self.reasons.append(f"{reason} (at character {position + 1})")

    def part(self, whole: Any, code: Callable[["Frame"], Any], frame: "Frame") -> Any:
        """A part of a list or context in the making; that it is null by a failure is remembered with the whole."""
        failed = self.failed
        value = code(frame)
        if value is None and self.failed > failed:
            self.holes.setdefault(id(whole), (whole, self.reasons[-1]))
        return value

    def remade(self, whole: Any, sources: Iterable[Any]) -> Any:
        """A list or context made of the parts of others: a null part of theirs that failed is in it as well."""
        if self.holes and None in (whole.values() if type(whole) is dict else whole):
            known = (self.holes.get(id(source)) for source in sources)
            self.holes.update({id(whole): (whole, hole[1]) for hole in known if hole is not None})
        return whole


class Frame:
    """The names visible somewhere: a mapping of its own, then those of the frame around it."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, run: Run, names: dict[str, Any], outer: "Frame | None" = None) -> None:
        self.run = run
        self.names = names
        self.outer = outer
