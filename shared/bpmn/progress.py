"""What came of one command: everything that the caller has to write down, in its own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal


@dataclass(frozen=True)
class OpenedTask:
    """A task for people. ``organisation``: the kind of whose it is; ``due``: local date, or instant; ``objet``: which
    of several alike it is (« Bourse »), None when it says nothing."""

    id: str
    element_id: str
    name: str
    organisation: str
    organisation_id: str
    role: str
    form: str
    due: date | datetime | None
    assignee: str | None
    label: str | None
    etape: int | None
    side: str
    objet: str | None = None


@dataclass(frozen=True)
class ClosedTask:
    """``reason``: completed | cancelled."""

    id: str
    reason: Literal["completed", "cancelled"]


@dataclass(frozen=True)
class Timer:
    id: str
    element_id: str
    due_at: datetime


@dataclass(frozen=True)
class AwaitedMessage:
    name: str
    element_id: str


@dataclass(frozen=True)
class ThrownMessage:
    """``payload``: plain JSON values by declared field name."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class TraceEntry:
    """``event``: entered | completed | cancelled | thrown | caught."""

    element_id: str
    name: str
    type: str
    event: str
    side: str


@dataclass(frozen=True)
class Jalon:
    """A milestone that was reached: ``value`` of its ``parcours:valeur`` at that moment, None without one."""

    name: str
    element_id: str
    value: str | None


@dataclass(frozen=True)
class Waits:
    """What an instance waits for beside people."""

    timers: tuple[Timer, ...] = ()
    awaited: tuple[AwaitedMessage, ...] = ()
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """``timers``, ``awaited``, ``awaited_signals`` and ``position`` are all the current ones; the other tuples are
    this command's. ``signals``: thrown, in order; the elements of the same instance have caught them already;
    ``hears_signals``: whether the definition waits for any at all;
    ``values``: the variables of the process, each decoded when it is asked for;
    ``before``: what the instance waited for when the command began; None when nobody can tell."""

    state: bytes
    opened: tuple[OpenedTask, ...]
    closed: tuple[ClosedTask, ...]
    timers: tuple[Timer, ...]
    awaited: tuple[AwaitedMessage, ...]
    awaited_signals: tuple[str, ...]
    hears_signals: bool
    thrown: tuple[ThrownMessage, ...]
    signals: tuple[str, ...]
    trace: tuple[TraceEntry, ...]
    jalons: tuple[Jalon, ...]
    position: tuple[str, ...]
    ended: bool
    label: str | None
    values: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    before: Waits | None = field(
        default=None, compare=False
    )  # of the caller's bytes, not of what came of them
