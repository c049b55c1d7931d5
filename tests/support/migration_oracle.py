"""What an instance would be if all its life had passed on the new version: its history, made again there.

Knows nothing of how instances are carried over. The past is comparable when the same moves make the same things
happen on the new version; then what is carried over must be where this one is, but for what it had begun before:
timers keep their date. Otherwise the past stays what it was, and the instance must be able to come to an end.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from shared.bpmn import Definition, NotAwaited, PayloadRefused, ProcessFailure, Progress, Runtime, UnknownTask
from shared.bpmn.engine.state import read
from shared.bpmn.instance_migration.verdicts import IdMapping, Migration, MigrationRefused
from shared.forms import FormContext, SampleImpossible, parse_form, sample_values
from tests.diagrams.files import definition, vocabulary
from tests.diagrams.test_chance import STANDING
from tests.diagrams.world import people_and_places, tables
from tests.support.migration_edits import Edited
from tests.support.migration_pool import Made, Running, trace_of
from tests.support.migration_timers import timers_kept, timers_of, wrongly_begun, wrongly_due

LATER = 150


class Impossible(Exception):
    """The history cannot be made on the new version."""


@dataclass
class Player:
    """One instance that is moved by the names of elements."""

    definition: Definition
    service: str
    progress: Progress | None = None
    open: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers, self.tx = count(1), tables()
        self.runtime = Runtime(
            self.definition, vocabulary(self.service), lambda: f"{id(self)}-{next(numbers)}"
        )

    @property
    def at(self) -> Progress:
        assert self.progress is not None
        return self.progress

    def make(self, made: Made, element: str) -> Progress:
        """Raises what the runtime raises, or Impossible when nobody waits there."""
        return self.take(self._run(made, element))

    def take(self, progress: Progress | None) -> Progress:
        if progress is None:
            raise Impossible
        closed = {task.id for task in progress.closed}
        opened = {task.id: task.element_id for task in progress.opened}
        self.open = {key: name for key, name in (self.open | opened).items() if key not in closed}
        self.progress = progress
        return progress

    def _run(self, made: Made, element: str) -> Progress | None:
        runtime, now = self.runtime, made.now
        if made.verb == "start":
            return runtime.start(
                "0199a0f2-0000-7000-8000-000000000001", now=now, context=self.tx, **made.values
            )
        if made.verb == "receive":
            return runtime.receive(self.at.state, made.target, made.values, now=now, context=self.tx)
        if made.verb == "fire":
            return runtime.fire(self.at.state, self._timer(element), now=now, context=self.tx)
        if made.verb == "correct":
            return runtime.correct(self.at.state, made.values, now=now, context=self.tx)
        task_id = self._task(element, made.which)
        if made.verb == "refuse":
            return runtime.refuse(self.at.state, task_id, now=now, context=self.tx)
        return runtime.complete(self.at.state, task_id, made.values, now=now, context=self.tx)

    def _task(self, element: str, which: int) -> str:
        found = [key for key, name in self.open.items() if name == element]
        if which >= len(found):
            raise Impossible
        return found[which]

    def _timer(self, element: str) -> str:
        found = [timer.id for timer in self.at.timers if timer.element_id == element]
        if not found:
            raise Impossible
        return found[0]

    def values(self, task_id: str, now: datetime, random: Random) -> dict[str, Any]:
        """An answer to a task's form, drawn."""
        form_key = next(node.form for process in self.definition.processes.values()
                        for _, node in process.scope.everything() if node.id == self.open[task_id])  # fmt: skip
        shape = parse_form(self.definition.forms[form_key])
        context = FormContext(self.runtime.variables(self.at.state, task_id), now)
        values = sample_values(shape, random, context, directory=people_and_places)
        return dict(shape.validate(values, context))

    def seen(self) -> dict[str, Any]:
        """Everything that an instance is, without the ids that were drawn for it. Dates of timers by element."""
        content = read(self.at.state)
        if "e" in content:
            return {"ended": content["v"]}
        place = {row[1]: number for number, row in enumerate(content["t"])}
        return {
            "scopes": sorted((str(scope[1]), sorted(map(repr, scope[2].items()))) for scope in content["s"]),
            "tokens": sorted(
                (content["s"][row[0]][1], row[2], row[3], repr(_plain(row[5], place))) for row in content["t"]
            ),
            "open": sorted(self.open.values()), "awaited": sorted({each.name for each in self.at.awaited}),
            "position": sorted(self.at.position),
        }  # fmt: skip

    def dates(self) -> dict[str, datetime]:
        return {timer.element_id: timer.due_at for timer in self.at.timers}


def _plain(internal: Mapping[str, Any], _place: Any) -> list[tuple[str, Any]]:
    """What a token holds, but for drawn ids and dates."""
    drawn = ("id", "timer", "due", "anchor")
    return sorted((key, repr(value)) for key, value in internal.items() if key not in drawn)


def replay(instance: Running, new: Definition, elements: Mapping[str, str]) -> Player | None:
    """The instance as it would be; None when its past is not comparable."""
    player = Player(new, instance.service)
    for made, before in zip(instance.history, instance.traces, strict=True):
        try:
            progress = player.make(made, elements.get(made.target, made.target))
        except (Impossible, NotAwaited, UnknownTask, PayloadRefused, ProcessFailure):
            return None
        if trace_of(progress) != tuple((type_, elements.get(id, id), event) for type_, id, event in before):
            return None
    return player


def walk_together(
    players: Sequence[Player], now: datetime, random: Random, payloads: Mapping[str, list[Any]]
) -> list[str]:
    """Drawn moves to the end, the same for all; what differs on the way, and what keeps the first from its end."""
    first = players[0]
    for _ in range(LATER):
        if first.at.ended:
            return []
        try:
            drawn = _draw(first, now, random, payloads)
        except SampleImpossible:
            return []  # no answer is right any more on this day: a person would be stuck on any version
        if drawn is None:
            return [f"nothing moves it any more: {first.at.position}"]
        now = max(
            [
                drawn.now,
                *(player.dates().get(drawn.target, now) for player in players if drawn.verb == "fire"),
            ]
        )
        made = Made(drawn.verb, drawn.target, drawn.which, drawn.values, now)
        found = [_made(player, made) for player in players]
        if faults := _differences(made, found) + _stuck(first):
            return faults
        if isinstance(found[0], str):
            return []  # the new version itself fails so
    return []  # a loop may go on for ever: it can be left, since chance once left it


def _differences(made: Made, found: list[Any]) -> list[str]:
    if any(each != found[0] for each in found):
        return [f"after {made.verb} {made.target}: {found[0]} and {found[1]}"]
    return [found[0]] if isinstance(found[0], str) and "deadlock" in found[0] else []


def _stuck(player: Player) -> list[str]:
    """Scopes in which nothing but joins is waited for: an event around them would only hide it."""
    content = read(player.at.state)
    scopes = content.get("s", [])
    rows = [[row for row in content.get("t", []) if row[0] == number] for number in range(len(scopes))]
    return [
        str(scope[1])
        for scope, held in zip(scopes, rows, strict=True)
        if held and all("via" in r[5] for r in held)
    ]


def _made(player: Player, made: Made) -> Any:
    try:
        progress = player.make(made, made.target)
    except ProcessFailure as failure:
        return f"fails at {failure.element_id}: {failure.reason}"
    except (Impossible, NotAwaited, UnknownTask, PayloadRefused) as refused:
        return f"{type(refused).__name__} at {made.target}"
    told = [
        (task.element_id, task.role, task.form, task.due, task.assignee, task.side)
        for task in progress.opened
    ]
    thrown = [(each.name, repr(each.payload)) for each in progress.thrown]
    return trace_of(progress), sorted(map(repr, told)), thrown, player.seen()


def _draw(player: Player, now: datetime, random: Random, payloads: Mapping[str, list[Any]]) -> Made | None:
    tasks = [key for key, name in player.open.items() if name not in STANDING or random.random() < 0.05]
    awaited = [each.name for each in player.at.awaited if each.name in payloads]
    timers = sorted(player.at.timers, key=lambda timer: (timer.due_at, timer.element_id))
    if tasks and (random.random() < 0.85 or not (timers or awaited)):
        return _complete(player, random.choice(tasks), now, random)
    if awaited and (random.random() < 0.5 or not timers):
        name = random.choice(sorted(awaited))
        return Made("receive", name, 0, random.choice(payloads[name]), now)
    if timers:
        return Made("fire", timers[0].element_id, 0, None, max(now, timers[0].due_at))
    standing = [key for key in player.open if key not in tasks]
    return _complete(player, standing[0], now, random) if standing else None


def _complete(player: Player, task_id: str, now: datetime, random: Random) -> Made:
    element = player.open[task_id]
    which = [key for key, name in player.open.items() if name == element].index(task_id)
    return Made("complete", element, which, player.values(task_id, now, random), now)


@dataclass
class Judged:
    """``outcome``: of the migration; ``past``: whether it was comparable; ``faults``: empty, or it is corrupted."""

    outcome: str
    past: bool
    faults: list[str]
    reasons: list[str] = field(default_factory=list)


def judge(
    instance: Running,
    edited: Edited,
    random: Random,
    payloads: Mapping[str, list[Any]],
    *,
    always_walk: bool = False,
    correction: Mapping[str, Any] | None = None,
) -> Judged:
    """Carry an instance over and compare it with what it would be; ``correction``: made right after, on both."""
    elements = edited.mapping.get("elements", {})
    old, new = definition(instance.service), edited.definition
    numbers = count(1)
    migration = Migration(old, new, IdMapping.of(edited.mapping), vocabulary(instance.service),
                          lambda: f"new-{next(numbers)}")  # fmt: skip
    lived = replay(instance, new, elements)
    past = lived is not None
    try:
        migrated = migration.apply(instance.progress.state, now=instance.now)
    except MigrationRefused as refused:
        codes = [f"{each.code}@{each.element_id}" for each in refused.verdict.reasons]
        return Judged(refused.verdict.outcome, past, [], codes)
    player = Player(new, instance.service, open={task.id: task.element_id for task in migrated.kept})
    player.take(migrated.progress)
    faults = [] if migrated.went_on else _kept(instance, player, elements)
    kept = timers_kept(instance, old, new, elements)
    faults += wrongly_due(instance, player.at, old, new, kept)
    faults += [] if lived is None else wrongly_begun(player.at, lived.at, kept)
    if lived is not None and player.dates().keys() != lived.dates().keys():
        lived = None  # it has kept a date that is not waited for there: from here on they are two lives
    if not faults and correction is not None:
        faults += _follow(player, lived, Made("correct", "", 0, correction, instance.now), kept)
    return Judged("moves", past, faults + _goes_on(instance, player, lived, random, payloads, always_walk))


def _kept(instance: Running, player: Player, elements: Mapping[str, str]) -> list[str]:
    before = {task_id: elements.get(element, element) for task_id, element in instance.open.items()}
    return [] if before == player.open else [f"open tasks: {before} became {player.open}"]


def _follow(player: Player, lived: Player | None, made: Made, kept: Collection[str]) -> list[str]:
    """A fact of the person is corrected: the dates that it tells are those of the life on the new version.

    Those that were ``kept`` by the move, and that the correction leaves (its date is past), are still the old ones.
    """
    players, before = [player] if lived is None else [player, lived], player.dates()
    faults = _differences(made, [_made(each, made) for each in players])
    told = {id for id, (kind, text) in timers_of(player.definition).items()
            if kind == "date" and text.startswith("=") and any(name in text for name in made.values)}  # fmt: skip
    told -= {id for id in kept if before.get(id) == player.dates().get(id)}
    one, two = ({id: each.dates().get(id) for id in told} for each in (players[0], players[-1]))
    return faults + ([] if one == two else [f"corrected: {one} instead of {two}"])


def _goes_on(
    instance: Running, player: Player, lived: Player | None, random: Random, payloads: Mapping[str, list[Any]],
    always_walk: bool,
) -> list[str]:  # fmt: skip
    if lived is None:
        return walk_together([player], instance.now, random, payloads)
    if player.seen() != lived.seen():
        one, two = player.seen(), lived.seen()
        return [
            f"{key}: {one.get(key)} instead of {two.get(key)}"
            for key in one | two
            if one.get(key) != two.get(key)
        ]
    same_dates = player.dates() == lived.dates()
    if same_dates and not always_walk and random.random() < 0.8:
        return []  # the same in all that decides what comes: it goes on the same
    return walk_together([player, lived], instance.now, random, payloads)
