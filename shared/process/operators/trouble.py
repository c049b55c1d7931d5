"""What an operator is told of a move that failed: where, what was asked, by which role, with what kind of values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from shared.bpmn import Definition, ProcessFailure, StateRefused, store
from shared.bpmn.incident_store import Trouble
from shared.bpmn.store import InstanceRow
from shared.identity import Actor
from shared.process.operators.masking import masked
from shared.tasks import element_of_task
from shared.tasks.model import Receipt


@dataclass(frozen=True)
class Command:
    """What an instance is asked to do. ``subject``: a task's id, a timer's id, a message type or a signal's name.

    ``hops``: of a signal, how many throws led to it without anything else happening; ``receipt``: the request by
    which a task is completed."""

    move: str
    subject: str
    actor: Actor
    values: Mapping[str, Any] = field(default_factory=dict)
    hops: int = 0
    receipt: Receipt | None = None


def unreadable(row: InstanceRow, failure: StateRefused) -> Trouble:
    """Somebody looked at an instance whose bytes cannot be read."""
    return Trouble(row.id, None, failure.code, str(failure.params["detail"]), "read")


def of_move(
    tx: Connection, row: InstanceRow, definition: Definition, command: Command,
    failure: ProcessFailure | StateRefused,
) -> Trouble:  # fmt: skip
    detail = str(failure.params.get("detail", ""))
    place: tuple[str | None, str] = (None, failure.code)
    passed: tuple[str, ...] = ()
    if isinstance(failure, ProcessFailure):
        place, passed = (failure.element_id, failure.reason), tuple(failure.passed)
    return Trouble(
        row.id, *place, detail, command.move, _origin(tx, row.id, command) or "", _by(command.actor),
        masked(_declared(definition, command.values)), passed,
    )  # fmt: skip


def _declared(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Only names that the diagram declares are told: another could be anything."""
    messages = (*definition.start_messages.values(), *definition.caught_messages.values())
    names = {*definition.variables, *(field.name for message in messages for field in message.fields)}
    return {name: value for name, value in values.items() if name in names}


def _origin(tx: Connection, instance_id: str, command: Command) -> str | None:
    if command.move == "fire":
        return store.element_of_timer(tx, instance_id, command.subject)
    return command.subject if command.move in ("receive", "signal") else element_of_task(tx, command.subject)


def _by(actor: Actor) -> str:
    """Which kind of organisation and roles acted, never who."""
    return ": ".join(filter(None, (actor.organisation_kind, ", ".join(sorted(actor.roles)))))
