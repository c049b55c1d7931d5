"""What an organisation may read of the parcours in which it has a part; scoped here and nowhere else (R38)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from shared.bpmn import Definition
from shared.bpmn.tables import instance
from shared.errors import NotFound
from shared.identity import Actor
from shared.process.processes import Processes
from shared.process.record import REPAIR
from shared.process.tables import party, story
from shared.process.wording import Labels, worded

TOLD_TYPES = (
    "startEvent",
    "endEvent",
    "userTask",
    "boundaryEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "sendTask",
    "receiveTask",
    REPAIR,
)
"""What people want to be told of: what they did, what was waited for, sent and received, what was put right."""


def is_mine(actor: Actor) -> ColumnElement[bool]:
    """The parties that are the actor's organisation."""
    return and_(
        party.c.organisation == actor.organisation_id, party.c.organisation_kind == actor.organisation_kind
    )


def parcours_list(
    tx: Connection,
    actor: Actor,
    limit: int,
    after: str | None,
    ids: Sequence[str] = (),
    but: Sequence[str] = (),
) -> Sequence[Row[Any]]:
    """Instances of the actor's organisation, the newest first; ``after`` is the last instance id of a page.

    ``ids``: only those parcours, all when empty; ``but``: processes that are left out.
    """
    mine = (
        select(instance)
        .join(party, party.c.parcours_id == instance.c.parcours_id)
        .where(is_mine(actor))
        .order_by(instance.c.id.desc())
        .limit(limit)
    )
    if after:
        mine = mine.where(instance.c.id < after)
    if but:
        mine = mine.where(instance.c.process_id.not_in(but))
    if ids:
        mine = mine.where(instance.c.parcours_id.in_(ids))
    return tx.execute(mine).all()


def parcours_instance(tx: Connection, actor: Actor, parcours_id: str) -> Row[Any]:
    """This service's first instance of a parcours; NotFound when there is none or the organisation has no part.

    What opens later beside it (an obligation de formation) has its tasks on the same page.
    """
    found = (
        select(instance)
        .join(party, party.c.parcours_id == instance.c.parcours_id)
        .where(instance.c.parcours_id == parcours_id, is_mine(actor))
        .order_by(instance.c.started_at, instance.c.id)
    )
    row = tx.execute(found).first()
    if row is None:
        raise NotFound()
    return row


def summary(row: Row[Any], definition: Definition) -> dict[str, Any]:
    return {
        "parcours_id": row.parcours_id,
        "instance_id": row.id,
        "label": row.label,
        "process_id": row.process_id,
        "process_name": definition.name,
        "status": row.status,
        "etape": row.etape,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "end_element": row.end_element,
        "end_kind": row.end_kind,
        "stopped": row.end_text,
    }


def position(row: Row[Any], definition: Definition, actor: Actor) -> list[dict[str, Any]]:
    """The named places where the parcours waits, as far as the actor's side may know.

    ``awaits``: the service whose message it waits for there.
    """
    elements = [definition.elements[element_id] for element_id in row.position]
    return [
        {
            "element_id": element.id, "name": element.name, "organisation": element.organisation,
            "awaits": element.message.partition(".")[0] or None,
        }
        for element in elements
        if element.name and element.side in ("both", actor.side)
    ]  # fmt: skip


def told_story(
    tx: Connection, parcours_id: str, definition: Definition, actor: Actor
) -> list[dict[str, Any]]:
    """What happened, in order; of step 1 and of the other side's private parts nothing (R12).

    The start of a subprocess is no news: only the process's own is told.
    """
    visible = (story.c.parcours_id == parcours_id, story.c.side.in_(("both", actor.side)))
    told = select(story).where(*visible, story.c.type.in_(TOLD_TYPES), story.c.event != "entered")
    return [
        {
            "at": row.at, "element_id": row.element_id, "name": row.name, "type": row.type, "event": row.event,
            "organisation": row.organisation_kind, "actor_name": row.actor_name,
        }
        for row in tx.execute(told.order_by(story.c.id))
        if row.type != "startEvent" or not _is_within(definition, row.element_id)
    ]  # fmt: skip


def _is_within(definition: Definition, element_id: str) -> bool:
    """In a subprocess. What an older version of the parcours had and this one has not is taken for its own."""
    element = definition.elements.get(element_id)
    return element is not None and bool(element.path)


def is_visible(definition: Definition, name: str, side: str) -> bool:
    """Whether a side may see a variable: said once, in the diagram (R37, R38)."""
    return definition.variables[name].side in ("both", side)


def variables(
    tx: Connection, processes: Processes, row: Row[Any], actor: Actor, labels: Labels
) -> list[dict[str, Any]]:
    """The process's variables that have a value and that the actor's side may see (R37, R38).

    What is kept for the étape only serves the process itself, and is not shown.
    """
    definition, values = processes.definition(tx, row), processes.variables(tx, row)
    return [
        {
            "name": name,
            "label": variable.label,
            "type": variable.type,
            "value": worded(labels, name, values[name]),
        }
        for name, variable in definition.variables.items()
        if values.get(name) is not None
        and variable.retention == "parcours"
        and is_visible(definition, name, actor.side)
    ]
