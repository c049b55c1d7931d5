"""The list of tasks as a table: what the page shows with its filters, as far as MOST tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.spreadsheets import Table
from services.inbox.tasklist.filters import Filters
from services.inbox.tasklist.shelf import read_tasks
from services.inbox.wording import role, short_day, task_title
from shared.catalogue import sentence

MOST = 1000
LOOKED_AT = 5 * MOST
"""Tasks that one file looks at: a filter that keeps few of a long history ends too."""
COLUMNS = ("subject", "task", "etape", "due", "urgency", "holder", "role", "follow_up", "since")


@dataclass(frozen=True)
class Exported:
    """``count``: tasks in the table; what the table lacks is said in its last rows."""

    table: Table
    count: int


def export(inbox: Inbox, who: SignedIn, view: str, filters: Filters) -> Exported:
    """Read page after page. NotFound for a view that there is not."""
    rows: list[list[Any]] = []
    notes: dict[str, None] = {}
    after: str | None = None
    looked_at = 0
    while True:
        shelf = read_tasks(inbox, who, view, filters, after, tally="none")
        rows += [_row(task, section.urgency) for section in shelf.sections for task in section.tasks]
        notes |= dict.fromkeys(sentence(f"inbox.down_{name}") for name in shelf.down)
        notes |= dict.fromkeys(sentence(f"worklist.untold_{name}") for name in shelf.untold)
        after = shelf.next
        looked_at += shelf.looked_at
        if after is None or len(rows) >= MOST or looked_at >= LOOKED_AT:
            break
    if len(rows) > MOST or (after is not None and len(rows) == MOST):
        notes[sentence("worklist.export_cut", most=MOST)] = None
    elif after is not None:
        notes[sentence("worklist.export_looked_at", most=LOOKED_AT)] = None
    head = [sentence(f"worklist.column_{name}") for name in COLUMNS]
    blank = [""] * (len(COLUMNS) - 1)
    kept = rows[:MOST]
    return Exported(Table(head, [*kept, *([note, *blank] for note in notes)]), len(kept))


def file_name(today: date, ending: str) -> str:
    return f"taches-{today.isoformat()}.{ending}"


def _row(task: Mapping[str, Any], urgency: str) -> list[Any]:
    return [
        task["subject"], task_title(task), task["etape"] or "", _day(task["due_at"]),
        sentence(f"inbox.section_{urgency}"), task.get("assignee_name") or "",
        role(task["role"]) if task.get("role") else "", _day(task.get("follow_up_on")), _day(task.get("opened_at")),
    ]  # fmt: skip


def _day(when: str | None) -> str:
    return short_day(when) if when else ""
