"""Journeys kept as files: the state before each move, and the move itself, as a release wrote and made them.

``states/<format>/<case>.json`` holds {"service", "process_id", "files", "moves": [{"state", "now", "open", "timers",
"verb", "target", "which", "values"}], "ended"}; ``states/<format>/<files>/`` the definition's files of that release.
Bytes are base64, a task's values are tagged as at rest, a message's are JSON; elements are named by their ids.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from shared.bpmn import Definition, DefinitionFiles, Progress, Runtime, Vocabulary
from shared.bpmn.definition import reload
from shared.bpmn.values import decode, encode
from shared.process.definitions import read_files
from tests.diagrams import files as shipped
from tests.support.bpmn_builder import vocabulary

STATES = Path(__file__).parents[1] / "bpmn" / "states"
Move = dict[str, Any]


class Recorder(Runtime):
    """A runtime that writes down each move after the first, with the bytes it began from."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.moves: list[Move] = []
        self.open: dict[str, str] = {}
        self.last: Progress | None = None

    def complete(
        self, state: bytes, task_id: str, outputs: Any, *, now: datetime, context: Any = None
    ) -> Progress:
        values = {name: encode(value) for name, value in outputs.items()}
        kept = self._move_kept(state, now, "complete", self.open[task_id], values, self._which(task_id))
        return self._take(kept, super().complete(state, task_id, outputs, now=now, context=context))

    def receive(
        self, state: bytes, name: str, payload: Any, *, now: datetime, context: Any = None
    ) -> Progress:
        kept = self._move_kept(state, now, "receive", name, payload)
        return self._take(kept, super().receive(state, name, payload, now=now, context=context))

    def fire(self, state: bytes, timer_id: str, *, now: datetime, context: Any = None) -> Progress:
        assert self.last is not None
        [element] = [timer.element_id for timer in self.last.timers if timer.id == timer_id]
        kept = self._move_kept(state, now, "fire", element)
        return self._take(kept, super().fire(state, timer_id, now=now, context=context))

    def refuse(self, state: bytes, task_id: str, *, now: datetime, context: Any = None) -> Progress | None:
        kept = self._move_kept(state, now, "refuse", self.open[task_id], which=self._which(task_id))
        progress = super().refuse(state, task_id, now=now, context=context)
        return progress and self._take(kept, progress)

    def start(self, *arguments: Any, **named: Any) -> Progress:
        return self._take(None, super().start(*arguments, **named))

    def _which(self, task_id: str) -> int:
        return [each for each in self.open if self.open[each] == self.open[task_id]].index(task_id)

    def _move_kept(
        self, state: bytes, now: datetime, verb: str, target: str, values: Any = None, which: int = 0
    ) -> Move:
        assert self.last is not None
        return {
            "state": b64encode(state).decode(), "now": now.isoformat(), "open": dict(self.open),
            "timers": {timer.id: timer.element_id for timer in self.last.timers},
            "verb": verb, "target": target, "which": which, "values": values or {},
        }  # fmt: skip

    def _take(self, move: Move | None, progress: Progress) -> Progress:
        self.moves += [] if move is None else [move]
        self.last = progress
        closed = {task.id for task in progress.closed}
        opened = {task.id: task.element_id for task in progress.opened}
        self.open = {key: name for key, name in (self.open | opened).items() if key not in closed}
        return progress

    def case(self, service: str, files: str) -> dict[str, Any]:
        """What is kept of the journey."""
        assert self.last is not None
        return {
            "service": service, "process_id": self.definition.process_id, "files": files, "moves": self.moves,
            "final": b64encode(self.last.state).decode(), "ended": self.last.ended,
            "thrown_last": [thrown.name for thrown in self.last.thrown],
            "variables": {k: encode(v) for k, v in self.variables(self.last.state).items()},
        }  # fmt: skip


# what was kept


class Journey:
    """One case, to be gone on with from any of its states."""

    def __init__(self, path: Path) -> None:
        self.case: dict[str, Any] = json.loads(path.read_bytes())
        self.folder = path.parent / str(self.case["files"])

    def __str__(self) -> str:
        return str(self.case["files"])

    @property
    def states(self) -> list[bytes]:
        """The bytes before each move, then the last ones."""
        return [b64decode(each["state"]) for each in self.case["moves"]] + [b64decode(self.case["final"])]

    @property
    def variables(self) -> Mapping[str, Any]:
        return {name: decode(value) for name, value in self.case["variables"].items()}

    def runtime(self) -> Runtime:
        """On the definition of that release, with the vocabulary of this one."""
        ids = count(1)
        return Runtime(_definition(self.folder, self.case["service"], self.case["process_id"]),
                       _vocabulary(self.case["service"]), lambda: f"new-{next(ids)}")  # fmt: skip

    def go_on_from(self, index: int) -> Progress:
        """The progress of the last move, when the moves from this one on are made again."""
        moves, runtime = self.case["moves"][index:], self.runtime()
        last: Progress | None = None
        state, tasks = b64decode(moves[0]["state"]), dict(moves[0]["open"])
        timers = dict(moves[0]["timers"])
        for move in moves:
            last = _make(runtime, state, move, tasks, timers)
            assert last is not None
            state, timers = last.state, {timer.id: timer.element_id for timer in last.timers}
            closed = {task.id for task in last.closed}
            opened = {task.id: task.element_id for task in last.opened}
            tasks = {key: name for key, name in (tasks | opened).items() if key not in closed}
        assert last is not None
        return last


def _make(
    runtime: Runtime, state: bytes, move: Move, tasks: dict[str, str], timers: dict[str, str]
) -> Progress | None:
    now, target = datetime.fromisoformat(move["now"]), move["target"]
    if move["verb"] == "receive":
        return runtime.receive(state, target, move["values"], now=now)
    if move["verb"] == "fire":
        return runtime.fire(state, next(key for key, name in timers.items() if name == target), now=now)
    task_id = [key for key, name in tasks.items() if name == target][move["which"]]
    if move["verb"] == "refuse":
        return runtime.refuse(state, task_id, now=now)
    outputs = {name: decode(value) for name, value in move["values"].items()}
    return runtime.complete(state, task_id, outputs, now=now)


def journeys(format_: str) -> Iterator[Journey]:
    for path in sorted((STATES / format_).glob("*.json")):
        yield Journey(path)


@cache
def _definition(folder: Path, service: str, process_id: str) -> Definition:
    return reload(read_files(folder), process_id, _vocabulary(service))


def _vocabulary(service: str) -> Vocabulary:
    """A service's own, or for the models of the tests (no service) the builder's."""
    return shipped.vocabulary(service) if service else vocabulary()


def keep(case: dict[str, Any], files: DefinitionFiles, folder: Path, name: str) -> None:
    """Write a case and, beside it, the files that its definition was read from."""
    place = folder / str(case["files"])
    (place / "forms").mkdir(parents=True, exist_ok=True)
    for kind, target in ((files.bpmn, place), (files.dmn, place), (files.forms, place / "forms")):
        for file_name, content in kind.items():
            (target / file_name).write_bytes(content)
    (folder / f"{name}.json").write_text(json.dumps(case, ensure_ascii=False, indent=1) + "\n")
