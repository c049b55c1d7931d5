"""How ``shared.tasks`` reaches the process behind a task: lock it, read its form and variables, move it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from shared.bpmn import store
from shared.errors import NotFound
from shared.identity import Actor
from shared.process.processes import Processes
from shared.process.tables import party
from shared.process.views import is_mine, is_visible


@dataclass(frozen=True)
class TaskProcess:
    """The ``shared.tasks`` port on real process instances."""

    processes: Processes

    def lock(self, tx: Connection, instance_id: str) -> None:
        store.lock(tx, instance_id)

    def form(self, tx: Connection, task: Row[Any]) -> bytes:
        """The form in the instance's version; of a task done before it went to another one, that of its time."""
        if task.definition_version is not None:
            return self.processes.catalog.version(tx, task.definition_version).forms[task.form]
        return self.processes.definition(tx, self._instance(tx, task)).forms[task.form]

    def values(self, tx: Connection, task: Row[Any], actor: Actor) -> dict[str, Any]:
        """The variables in the task's scope that the actor's side may see (R37, R38).

        None for an organisation that has handed the parcours back: what it did stays, what came after is not its.
        """
        if not self.is_party(tx, task.parcours_id, actor):
            return {}
        row = self._instance(tx, task)
        definition = self.processes.definition(tx, row)
        open_task = task.id if task.status == "open" else None
        found = self.processes.variables(tx, row, open_task)
        return {name: value for name, value in found.items() if is_visible(definition, name, actor.side)}

    def is_party(self, tx: Connection, parcours_id: str, actor: Actor) -> bool:
        found = select(party.c.since).where(party.c.parcours_id == parcours_id, is_mine(actor))
        return tx.execute(found).first() is not None

    def complete(self, tx: Connection, task: Row[Any], outputs: Mapping[str, Any], actor: Actor) -> None:
        self.processes.complete(tx, task.instance_id, task.id, outputs, actor)

    def refuse(self, tx: Connection, task: Row[Any], reason: str, actor: Actor) -> bool:
        """True when the diagram takes the refusal; the reason itself is kept in the task's history."""
        return self.processes.refuse(tx, task.instance_id, task.id, actor)

    def _instance(self, tx: Connection, task: Row[Any]) -> store.InstanceRow:
        row = store.find(tx, task.process_id, task.parcours_id)
        if row is None:
            raise NotFound()
        return row
