"""The worker of one service: relay, consumer, mailbox and timers, a thread and a connection each.

A loop that fails is started again after a pause; all of them end within seconds of ``stop``.
"""

import logging
import random as _random
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event, Thread

from sqlalchemy import Connection

from shared.clock import Clock
from shared.database import Database
from shared.database.wiping import wipe_if_asked
from shared.errors import Unavailable
from shared.messaging import outbox
from shared.messaging.backoff import Random, delay
from shared.messaging.bus import MessageBus
from shared.messaging.mailbox import Mailbox, forget_rows
from shared.messaging.pulse import Pulse
from shared.messaging.relay import Relay

logger = logging.getLogger(__name__)

Turn = Callable[[], None]
Loop = Callable[[Event, Turn], None]
"""Runs until the event is set, calling the second argument at each turn."""

Forget = Callable[[Connection, datetime], object]
"""Erases, in a transaction, what is no longer needed at an instant."""

POLL_SECONDS = 1.0
FORGET_EVERY_SECONDS = 3600.0
STOP_SECONDS = 8.0
LONGEST_PAUSE_SECONDS = 30.0
WIPING_PAUSE = 20


def run_worker(
    *, queue: str, types: Sequence[str], bus: MessageBus, database: Database, relay: Relay, mailbox: Mailbox,
    timers: Callable[[], int], clock: Clock, stop: Event, forget: Sequence[Forget] = (),
    pulse: Pulse | None = None, random: Random = _random.random,
) -> None:  # fmt: skip
    """Run one service's loops until ``stop`` is set.

    ``types`` come to ``queue`` and go through ``mailbox``. ``timers()`` runs what is due and says how much
    that was. ``forget``: what else to erase hourly beside old payloads. ``clock`` is the system's.
    """

    def consume(stop: Event, turn: Turn) -> None:
        bus.declare(queue, types)
        bus.consume(queue, mailbox.receive, stop, ready=mailbox.is_ready, turn=turn)

    def run_timers() -> int:
        done = timers()
        if done:
            relay.nudge()
        return done

    def forget_old() -> int:
        with database.begin() as tx:
            for erase in forget:
                erase(tx, clock.now())
            gone = outbox.forget(tx, clock.now()) + outbox.forget_rows(tx, clock.now())
            return gone + forget_rows(tx, {type_.partition(".")[0] for type_ in types}, clock.now())

    def wipe(stop: Event, turn: Turn) -> None:
        keep_wiped(database, stop, turn)

    loops: dict[str, Loop] = {
        "relay": relay.run,
        "consumer": consume,
        "mailbox": lambda stop, turn: poll(mailbox.retry_due, stop, turn),
        "timers": lambda stop, turn: poll(run_timers, stop, turn),
        "forgetting": lambda stop, turn: poll(forget_old, stop, turn, FORGET_EVERY_SECONDS),
    }
    if not database.is_postgresql:
        loops["wiping"] = wipe
    run_loops(f"{queue}-worker", loops, stop, pulse or Pulse(clock), random)


def run_loops(name: str, loops: Mapping[str, Loop], stop: Event, pulse: Pulse, random: Random) -> None:
    """Run each loop in a thread until ``stop``; return when they have ended, or after eight seconds."""
    threads = [
        Thread(
            target=_keep_running, args=(f"{name}.{loop}", run, stop, pulse.of(loop), random),
            name=f"{name}.{loop}", daemon=True,
        )
        for loop, run in loops.items()
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            logger.warning("%s did not end in time", thread.name)


def _keep_running(name: str, run: Loop, stop: Event, turn: Turn, random: Random) -> None:
    failures, started = 0, time.monotonic()
    while not stop.is_set():
        try:
            run(stop, turn)
        except Unavailable as error:
            logger.warning("%s: %s", name, error.code)
        except Exception as error:
            # its message, which may quote data about people, is left out
            logger.error("%s failed: %s at %s", name, type(error).__name__, _place(error))  # noqa: TRY400
        if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
            failures = 0
        failures, started = failures + 1, time.monotonic()
        _pause(delay(failures, random, first=0.2, longest=LONGEST_PAUSE_SECONDS).total_seconds(), stop, turn)


def poll(run_due: Callable[[], int], stop: Event, turn: Turn, seconds: float = POLL_SECONDS) -> None:
    """Call ``run_due`` again at once while there is something to do, else after ``seconds``."""
    while not stop.is_set():
        turn()
        if run_due() == 0:
            _pause(seconds, stop, turn)


def keep_wiped(database: Database, stop: Event, turn: Turn) -> None:
    """Write the file of a SQLite database anew after erasures, at most a twentieth of the time."""
    while not stop.is_set():
        turn()
        _pause(max(POLL_SECONDS, WIPING_PAUSE * wipe_if_asked(database)), stop, turn)


def _pause(seconds: float, stop: Event, turn: Turn) -> None:
    deadline = time.monotonic() + seconds
    while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
        turn()
        stop.wait(min(left, POLL_SECONDS))


def _place(error: Exception) -> str:
    """Where an error was raised: file, line and function of its innermost frame."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno} in {frame.name}"
