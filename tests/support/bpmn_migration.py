"""Moves a walk to another version of its process, through the public door."""

from itertools import count
from typing import Any

from shared.bpmn.instance_migration.verdicts import IdMapping, Migration, Verdict
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import Walk


class Moved(Walk):
    """A walk that goes on from where another one stood, on another version."""

    def __init__(self, before: Walk, *diagrams: Bpmn, mapping: dict[str, Any] | None = None) -> None:
        super().__init__("stored", *diagrams, now=before.now)
        self._numbers = count(1_000)  # no id twice
        migration = migration_of(before, *diagrams, mapping=mapping)
        self.migrated = migration.apply(before.last.state, now=before.now)
        self.tasks = {task.id: task for task in self.migrated.kept}
        self.trace, self.thrown = list(before.trace), list(before.thrown)
        self._take(self.migrated.progress)

    @property
    def notes(self) -> list[tuple[str, str]]:
        return _told(self.migrated.verdict.notes)


def migration_of(before: Walk, *diagrams: Bpmn, mapping: dict[str, Any] | None = None) -> Migration:
    new = Walk("stored", *diagrams)
    numbers = iter(range(1, 10_000))
    return Migration(
        before.definition(), new.definition(), IdMapping.of({} if mapping is None else mapping), before.vocabulary,
        lambda: f"new-{next(numbers)}",
    )  # fmt: skip


def verdict(before: Walk, *diagrams: Bpmn, mapping: dict[str, Any] | None = None) -> Verdict:
    return migration_of(before, *diagrams, mapping=mapping).verdict(before.last.state, now=before.now)


def reasons(
    before: Walk, *diagrams: Bpmn, mapping: dict[str, Any] | None = None
) -> tuple[str, list[tuple[str, str]]]:
    """The outcome, and (code without its area, element) of each reason."""
    found = verdict(before, *diagrams, mapping=mapping)
    return found.outcome, _told(found.reasons)


def _told(findings: Any) -> list[tuple[str, str]]:
    return [(each.code.removeprefix("migration_"), each.element_id) for each in findings]
