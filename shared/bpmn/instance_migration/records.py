"""What scopes have completed and could undo, on another version: records of ``shared.bpmn.engine.completed``."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.bpmn.engine.compensation import LIVE, PAST, PastStep
from shared.bpmn.engine.completed import Record
from shared.bpmn.instance_migration.mapping import IdMapping

Say = Callable[..., None]


class RecordCarrier:
    """``values`` carries a scope's variables: (new scope's name, old values) → new values; ``say``: (code, element)."""

    def __init__(
        self, specs: Mapping[str, Any], ids: IdMapping, known: set[str],
        values: Callable[[str, Mapping[str, Any]], dict[str, Any]], refuse: Say, note: Say,
    ) -> None:  # fmt: skip
        self._specs, self._ids, self._known = specs, ids, known
        self._values, self._refuse, self._note = values, refuse, note

    def carried(self, scope: str, records: Iterable[Record]) -> list[Record]:
        """The records of a scope, given by its new name."""
        undoing = self._specs.get(f"{LIVE}{scope}")
        found = [self._one(undoing, record) for record in records]
        return [record for record in found if record is not None]

    def _one(self, undoing: Any, record: Record) -> Record | None:
        old_name, times, *inner = record
        name, activity = self._ids.scope(old_name), old_name.rpartition(")")[2]
        if undoing is None or name not in undoing.undo_steps:
            self._left_behind(activity)
            return None
        step = undoing.task_specs[undoing.undo_steps[name]]
        if isinstance(step, PastStep) != bool(inner):
            self._refuse("undo_changed", activity)
            return None
        if not inner:
            return [name, times]
        past = step.past.removeprefix(PAST)
        return [name, times, self._values(past, inner[0]), self.carried(past, inner[1])]

    def _left_behind(self, activity: str) -> None:
        """Nothing in the new version undoes the activity any more; one that is not there may have another id."""
        if self._ids.element(activity) in self._known:
            self._note("undo_dropped", activity)
        else:
            self._refuse("undo_gone", activity)
