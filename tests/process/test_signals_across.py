"""A signal reaches every instance of the service that waits for it, once, whatever happens on the way."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.bpmn import Operation, OperationCall, incident_store, load_all, store
from shared.bpmn.tables import awaited_signal, instance, signal_delivery
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import Actor
from shared.ids import uuid7
from shared.process import service
from shared.process.delivery import work_due
from shared.process.instance_migration.passes import Migrations, Wanted
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from shared.process.processes import MAX_HOPS
from shared.process.service import TABLES, ProcessService
from shared.process.signals import deliver_signals
from shared.settings import ServiceSettings
from shared.tasks.tables import task
from tests.process.support import LYCEE, REFERENT, START
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.databases import MakeDatabase


def _crier() -> Bpmn:
    """Throws ``feu`` at its end."""
    diagram = Bpmn("crier", label='"Crier"').signal("feu").start("c_debut").user("appeler")
    return diagram.end("c_fin", b.signal("feu")).chain("c_debut", "appeler", "c_fin")


def _attendre() -> Bpmn:
    """Waits for ``feu``, then for a person."""
    diagram = Bpmn("attendre", label='"Attendre"').signal("feu").start("a_debut")
    diagram.node("intermediateCatchEvent", "ecouter", b.signal("feu")).user("accourir").end("a_fin")
    return diagram.chain("a_debut", "ecouter", "accourir", "a_fin")


def _veiller() -> Bpmn:
    """Does an operation beside at each ``feu``, and throws ``echo``; a task keeps it open."""
    body = Body().service("noter", "noter").end("n_fin", b.signal("echo")).chain("n_debut", "noter", "n_fin")
    diagram = Bpmn("veiller", label='"Veiller"').signal("feu").signal("echo").start("v_debut").user("veille")
    diagram.end("v_fin").chain("v_debut", "veille", "v_fin")
    return diagram.event_sub("vigie", body, "n_debut", b.signal("feu"), interrupting=False)


@dataclass
class Town:
    """A service with these three processes. ``faults``: what the operation raises next; ``noted``: how often it ran."""

    database: Database
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    faults: list[BaseException] = field(default_factory=list)
    noted: int = 0

    def __post_init__(self) -> None:
        operation = Operation(frozenset(), frozenset(), self._note)
        vocabulary = b.vocabulary({"noter": operation}, service="essai")
        settings = ServiceSettings("essai", self.database.url, "", {})
        self.service: ProcessService = service.assemble(settings, vocabulary, {}, self.clock, uuid7)
        self.register(_crier(), _attendre(), _veiller())

    def register(self, *diagrams: Bpmn) -> None:
        definitions = load_all(b.files(*diagrams), self.service.vocabulary)
        with self.service.database.begin() as tx:
            self.service.catalog.register(tx, list(definitions.values()), START)

    def _note(self, _: OperationCall) -> Mapping[str, Any]:
        if self.faults:
            raise self.faults.pop()
        self.noted += 1
        return {}

    def start(self, process_id: str) -> str:
        with self.service.database.begin() as tx:
            return self.service.processes.start(tx, process_id, uuid7(), {"lycee": LYCEE}, REFERENT)

    def done(self, instance_id: str) -> None:
        """Somebody does the one open task of an instance."""
        with self.service.database.begin() as tx:
            mine = select(task.c.id).where(task.c.instance_id == instance_id, task.c.status == "open")
            row = store.lock(tx, instance_id)
            assert row is not None
            now = self.service.clock.now()
            self.service.processes.complete(tx, row, tx.scalars(mine).one(), {}, REFERENT, now)

    def shout(self) -> None:
        self.done(self.start("crier"))

    def deliver(self) -> int:
        return deliver_signals(self.service.database, self.service.processes)

    def positions(self, *ids: str) -> list[list[str]]:
        with self.service.database.read() as look:
            rows = {row.id: row for row in look.execute(select(instance))}
        return [rows[instance_id].position for instance_id in ids]

    def status(self, instance_id: str) -> str:
        with self.service.database.read() as look:
            return str(look.scalar(select(instance.c.status).where(instance.c.id == instance_id)))

    def rows(self, table: Any) -> int:
        with self.service.database.read() as look:
            return int(look.scalar(select(func.count()).select_from(table)) or 0)


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    built = Town(database)
    yield built
    built.service.database.dispose()


def test_every_instance_that_waits_has_it_and_the_others_have_not(town: Town) -> None:
    waiting, past = [town.start("attendre") for _ in range(3)], town.start("attendre")
    town.shout()
    town.deliver()
    assert town.positions(*waiting, past) == [["accourir"]] * 4
    late = town.start("attendre")
    assert town.deliver() == 0
    assert town.positions(late) == [["ecouter"]], "who comes later hears nothing"


def test_it_arrives_with_the_next_turn_of_the_worker(town: Town) -> None:
    waiting = town.start("attendre")
    town.shout()
    assert town.positions(waiting) == [["ecouter"]], "the thrower moves nobody but itself"
    assert work_due(town.service.database, town.service.processes) == 1
    assert work_due(town.service.database, town.service.processes) == 0
    assert town.positions(waiting) == [["accourir"]]


def test_each_throw_comes_once_and_in_order(town: Town) -> None:
    listening = town.start("veiller")
    for _ in range(3):
        town.shout()
    assert [town.deliver() for _ in range(4)] == [1, 1, 1, 0]
    assert town.noted == 3
    assert town.positions(listening) == [["veille"]]


def test_a_throw_that_is_undone_was_never_thrown(town: Town) -> None:
    town.start("attendre")
    caller = town.start("crier")
    with town.service.database.begin() as tx:
        undone = tx.begin_nested()
        row = store.lock(tx, caller)
        assert row is not None
        mine = select(task.c.id).where(task.c.instance_id == caller)
        town.service.processes.complete(tx, row, tx.scalars(mine).one(), {}, REFERENT, START)
        undone.rollback()
    assert town.rows(signal_delivery) == 0


def test_a_worker_that_is_killed_midway_loses_nothing_and_does_nothing_twice(town: Town) -> None:
    town.start("veiller")
    town.shout()
    town.faults.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        town.deliver()
    assert (town.noted, town.rows(signal_delivery)) == (0, 1)
    assert town.deliver() == 1
    assert (town.noted, town.rows(signal_delivery)) == (1, 0)


def test_two_workers_at_once_hand_it_over_once(town: Town) -> None:
    for _ in range(6):
        town.start("veiller")
    town.shout()
    with ThreadPoolExecutor(2) as pool:
        both = [future.result() for future in [pool.submit(town.deliver) for _ in range(2)]]
    both.append(town.deliver())
    assert (sum(both), town.noted) == (6, 6)


def test_a_failed_move_holds_the_instance_and_it_has_the_signal_when_it_is_released(town: Town) -> None:
    listening, other = town.start("veiller"), town.start("attendre")
    town.shout()
    town.faults.append(RuntimeError("Zoé Durand"))
    town.deliver()
    assert (town.status(listening), town.positions(other)) == ("incident", [["accourir"]])
    town.shout()
    assert town.deliver() == 0, "nothing comes while it is held"
    with town.service.database.read() as look:
        [found] = incident_store.open_incidents(look)
    assert (found.element_id, found.move, found.origin) == ("noter", "signal", "feu")
    assert "Zoé" not in f"{found.code} {found.detail}"
    order = Order(listening, Actor.operator("Paule"), "La panne est réparée", "command")
    told = Repairs(town.service.database, town.service.processes).retry(order)
    assert (told["result"], town.deliver(), town.noted) == ("done", 0, 2), (
        "that one, and the one thrown meanwhile"
    )


def test_who_went_on_before_it_came_is_left_alone(town: Town) -> None:
    waiting = town.start("attendre")
    town.shout()
    town.shout()
    assert [town.deliver() for _ in range(3)] == [1, 1, 0], "the second finds nobody, and is struck out"
    assert town.positions(waiting) == [["accourir"]]
    assert town.rows(signal_delivery) == 0


def test_who_has_ended_waits_for_nothing_and_leaves_no_rows(town: Town) -> None:
    listening = town.start("veiller")
    assert town.rows(awaited_signal) == 1
    town.shout()
    town.done(listening)
    assert (town.status(listening), town.rows(awaited_signal), town.rows(signal_delivery)) == ("ended", 0, 0)
    with town.service.database.begin() as tx:  # written by a thrower that had looked just before
        tx.execute(
            signal_delivery.insert().values(throw_id=uuid7(), instance_id=listening, name="feu", hops=1)
        )
    town.deliver()
    assert town.rows(signal_delivery) == 0


def _echoing(id: str, hears: str, throws: str) -> Bpmn:
    """Throws at once what it answers to what it hears, again and again."""
    body = Body().end(f"{id}_r", b.signal(throws)).chain(f"{id}_o", f"{id}_r")
    diagram = (
        Bpmn(id, label='"Écho"')
        .signal(hears)
        .signal(throws)
        .start(f"{id}_d")
        .user(f"{id}_agir")
        .end(f"{id}_f")
    )
    diagram.event_sub(f"{id}_s", body, f"{id}_o", b.signal(hears), interrupting=False)
    return diagram.chain(f"{id}_d", f"{id}_agir", f"{id}_f")


def test_what_a_signal_makes_others_throw_goes_on_to_those_who_wait_for_that(town: Town) -> None:
    follow = Bpmn("suivre", label='"Suivre"').signal("echo").start("s_debut")
    follow.node("intermediateCatchEvent", "s_ecouter", b.signal("echo")).user("s_agir").end("s_fin")
    town.register(_crier(), _veiller(), follow.chain("s_debut", "s_ecouter", "s_agir", "s_fin"))
    follower = town.start("suivre")
    town.start("veiller")
    town.shout()
    assert (town.deliver(), town.deliver()) == (1, 1)
    assert town.positions(follower) == [["s_agir"]]


def test_signals_that_only_call_forth_one_another_stop_at_an_incident(town: Town) -> None:
    town.register(_crier(), _echoing("un", "feu", "echo"), _echoing("deux", "echo", "feu"))
    for process_id in ("un", "deux"):
        town.start(process_id)
    town.shout()
    turns = 0
    while town.deliver():
        turns += 1
    assert turns == MAX_HOPS
    with town.service.database.read() as look:
        [found] = incident_store.open_incidents(look)
    assert (found.code, found.move, found.origin) == ("signal_loop", "signal", "feu")


def test_a_wait_of_many_days_loses_no_signal(town: Town) -> None:
    waiting = town.start("attendre")
    town.clock.advance(timedelta(days=11))
    town.shout()
    town.clock.advance(timedelta(days=11))
    assert town.deliver() == 1
    assert town.positions(waiting) == [["accourir"]]


def test_who_is_carried_to_a_version_without_signals_waits_for_none(town: Town) -> None:
    listening = town.start("veiller")
    plain = Bpmn("veiller", label='"Veiller"').start("v_debut").user("veille").end("v_fin")
    town.register(plain.chain("v_debut", "veille", "v_fin"))
    migrations = Migrations(town.service.database, town.service.processes)
    [route] = migrations.routes(Wanted("veiller"))
    operator = Actor.operator("Nadia")
    assert migrations.move(migrations.begin(route, operator), route, listening, operator)[0] == "moved"
    assert town.rows(awaited_signal) == 0
    assert town.positions(listening) == [["veille"]]


@pytest.mark.parametrize("diagram", [_crier, _attendre, _veiller])
def test_only_who_waits_is_written_down_as_waiting(town: Town, diagram: Callable[[], Bpmn]) -> None:
    town.start(diagram().id)
    assert town.rows(awaited_signal) == (0 if diagram is _crier else 1)


def test_a_throw_waits_for_nobody_who_moves_a_receiver(
    make_postgresql_database: MakeDatabase,
) -> None:
    town = Town(make_postgresql_database(TABLES))
    waiting, caller = town.start("attendre"), town.start("crier")
    with town.service.database.begin() as tx, ThreadPoolExecutor(1) as pool:
        assert store.lock(tx, waiting)
        pool.submit(town.done, caller).result(timeout=10)
        assert town.deliver() == 0, "its turn comes when it is free"
    assert town.deliver() == 1
    assert town.positions(waiting) == [["accourir"]]
    town.service.database.dispose()
