"""Tasks as JSON: whole for their organisation, reduced for the partner."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from shared.merging import Merged
from shared.tasks.access import View
from shared.tasks.model import TaskRow

REDUCED = ("id", "parcours_id", "name", "organisation", "assignee", "assignee_name", "due_at", "status")
"""What a partner sees of a task: name, holder and due date, never form, draft or private note (R38)."""


TOLD = (
    "id", "parcours_id", "process_id", "element_id", "name", "objet", "subject", "etape", "role", "assignee",
    "assignee_name", "priority", "status", "version", "completed_by", "completed_by_name",
)  # fmt: skip
"""What is told as it stands in the row."""


def task_json(row: TaskRow, view: View = "whole") -> dict[str, Any]:
    """A task as lists and commands answer it; JSON types only."""
    # all at once: asking a Row for one column at a time costs a list most of its time
    return fields_json(dict(zip(row._fields, row, strict=True)), view)


def fields_json(kept: Mapping[str, Any], view: View = "whole") -> dict[str, Any]:
    """As ``task_json``, from the values by column."""
    whole = {name: kept[name] for name in TOLD}
    whole["organisation"] = {"kind": kept["organisation_kind"], "id": kept["organisation_id"]}
    whole["due_at"] = iso(kept["due_on"] or kept["due_at"])
    for name in ("follow_up_on", "opened_at", "assigned_at", "completed_at"):
        whole[name] = iso(kept[name])
    return whole if view == "whole" else {name: whole[name] for name in REDUCED}


def draft_json(row: TaskRow, merged: Merged) -> dict[str, Any]:
    """A task whose draft was written, with what of it the page that wrote it does not have."""
    told = {"draft": row.draft, "draft_by_name": row.draft_by_name}
    return {**task_json(row), **told, "taken": list(merged.taken), "disputed": list(merged.disputed)}


def comments_json(rows: Iterable[TaskRow]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id, "at": iso(row.at), "author": row.author, "author_name": row.author_name,
            "organisation": {"kind": row.organisation_kind, "id": row.organisation_id},
            "text": row.text, "private": row.private,
        }
        for row in rows
    ]  # fmt: skip


def history_json(row: TaskRow, events: Iterable[TaskRow]) -> list[dict[str, Any]]:
    """From the task's opening, which its row tells, over what people did with it, to its end."""
    opened = _event(row.opened_at, "opened")
    ended = [] if row.status == "open" else [
        _event(row.completed_at, row.status, row.completed_by, row.completed_by_name)
    ]  # fmt: skip
    return [opened, *(_event(e.at, e.event, e.actor, e.actor_name, e.detail) for e in events), *ended]


def _event(
    at: datetime, event: str, actor: str | None = None, name: str | None = None, detail: str | None = None
) -> dict[str, Any]:
    return {"at": iso(at), "event": event, "actor": actor, "actor_name": name, "detail": detail}


def iso(value: date | datetime | None) -> str | None:
    """A whole day as YYYY-MM-DD, an instant with its offset (UTC)."""
    return value.isoformat() if value else None
