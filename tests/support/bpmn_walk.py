"""Walks a process through the public door: names elements instead of ids, and keeps what is open."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from shared.bpmn import (
    ClosedTask,
    Definition,
    DefinitionFiles,
    OpenedTask,
    OpenScope,
    Operation,
    Progress,
    Runtime,
    ThrownMessage,
    TraceEntry,
    Vocabulary,
    load,
)
from shared.feel import FeelFunction
from tests.support.bpmn_builder import Bpmn, files, vocabulary
from tests.support.bpmn_tables import Tables

SEPTEMBER = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
UAI = "0690001A"
MODES = ("kept", "stored", "fresh")


class KeptRuntime(Runtime):
    """A runtime that never reads bytes back: what the engine does alone, to compare with."""

    kept: Any = None

    def _open(self, state: bytes, now: datetime, context: Any) -> Any:
        self.kept.move = self._move(now, context)
        return self.kept, self.kept.move

    def _end(self, instance: Any, move: Any, closed: tuple[ClosedTask, ...]) -> Progress:
        self.kept = instance
        return super()._end(instance, move, closed)


class Walk:
    """``mode``: kept (one live instance), stored (bytes at each step), fresh (bytes, and specifications read anew).

    ``tables``: after each step everything goes through the real tables of a database, and is read from there.
    """

    def __init__(
        self,
        mode: str,
        *diagrams: Bpmn,
        operations: Mapping[str, Operation] | None = None,
        functions: Mapping[str, FeelFunction] | None = None,
        dmn: Mapping[str, bytes] | None = None,
        budget: int = 200,
        now: datetime = SEPTEMBER,
        shared: Definition | None = None,
        tables: Tables | None = None,
    ) -> None:
        self._mode, self._budget, self._shared = mode, budget, shared
        self._tables, self._instance_id = tables, ""
        self.process_id = diagrams[0].id
        self.files: DefinitionFiles = files(*diagrams, dmn=dmn)
        self.vocabulary: Vocabulary = vocabulary(operations, functions)
        self._numbers = count(1)
        self.runtime = self._make()
        self.now = now
        self.tasks: dict[str, OpenedTask] = {}
        self.trace: list[TraceEntry] = []
        self.thrown: list[ThrownMessage] = []
        self.last: Progress

    def _make(self) -> Runtime:
        kind = KeptRuntime if self._mode == "kept" else Runtime
        return kind(self.definition(), self.vocabulary, lambda: f"id-{next(self._numbers)}", self._budget)

    def definition(self) -> Definition:
        return self._shared or load(self.files, self.process_id, self.vocabulary)

    # commands

    def start(self, message: tuple[str, Mapping[str, Any]] | None = None, **variables: Any) -> "Walk":
        values = {"lycee": UAI} | variables
        self._instance_id = self._tables.new() if self._tables else ""
        return self._take(self.runtime.start("parcours-1", variables=values, message=message, now=self.now))

    def do(self, element: str, which: int = 0, /, **outputs: Any) -> "Walk":
        """Complete the task of an element; ``which`` of them, in the order of their opening."""
        task_id = self.ids(element)[which]
        return self._take(self._current().complete(self.last.state, task_id, outputs, now=self.now))

    def receive(self, name: str, **payload: Any) -> "Walk":
        return self._take(self._current().receive(self.last.state, name, payload, now=self.now))

    def fire(self, element: str) -> "Walk":
        """Let the timer of an element ring, at its hour or, when that has passed, now."""
        timer = next(timer for timer in self.last.timers if timer.element_id == element)
        self.now = max(self.now, timer.due_at)
        return self._take(self._current().fire(self.last.state, timer.id, now=self.now))

    def refuse(self, element: str) -> bool:
        progress = self._current().refuse(self.last.state, self.ids(element)[0], now=self.now)
        if progress is not None:
            self._take(progress)
        return progress is not None

    def signal(self, name: str) -> "Walk":
        return self._take(self._current().signal(self.last.state, name, now=self.now))

    # repairs

    def move(self, source: str, target: str, number: int | None = None) -> "Walk":
        return self._take(self._current().move_token(self.last.state, source, target, number, now=self.now))

    def set(self, scope: int = 0, /, **values: Any) -> "Walk":
        return self._take(self._current().set_variables(self.last.state, scope, values, now=self.now))

    def correct(self, **values: Any) -> "Walk":
        return self._take(self._current().correct(self.last.state, values, now=self.now))

    def cancel(self) -> "Walk":
        return self._take(self._current().cancel(self.last.state, now=self.now))

    def scopes(self) -> tuple[OpenScope, ...]:
        return self._current().scopes(self.last.state)

    def scope(self, element: str, index: int | None = None) -> OpenScope:
        """The scope that an activity holds; ``index``: which item."""
        return next(
            each for each in self.scopes() if each.element_id == element and index in (None, each.index)
        )

    def wait(self, **length: float) -> "Walk":
        self.now += timedelta(**length)
        return self

    def _current(self) -> Runtime:
        if self._mode == "fresh":
            self.runtime = self._make()
        return self.runtime

    def _take(self, progress: Progress) -> "Walk":
        self.last = self._rest(progress)
        for closed in progress.closed:
            del self.tasks[closed.id]
        self.tasks |= {task.id: task for task in progress.opened}
        self.trace += progress.trace
        self.thrown += progress.thrown
        return self

    def _rest(self, progress: Progress) -> Progress:
        if self._tables is None:
            return progress
        self._tables.store(self._instance_id, self.process_id, progress, self.now)
        return self._tables.read(self._instance_id, progress)

    # what is seen

    def ids(self, element: str) -> list[str]:
        return [task.id for task in self.tasks.values() if task.element_id == element]

    @property
    def open(self) -> list[str]:
        """Element ids of the open tasks, sorted."""
        return sorted(task.element_id for task in self.tasks.values())

    @property
    def ended(self) -> bool:
        return self.last.ended

    @property
    def timers(self) -> dict[str, datetime]:
        return {timer.element_id: timer.due_at for timer in self.last.timers}

    @property
    def awaited(self) -> list[str]:
        return sorted(awaited.name for awaited in self.last.awaited)

    def value(self, name: str, task: str = "") -> Any:
        task_id = self.ids(task)[0] if task else None
        return self._current().variables(self.last.state, task_id)[name]

    def came_to(self, element: str) -> int:
        """How many tokens have entered an element."""
        return sum(1 for entry in self.trace if (entry.element_id, entry.event) == (element, "entered"))
