"""From one version of a process to another: what would become of a running instance, and carrying it over.

Only what can be carried truly is carried (docs/adr/0014): tokens go to the element with the same (mapped) id in the
same scope with the same kind of wait, into a position that the new diagram can itself come to. Pure, as Runtime.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Literal

from shared.bpmn.definition import Definition
from shared.bpmn.engine import state as states
from shared.bpmn.engine.budget import STEP_BUDGET
from shared.bpmn.engine.instance import Instance, Move
from shared.bpmn.errors import ProcessFailure, StateRefused
from shared.bpmn.findings import Finding
from shared.bpmn.instance_migration.mapping import IdMapping, MappingRefused
from shared.bpmn.instance_migration.resolution import Versions
from shared.bpmn.instance_migration.tokens import Relocation
from shared.bpmn.progress import OpenedTask, Progress
from shared.bpmn.runtime import Runtime
from shared.bpmn.vocabulary import Vocabulary
from shared.errors import Conflict
from shared.ids import Ids

Outcome = Literal["moves", "needs_mapping", "cannot"]
_FOR_A_MAPPING = (
    "migration_element_gone", "migration_flow_gone", "migration_variable_gone", "migration_undo_gone",
)  # fmt: skip

__all__ = ["IdMapping", "MappingRefused", "Migrated", "Migration", "MigrationRefused", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """``reasons``: what keeps the instance where it is; ``notes``: what else would happen to one that moves.

    ``tasks``: its open tasks as the new version describes them; due date and assignee stay those of their rows.
    ``goes_on``: on the new version it would take automatic steps at once; such a migration cannot be undone.
    """

    reasons: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()
    tasks: tuple[OpenedTask, ...] = ()
    goes_on: bool = False

    @property
    def outcome(self) -> Outcome:
        if any(reason.code not in _FOR_A_MAPPING for reason in self.reasons):
            return "cannot"
        return "needs_mapping" if self.reasons else "moves"


class MigrationRefused(Conflict):
    """The instance stays on its version; ``verdict`` says why."""

    code: ClassVar[str] = "bpmn.migration_refused"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(reasons=[str(reason) for reason in verdict.reasons])


@dataclass(frozen=True)
class Migrated:
    """``went_on``: automatic steps were taken; ``progress`` holds what came of them too.

    ``kept``: the tasks of the verdict that are still open.
    """

    progress: Progress
    kept: tuple[OpenedTask, ...]
    verdict: Verdict
    went_on: bool


class Migration:
    """A plan from one version to another of the same process. Raises MappingRefused, ValueError (another process)."""

    def __init__(
        self, old: Definition, new: Definition, ids: IdMapping, vocabulary: Vocabulary, new_id: Ids
    ) -> None:
        if old.process_id != new.process_id:
            raise ValueError("two versions of one process are needed")
        ids.refuse_unknown(old, new)
        self.old, self.new, self.ids = old, new, ids
        self._versions = Versions(old, new, ids)
        self._vocabulary, self._new_id = vocabulary, new_id

    @cached_property
    def changes(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of elements that are ``gone`` and ``new``, after the mapping."""
        before = {self.ids.element(element) for element in self.old.elements}
        after = set(self.new.elements)
        gone = {element for element in self.old.elements if self.ids.element(element) not in after}
        return {"gone": tuple(sorted(gone)), "new": tuple(sorted(after - before))}

    def verdict(self, state: bytes, *, now: datetime) -> Verdict:
        """What would become of an instance; nothing runs and nothing is changed."""
        relocation = self._relocated(state, now, None)
        return relocation if isinstance(relocation, Verdict) else _verdict(relocation)

    def apply(self, state: bytes, *, now: datetime, context: Any = None) -> Migrated:
        """Carry an instance over. Raises MigrationRefused; automatic steps that fail are such a reason too."""
        relocation = self._relocated(state, now, context)
        verdict = relocation if isinstance(relocation, Verdict) else _verdict(relocation)
        if verdict.reasons or isinstance(relocation, Verdict):
            raise MigrationRefused(verdict)
        progress = self._rested(relocation)
        closed = {task.id for task in progress.closed}
        kept = tuple(task for task in verdict.tasks if task.id not in closed)
        return Migrated(progress, kept, verdict, bool(progress.trace))

    def _relocated(self, state: bytes, now: datetime, context: Any) -> Relocation | Verdict:
        try:
            old = states.load(self.old.plan, state, self._move(now, context))
        except StateRefused as refused:
            return self._refused("state_refused", self.old.process_id, detail=str(refused.params["detail"]))
        if old.ended:
            return self._refused("ended", self.old.process_id)
        new = Instance(self.new.plan, old.parcours_id, self._move(now, context))
        return Relocation(self._versions, old, new)

    def _rested(self, relocation: Relocation) -> Progress:
        runtime = Runtime(self.new, self._vocabulary, self._new_id)
        try:
            return runtime.carry_on(relocation.new)
        except ProcessFailure as failure:
            refused = self._refused("fails", failure.element_id, reason=failure.reason)
            raise MigrationRefused(refused) from failure

    def _refused(self, code: str, element_id: str, **params: Any) -> Verdict:
        return Verdict((self._versions.finding(code, element_id, **params),))

    def _move(self, now: datetime, context: Any) -> Move:
        return Move(self._vocabulary, self._new_id, now, context, STEP_BUDGET)


def _verdict(relocation: Relocation) -> Verdict:
    if relocation.reasons:
        return Verdict(tuple(relocation.reasons))
    tasks = tuple(_described(task) for task in relocation.human())
    return Verdict((), tuple(relocation.notes), tasks, relocation.goes_on)


def _described(task: Any) -> OpenedTask:
    node = task.task_spec.node
    return OpenedTask(
        id=task.internal_data["id"],
        element_id=node.id,
        name=node.name,
        organisation=node.organisation,
        organisation_id=task.task_spec.organisation_id(task),
        role=node.role,
        form=node.form,
        due=None,
        assignee=None,
        label=None,
        etape=node.etape,
        side=node.side,
        objet=task.task_spec.objet(task),
    )
