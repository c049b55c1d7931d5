"""How ``shared.tasks`` reaches the process behind a task: lock it, read its form and variables, move it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, or_, select

from shared.bpmn import Definition, store
from shared.bpmn.tables import instance
from shared.errors import NotFound
from shared.identity import Actor
from shared.notifications import News
from shared.process.personal.erasure import is_erased
from shared.process.processes import Processes
from shared.process.tables import party
from shared.process.views import is_mine, is_visible
from shared.tasks.access import view_of
from shared.tasks.model import Receipt
from shared.tasks.tables import task as task_table

_OWN = ("version", "status", "state", "label", "etape", "moves")
"""What a move asks of its instance, beside what the task's row says of it: read under names of their own."""
_SHARED = {"id": "instance_id", "parcours_id": "parcours_id", "process_id": "process_id"}
_before = instance.alias("before")
_MOVED = or_(instance.c.moves != _before.c.moves, instance.c.version != _before.c.version)
"""Whether the instance, locked, is another than the same read saw unlocked. SQLite: never, writers come in turn."""


@dataclass(frozen=True)
class TaskProcess:
    """The ``shared.tasks`` port on real process instances."""

    processes: Processes

    def holding(self, tasks: Select[Any]) -> Select[Any]:
        joined = (
            tasks.add_columns(
                *(instance.c[name].label(f"held_{name}") for name in _OWN), _MOVED.label("waited")
            )
            .join(instance, instance.c.id == task_table.c.instance_id)
            .join(_before, _before.c.id == task_table.c.instance_id)
        )
        return joined.with_for_update(of=[instance, task_table])  # locked in this order, as by everybody

    def held(self, tx: Connection, row: Row[Any]) -> "TaskInstance":
        own = {name: getattr(row, f"held_{name}") for name in _OWN}
        shared = {name: getattr(row, column) for name, column in _SHARED.items()}
        return TaskInstance(self.processes, tx, cast(store.InstanceRow, SimpleNamespace(**own, **shared)))

    def look(self, tx: Connection, task: Row[Any]) -> "TaskInstance":
        row = store.get(tx, task.instance_id)
        if row is None:
            raise NotFound()
        return TaskInstance(self.processes, tx, row)

    def has_part(self, parcours_id: ColumnElement[str]) -> ColumnElement[bool]:
        same = (
            party.c.parcours_id == parcours_id, party.c.organisation == bindparam("organisation"),
            party.c.organisation_kind == bindparam("organisation_kind"),
        )  # fmt: skip
        return exists().where(and_(*same))

    def is_party(self, tx: Connection, parcours_id: str, actor: Actor) -> bool:
        return _is_party(tx, parcours_id, actor)

    def parcours_of(self, tx: Connection, actor: Actor, before: str | None, most: int) -> Sequence[str]:
        found = select(party.c.parcours_id).where(is_mine(actor))
        if before is not None:
            found = found.where(party.c.parcours_id < before)
        return tx.scalars(found.order_by(party.c.parcours_id.desc()).limit(most)).all()

    def is_erased(self, tx: Connection, parcours_id: str) -> bool:
        return is_erased(tx, parcours_id)


@dataclass(frozen=True)
class TaskInstance:
    """The instance of one task, as it was read or locked on ``tx``."""

    processes: Processes
    tx: Connection
    row: store.InstanceRow

    def form(self, task: Row[Any]) -> bytes:
        """The form in the instance's version; of a task done before it went to another one, that of its time."""
        if task.definition_version is not None:
            return self.processes.catalog.version(self.tx, task.definition_version).forms[task.form]
        return self.processes.definition(self.tx, self.row).forms[task.form]

    def values(self, task: Row[Any], actor: Actor) -> dict[str, Any]:
        """The variables in the task's scope that the actor's side may see (R37, R38).

        None for an organisation that has handed the parcours back: what it did stays, what came after is not its.
        Who is asked to take a parcours over has no part in it yet: it reads what its open task is about.
        """
        is_asked = task.status == "open" and view_of(task, actor) == "whole"
        if not is_asked and not _is_party(self.tx, task.parcours_id, actor):
            return {}
        definition = self.processes.definition(self.tx, self.row)
        open_task = task.id if task.status == "open" else None
        found = self.processes.variables(self.tx, self.row, open_task)
        return {name: value for name, value in found.items() if is_visible(definition, name, actor.side)}

    def after(self, task: Row[Any], actor: Actor) -> list[dict[str, Any]]:
        """`[{"asked": [{"field", "question", "answer"}], "then": [{"name", "type", "organisation"}]}]`.

        When a way leads to nothing but the other side's own is not told, as in the drawing (ADR 28).
        """
        definition = self.processes.definition(self.tx, self.row)
        fields = definition.plan.form_outputs.get(task.form or "", ())
        ways = [
            {
                "asked": [asdict(each) for each in way.asked],
                "then": [told_next(definition, each.id, actor) for each in way.then],
            }
            for way in definition.consequences.of(task.element_id, fields)
        ]
        seen = [way for way in ways if any(each["name"] for each in way["then"])]
        return seen or [{"asked": [], "then": way["then"]} for way in ways[:1]]

    def complete(
        self, task: Row[Any], outputs: Mapping[str, Any], actor: Actor, at: datetime, receipt: Receipt, *,
        is_party: bool,
    ) -> None:  # fmt: skip
        part = frozenset({(actor.organisation_kind, actor.organisation_id)} if is_party else ())
        self.processes.complete(self.tx, self.row, task.id, outputs, actor, at, part, receipt)

    def taken(self, task: Row[Any], person_id: str | None, actor: Actor) -> None:
        news = News(task.parcours_id, actor=actor.person_id, held={task.id: person_id})
        self.processes.tell(self.tx, task.instance_id, news)

    def refuse(self, task: Row[Any], reason: str, actor: Actor, at: datetime) -> bool:
        """True when the diagram takes the refusal; the reason itself is kept in the task's history."""
        return self.processes.refuse(self.tx, self.row, task.id, actor, at)


def told_next(definition: Definition, element_id: str, actor: Actor) -> dict[str, Any]:
    """What is the other side's own has no name (R12)."""
    element = definition.elements[element_id]
    is_seen = element.side in ("both", actor.side)
    return {
        "name": element.name if is_seen else "", "type": element.type,
        "organisation": element.organisation or None,
    }  # fmt: skip


def _is_party(tx: Connection, parcours_id: str, actor: Actor) -> bool:
    found = select(party.c.since).where(party.c.parcours_id == parcours_id, is_mine(actor))
    return tx.execute(found).first() is not None
