"""The tokens of an instance that wait for something, by what it is: found without a walk through all the scopes."""

from typing import Any


class Attending:
    def __init__(self) -> None:
        self._tokens: dict[str, dict[int, Any]] = {}

    def add(self, task: Any) -> None:
        if task.task_spec.attends:
            self._tokens.setdefault(task.task_spec.attends, {})[task.id] = task

    def forget(self, task: Any) -> None:
        if task.task_spec.attends:
            self._tokens.get(task.task_spec.attends, {}).pop(task.id, None)

    def of(self, kind: str) -> list[Any]:
        """In the order of their creation; some have had what they waited for, and are about to go on."""
        found = self._tokens.get(kind, {})
        return [found[number] for number in sorted(found)]
