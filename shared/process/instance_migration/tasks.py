"""Open tasks of an instance that goes to another version: what their people keep, and what they see anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from shared.bpmn import Finding, OpenedTask
from shared.bpmn.instance_migration.verdicts import Migration, Verdict
from shared.tasks import TaskRow
from shared.tasks.store import change, log_event
from shared.tasks.tables import task

_SEEN = ("name", "etape", "side", "organisation_kind", "organisation_id", "role", "form", "objet")


def open_tasks(tx: Connection, instance_ids: Sequence[str]) -> dict[str, TaskRow]:
    """The open tasks of some instances, by their id."""
    wanted = select(task).where(task.c.instance_id.in_(instance_ids), task.c.status == "open")
    return {row.id: row for row in tx.execute(wanted)}


@dataclass(frozen=True)
class TaskChange:
    """``values``: the columns that become others; ``is_seen``: whether whoever has the page open must read it anew."""

    row: TaskRow
    values: Mapping[str, Any]
    is_seen: bool


def changes(
    migration: Migration, described: Sequence[OpenedTask], rows: Mapping[str, TaskRow]
) -> list[TaskChange]:
    """What the new version makes of the tasks; id, holder, draft, due date and comments stay."""
    return [_change(migration, each, rows[each.id]) for each in described if each.id in rows]


def _change(migration: Migration, new: OpenedTask, row: TaskRow) -> TaskChange:
    described = {
        "element_id": new.element_id, "name": new.name, "etape": new.etape, "side": new.side,
        "organisation_kind": new.organisation, "organisation_id": new.organisation_id, "role": new.role,
        "form": new.form, "objet": new.objet,
    }  # fmt: skip
    values = {name: value for name, value in described.items() if getattr(row, name) != value}
    other_form = migration.old.forms.get(row.form or "") != migration.new.forms.get(new.form)
    return TaskChange(row, values, other_form or bool(values.keys() & set(_SEEN)))


def with_tasks(migration: Migration, verdict: Verdict, rows: Mapping[str, TaskRow]) -> Verdict:
    """The verdict with what the rows of the tasks add to it: who holds them, and what was typed."""
    found = changes(migration, verdict.tasks, rows)
    reasons = [_finding(migration, each, "claimed", **_sides(each)) for each in found if _is_taken_away(each)]
    notes = [_finding(migration, each, "draft_fields", fields=", ".join(lost))
             for each in found if (lost := _not_asked(migration, each))]  # fmt: skip
    return Verdict((*verdict.reasons, *reasons), (*verdict.notes, *notes), verdict.tasks, verdict.goes_on)


def _is_taken_away(found: TaskChange) -> bool:
    """Somebody of an organisation that would no longer have the task holds it or has begun it."""
    moved = found.values.keys() & {"organisation_kind", "organisation_id"}
    return bool(moved) and (found.row.assignee is not None or found.row.draft_by is not None)


def _sides(found: TaskChange) -> dict[str, str]:
    row, values = found.row, found.values
    return {
        "before": row.organisation_id, "now": values.get("organisation_id", row.organisation_id)
    }  # fmt: skip


def _not_asked(migration: Migration, found: TaskChange) -> list[str]:
    """The draft's fields that the new form does not have. They are kept, and shown beside the form."""
    form = found.values.get("form", found.row.form) or ""
    asked = migration.new.plan.form_outputs.get(form, frozenset())
    return sorted(set(found.row.draft or {}) - asked)


def _finding(migration: Migration, found: TaskChange, code: str, **params: Any) -> Finding:
    row = found.row
    return Finding(migration.old.process.file, row.element_id, row.name, f"migration_{code}", params)


def write(tx: Connection, found: Sequence[TaskChange], now: Any) -> None:
    """Write the changes. Who reads a page that is no longer true is told so (StaleTask); else it can be sent."""
    for each in found:
        if each.is_seen:
            change(tx, each.row, **each.values)
            log_event(tx, each.row.id, "migrated", None, now)
        elif each.values:
            tx.execute(update(task).where(task.c.id == each.row.id).values(**each.values))


def pin_closed(tx: Connection, instance_id: str, version: str) -> None:
    """Tasks done so far keep the forms with which they were done."""
    done = (task.c.instance_id == instance_id, task.c.status != "open", task.c.definition_version.is_(None))
    tx.execute(update(task).where(*done).values(definition_version=version))


def unpin_closed(tx: Connection, instance_id: str, version: str) -> None:
    """The instance is on that version again: its tasks need not name it."""
    pinned = (task.c.instance_id == instance_id, task.c.definition_version == version)
    tx.execute(update(task).where(*pinned).values(definition_version=None))


def as_json(found: Sequence[TaskChange]) -> list[dict[str, Any]]:
    """What the changed columns held before, and whether it was to be seen."""
    return [
        {
            "id": each.row.id,
            "seen": each.is_seen,
            "values": {name: getattr(each.row, name) for name in each.values},
        }
        for each in found
        if each.is_seen or each.values
    ]


def put_back(
    tx: Connection, stored: Sequence[Mapping[str, Any]], rows: Mapping[str, TaskRow], now: Any
) -> None:
    """Write the columns back; holder and draft are as they are now. A page of the newer version becomes stale."""
    for each in stored:
        if each["seen"]:
            change(tx, rows[each["id"]], **each["values"])
            log_event(tx, each["id"], "migrated", None, now)
        else:
            tx.execute(update(task).where(task.c.id == each["id"]).values(**each["values"]))


def would_be_taken_away(stored: Sequence[Mapping[str, Any]], rows: Mapping[str, TaskRow]) -> bool:
    """Whether putting back gives a task that somebody has taken or begun since to another organisation."""
    return any(
        each["values"].keys() & {"organisation_kind", "organisation_id"}
        and (rows[each["id"]].assignee is not None or rows[each["id"]].draft_by is not None)
        for each in stored
    )
