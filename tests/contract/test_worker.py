"""The worker: its loops run on, end in time, say that they turn, and quote nothing about people."""

import json
import signal
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.cli import stop_on_signals
from shared.clock import FixedClock, SystemClock
from shared.database import Database
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.mailbox import Mailbox
from shared.messaging.pulse import Pulse, ages_in
from shared.messaging.relay import Relay
from shared.messaging.worker import Turn, run_loops, run_worker
from tests.support.databases import MakeDatabase
from tests.support.ledger import QUESTION, create_ledger, numbers_in, put_questions, record
from tests.support.messages import SENT_AT
from tests.support.waiting import wait_until


@pytest.fixture
def packages() -> Sequence[str]:
    return ["shared.messaging"]


@pytest.fixture
def database(make_sqlite_database: MakeDatabase, packages: Sequence[str]) -> Database:
    made = make_sqlite_database(packages)
    create_ledger(made)
    return made


def started(name: str, loops: dict, stop: Event, pulse: Pulse) -> Thread:  # type: ignore[type-arg]
    thread = Thread(target=run_loops, args=(name, loops, stop, pulse, lambda: 0.0))
    thread.start()
    return thread


def test_a_loop_that_fails_is_started_again_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    stop, recovered, other_turns = Event(), Event(), Event()
    runs: list[int] = []

    def failing(stop: Event, turn: Turn) -> None:
        runs.append(1)
        if len(runs) < 3:
            raise ValueError("Zoé Nuñez")
        recovered.set()
        stop.wait()

    def steady(stop: Event, turn: Turn) -> None:
        while not stop.wait(0.01):
            if recovered.is_set():
                other_turns.set()

    thread = started("w", {"failing": failing, "steady": steady}, stop, Pulse(SystemClock()))
    assert recovered.wait(20)
    assert other_turns.wait(20)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert caplog.text.count("w.failing failed: ValueError at") == 2
    assert "Nuñez" not in caplog.text


def test_a_loop_that_hangs_shows_by_the_age_of_its_last_turn(tmp_path: Path) -> None:
    clock, file = FixedClock(SENT_AT), tmp_path / "pulse.json"
    pulse = Pulse(clock, file)
    relay, consumer = pulse.of("relay"), pulse.of("consumer")
    for _ in range(3):
        clock.advance(timedelta(seconds=30))
        relay()
    assert pulse.ages() == {"relay": timedelta(), "consumer": timedelta(seconds=90)}
    assert ages_in(file, clock.now()) == pulse.ages()
    consumer()
    assert pulse.ages()["consumer"] == timedelta()


def test_a_probe_before_the_first_turn_finds_no_loop(tmp_path: Path) -> None:
    assert ages_in(tmp_path / "nothing.json", SENT_AT) == {}


def test_a_worker_relays_receives_runs_timers_and_ends_in_time(database: Database, tmp_path: Path) -> None:
    clock, stop, file = SystemClock(), Event(), tmp_path / "pulse.json"
    bus, due = EmbeddedBus(prefix=f"{tmp_path}."), [3, 2, 0]
    relay = Relay(database, bus, clock)
    mailbox = Mailbox(database, record, clock, wake=relay.nudge)
    options = {
        "queue": "enrolment", "types": [QUESTION], "bus": bus, "database": database, "relay": relay,
        "mailbox": mailbox, "timers": lambda: due.pop(0) if due else 0, "clock": clock, "stop": stop,
        "pulse": Pulse(clock, file),
    }  # fmt: skip
    worker = Thread(target=run_worker, kwargs=options)
    worker.start()
    try:
        put_questions(database, range(5), subjects=5)
        wait_until(lambda: sorted(numbers_in(database)) == [0, 1, 2, 3, 4] and not due)
        loops = {"relay", "consumer", "mailbox", "timers", "forgetting", "wiping"}
        wait_until(lambda: set(json.loads(file.read_text())) == loops)
    finally:
        stop.set()
        worker.join(5)
    assert not worker.is_alive()
    bus.close()


def test_sigterm_and_sigint_ask_the_worker_to_stop() -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        for each in before:
            stop = stop_on_signals()
            signal.raise_signal(each)
            assert stop.is_set()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
