"""Running instances of the shipped diagrams with their whole history: chance plays parcours, every move is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import Any

from shared.bpmn import OpenedTask, Progress, Runtime
from tests.diagrams.files import SERVICES, definition, vocabulary
from tests.diagrams.scenarios import Scenario
from tests.diagrams.test_chance import move_by_chance
from tests.diagrams.world import World

MOVES = 400
FEWEST, MOST = 4, 200  # parcours
BORN = (date(2010, 11, 3), date(2009, 1, 1), date(2006, 1, 1))


@dataclass(frozen=True)
class Made:
    """One move: start, complete, refuse, fire, receive or correct.

    ``target``: a task's or timer's element with ``which`` of them, or a message; '' for the start and a correction.
    """

    verb: str
    target: str
    which: int
    values: Any
    now: datetime


@dataclass(frozen=True)
class Running:
    """An instance as its last move left it. ``open``: task id → element, in the order of opening."""

    service: str
    name: str
    history: tuple[Made, ...]
    progress: Progress
    traces: tuple[tuple[tuple[str, str, str], ...], ...]
    open: Mapping[str, str]
    tasks: tuple[OpenedTask, ...]

    @property
    def now(self) -> datetime:
        """A while after the last move."""
        return self.history[-1].now + timedelta(hours=5)


@dataclass
class Keeper:
    """A service's runtime in a world: passes every command on, and keeps it with what came of it."""

    service: str
    runtime: Runtime
    history: list[Made] = field(default_factory=list)
    states: list[tuple[Progress, dict[str, str]]] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)

    def start(
        self,
        parcours_id: str,
        *,
        now: datetime,
        variables: Any = None,
        message: Any = None,
        context: Any = None,
    ) -> Progress:
        progress = self.runtime.start(
            parcours_id, variables=variables, message=message, now=now, context=context
        )
        return self._keep(Made("start", "", 0, {"variables": variables, "message": message}, now), progress)

    def complete(
        self, state: bytes, task_id: str, outputs: Any, *, now: datetime, context: Any = None
    ) -> Progress:
        made = Made("complete", self.open[task_id], self._which(task_id), outputs, now)
        return self._keep(made, self.runtime.complete(state, task_id, outputs, now=now, context=context))

    def refuse(self, state: bytes, task_id: str, *, now: datetime, context: Any = None) -> Progress | None:
        made = Made("refuse", self.open[task_id], self._which(task_id), None, now)
        progress = self.runtime.refuse(state, task_id, now=now, context=context)
        return progress and self._keep(made, progress)

    def fire(self, state: bytes, timer_id: str, *, now: datetime, context: Any = None) -> Progress:
        element = next(timer.element_id for timer in self.states[-1][0].timers if timer.id == timer_id)
        return self._keep(
            Made("fire", element, 0, None, now), self.runtime.fire(state, timer_id, now=now, context=context)
        )

    def receive(
        self, state: bytes, name: str, payload: Any, *, now: datetime, context: Any = None
    ) -> Progress:
        return self._keep(
            Made("receive", name, 0, payload, now),
            self.runtime.receive(state, name, payload, now=now, context=context),
        )

    def variables(self, state: bytes, task_id: str | None = None) -> Any:
        return self.runtime.variables(state, task_id)

    def _which(self, task_id: str) -> int:
        return [each for each in self.open if self.open[each] == self.open[task_id]].index(task_id)

    def _keep(self, made: Made, progress: Progress) -> Progress:
        closed = {task.id for task in progress.closed}
        opened = {task.id: task.element_id for task in progress.opened}
        self.open = {key: name for key, name in (self.open | opened).items() if key not in closed}
        self.history.append(made)
        self.states.append((progress, self.open))
        return progress


@cache
def histories(parcours: int) -> Mapping[str, tuple[Keeper, ...]]:
    """Service → what happened there in each of so many parcours that chance has played to their ends.

    More are played until a few have reached each service.
    """
    worlds: list[World] = []
    while len(worlds) < parcours or any(len(found) < FEWEST for found in _by_service(worlds).values()):
        assert len(worlds) < MOST, "chance brings no parcours to one of the services"
        worlds.append(_played(len(worlds)))
    return _by_service(worlds)


def _by_service(worlds: Sequence[World]) -> dict[str, tuple[Keeper, ...]]:
    return {
        service: tuple(world.runtimes[service] for world in worlds if world.runtimes[service].history)  # type: ignore[misc]
        for service in SERVICES
    }


def _played(seed: int) -> World:
    random = Random(seed)
    world = Kept(Scenario((), {}, facts={"eleve_ne_le": random.choice(BORN)}), seed)
    for _ in range(MOVES):
        if not move_by_chance(world, random):
            break
    return world


class Kept(World):
    """A world whose services keep what happens in them; no id is drawn twice, not in another world either."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._keepers: dict[str, Any] = {}
        self._ids, self._seed = count(1), seed
        super().__init__(scenario, seed)

    @property
    def runtimes(self) -> dict[str, Any]:
        return self._keepers

    @runtimes.setter
    def runtimes(self, runtimes: dict[str, Runtime]) -> None:
        self._keepers = {service: Keeper(service, Runtime(each.definition, vocabulary(service), self._id))
                         for service, each in runtimes.items()}  # fmt: skip

    def _id(self) -> str:
        return f"{self._seed}-{next(self._ids)}"


def running(service: str, count: int, random: Random, parcours: int) -> list[Running]:
    """So many different instances of a service that have not ended."""
    cuts = [
        (number, cut)
        for number, keeper in enumerate(histories(parcours)[service])
        for cut in range(1, len(keeper.history) + 1)
        if not keeper.states[cut - 1][0].ended
    ]
    chosen = random.sample(cuts, min(count, len(cuts)))
    return [
        _at(histories(parcours)[service][number], f"{number}/{cut}", cut) for number, cut in sorted(chosen)
    ]


def _at(keeper: Keeper, name: str, cut: int) -> Running:
    progress, open_tasks = keeper.states[cut - 1]
    traces = tuple(trace_of(state) for state, _ in keeper.states[:cut])
    opened = [task for state, _ in keeper.states[:cut] for task in state.opened if task.id in open_tasks]
    return Running(
        keeper.service, name, tuple(keeper.history[:cut]), progress, traces, open_tasks, tuple(opened)
    )


def corrected(instance: Running, values: Mapping[str, Any]) -> Running:
    """The instance after facts of its person have been corrected, as its last move; JSON values, as in messages."""
    made = Made("correct", "", 0, values, instance.history[-1].now + timedelta(hours=1))
    numbers = count(1)
    runtime = Runtime(
        definition(instance.service), vocabulary(instance.service), lambda: f"correction-{next(numbers)}"
    )
    progress = runtime.correct(instance.progress.state, values, now=made.now)
    assert (progress.opened, progress.closed) == ((), ()), "a correction opens and closes no task here"
    return replace(instance, history=(*instance.history, made), progress=progress,
                   traces=(*instance.traces, trace_of(progress)))  # fmt: skip


def trace_of(progress: Progress) -> tuple[tuple[str, str, str], ...]:
    """(type, element, event) of what happened, but of gateways, which only pass tokens on."""
    return tuple(
        (entry.type, entry.element_id, entry.event) for entry in progress.trace if "Gateway" not in entry.type
    )


def payloads(service: str, parcours: int) -> Mapping[str, list[Any]]:
    """Message → payloads that came by it."""
    found: dict[str, list[Any]] = {}
    for keeper in histories(parcours)[service]:
        for made in keeper.history:
            if made.verb == "receive":
                found.setdefault(made.target, []).append(made.values)
    return found
