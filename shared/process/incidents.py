"""Incidents: a move that failed leaves the instance as it was, held, with what an operator needs to know."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from shared.bpmn import Definition, OpenScope, StateRefused, incident_store, store
from shared.errors import NotFound
from shared.notifications import News
from shared.process import news
from shared.process.operators import log as repair_log
from shared.process.operators.effects import named
from shared.process.operators.masking import kind_of
from shared.process.processes import MoveFailed, Processes
from shared.process.tables import story

LAST_STEPS = 10
FACTS = ("code", "detail", "move", "origin", "tried_by", "input", "attempts", "occurred_at", "resolved_at")


def record(tx: Connection, failed: MoveFailed, processes: Processes) -> None:
    """Write down what failed and where, and tell the inbox; the detail names elements and codes, never people's data.

    Bytes that cannot be read are told once, however many people look at the parcours.
    """
    trouble = failed.trouble
    if trouble.move == "read" and incident_store.is_told(tx, trouble.instance_id, trouble.code):
        return
    incident_store.record_incident(tx, processes.ids(), trouble, processes.clock.now())
    held = store.get(tx, trouble.instance_id)
    if held is not None:
        processes.tell(
            tx, held.id,
            News(held.parcours_id, has_incident=True, is_sms_off=_is_sms_off(tx, processes, held)),
        )  # fmt: skip


def _is_sms_off(tx: Connection, processes: Processes, held: store.InstanceRow) -> bool:
    """What cannot be read sends no SMS: the e-mail leaves all the same."""
    try:
        return news.is_sms_off(processes.variables(tx, held))
    except MoveFailed:
        return True


def page(
    look: Connection, processes: Processes, state: str, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Incidents (``state``: open | resolved | all), the oldest first, and the last id when there are more."""
    rows = incident_store.incidents(look, state, limit + 1, after)
    told = [_line(look, processes, row) for row in rows[:limit]]
    return told, rows[limit - 1].id if len(rows) > limit else None


def one(look: Connection, processes: Processes, incident_id: str) -> dict[str, Any]:
    """One incident with the instance as it is now. Raises NotFound."""
    row = incident_store.get_incident(look, incident_id)
    if row is None:
        raise NotFound()
    return _line(look, processes, row) | {"instance": instance(look, processes, row.instance_id)}


def instance(look: Connection, processes: Processes, instance_id: str) -> dict[str, Any]:
    """An instance for operators: where it stands, what a repair may name, what was done before. Raises NotFound."""
    row = store.get(look, instance_id)
    if row is None:
        raise NotFound()
    definition = processes.definition(look, row)
    return {
        "instance_id": row.id,
        "parcours_id": row.parcours_id,
        "process_id": row.process_id,
        "process_name": definition.name,
        "version": row.version,
        "status": row.status,
        "end_kind": row.end_kind,
        "moves": row.moves,
        "position": [named(definition, element) for element in row.position],
        "scopes": _scopes(processes, row, definition),
        "story": _last_steps(look, instance_id),
        "repairs": [repair_json(repair) for repair in repair_log.of_instance(look, instance_id)],
    }


def repair_json(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def _line(look: Connection, processes: Processes, row: Any) -> dict[str, Any]:
    held = store.get(look, row.instance_id)
    assert held is not None  # noqa: S101 — a foreign key holds it
    definition = processes.catalog.version(look, row.version or held.version)
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "parcours_id": held.parcours_id,
        "process_id": held.process_id,
        "process_name": definition.name,
        "version": definition.version,
        **named(definition, row.element_id),
        "path": [named(definition, around) for around in _path(definition, row.element_id)],
        **{fact: getattr(row, fact) for fact in FACTS},
        "origin_name": named(definition, row.origin)["name"],
        "last_at": row.last_at or row.occurred_at,
        "passed": [named(definition, element) for element in row.passed],
    }


def _path(definition: Definition, element_id: str | None) -> Sequence[str]:
    """The subprocesses and calls around an element, outermost first."""
    element = definition.elements.get(element_id or "")
    return element.path if element else ()


def _scopes(processes: Processes, row: Any, definition: Definition) -> list[dict[str, Any]] | None:
    """None when the bytes cannot be read."""
    try:
        scopes = processes.runtime(definition).scopes(row.state)
    except StateRefused:
        return None
    return [_scope(scope, definition) for scope in scopes]


def _scope(scope: OpenScope, definition: Definition) -> dict[str, Any]:
    return {
        "scope": scope.id,
        **named(definition, scope.element_id),
        "item": scope.index,
        "variables": _variables(scope, definition),
        "tokens": [
            {"token": token.id, **named(definition, token.element_id)} for token in scope.tokens
        ],
    }  # fmt: skip


def _variables(scope: OpenScope, definition: Definition) -> list[Mapping[str, str]]:
    return [
        {
            "name": name, "label": definition.variables[name].label, "type": type_,
            "kind": kind_of(scope.values.get(name)),
        }
        for name, type_ in scope.types.items()
    ]  # fmt: skip


def _last_steps(look: Connection, instance_id: str) -> list[dict[str, Any]]:
    """The last elements that the instance passed, the newest first; by whom is not told."""
    columns = (story.c.at, story.c.element_id, story.c.name, story.c.event)
    told = select(*columns).where(story.c.instance_id == instance_id).order_by(story.c.id.desc())
    return [dict(row._mapping) for row in look.execute(told.limit(LAST_STEPS))]
