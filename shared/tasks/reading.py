"""What a person reads: a page of tasks, and one task with all that belongs to it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from shared.clock import Clock, local_date
from shared.database import Database
from shared.identity import Actor
from shared.tasks import access, store
from shared.tasks.awaited import awaited, awaited_json
from shared.tasks.before import before
from shared.tasks.forms import TaskForms
from shared.tasks.load import loads
from shared.tasks.model import Note, TaskProcess, TaskRow, unnoted
from shared.tasks.pages import Question, page
from shared.tasks.presentation import comments_json, history_json, task_json
from shared.tasks.tables import task_comment
from shared.tasks.tally import tally


@dataclass(frozen=True)
class Reading:
    """Questions about tasks; each is one look at the database.

    ``clock``: the business clock. ``note``: told of a task that is a partner's, and of one's own in a parcours in
    which one has no part (yet).
    """

    database: Database
    process: TaskProcess
    forms: TaskForms
    clock: Clock
    note: Note = unnoted

    def page(self, actor: Actor, question: Question) -> dict[str, Any]:
        """`{"items": […], "next": cursor or null}`, with `tally` when it is asked for."""
        with self.database.read() as look:
            found = page(look, self.process, actor, question)
            seen = [(row, access.view_of(row, actor)) for row in found.tasks]
            whole = [row.id for row, view in seen if view == "whole"]
            earlier = before(look, self.process, actor, whole) if question.told == "why" else None
            counted = self._tally(look, actor, question)
        items = [task_json(row, view) for row, view in seen]
        if earlier is not None:
            items = [item | {"before": earlier.get(item["id"])} for item in items]
        return {"items": items, "next": found.next, **counted}

    def _tally(self, look: Connection, actor: Actor, question: Question) -> dict[str, Any]:
        if question.tally == "none":
            return {}
        today = local_date(self.clock.now())
        counted = tally(look, self.process, actor, today, with_awaited=question.tally == "all")
        return {"tally": asdict(counted)}

    def awaited(self, actor: Actor, after: str | None = None) -> dict[str, Any]:
        """`{"items": […], "next": cursor or null}`: what the actor's organisation waits for."""
        with self.database.read() as look:
            found = awaited(look, self.process, actor, after)
        return {"items": [awaited_json(row) for row in found.tasks], "next": found.next}

    def loads(self, actor: Actor, now: datetime) -> dict[str, Any]:
        """`{"items": […]}`: how many open tasks of the actor's organisation each person has."""
        with self.database.read() as look:
            return {"items": loads(look, actor, now)}

    def one(self, actor: Actor, task_id: str) -> dict[str, Any]:
        """A task with form, values, draft, comments, history; for a partner reduced, with shared comments."""
        with self.database.read() as look:
            row, view = access.seen(look, self.process, actor, task_id)
            told = {**task_json(row, view), "comments": comments_json(self._comments(look, row, actor))}
            is_whole = view == "whole"
            if is_whole:
                told |= self._inside(look, row, actor)
            is_guest = is_whole and not self.process.is_party(look, row.parcours_id, actor)
        if is_guest or not is_whole or actor.is_support:
            self.note(actor, row.parcours_id)
        return told

    def _comments(self, look: Connection, row: TaskRow, actor: Actor) -> list[TaskRow]:
        """When the part of an organisation ended is not kept: what others wrote while it had one goes with it."""
        is_party = row.status == "open" or self.process.is_party(look, row.parcours_id, actor)
        is_past = access.is_past(row, is_party=is_party)
        readable = (task_comment.c.task_id == row.id, access.readable_comments(actor, is_past=is_past))
        return list(look.execute(select(task_comment).where(*readable).order_by(task_comment.c.id)))

    def _inside(self, look: Connection, row: TaskRow, actor: Actor) -> dict[str, Any]:
        return {
            **self._form(look, row, actor),
            "after": self.process.look(look, row).after(row, actor) if row.status == "open" else [],
            "before": before(look, self.process, actor, [row.id]).get(row.id),
            "draft": row.draft,
            "draft_by_name": row.draft_by_name,
            "draft_page": row.draft_page,
            "history": history_json(row, store.events(look, row.id)),
        }

    def _form(self, look: Connection, row: TaskRow, actor: Actor) -> Mapping[str, Any]:
        if row.form is None:
            return {"form": None, "values": {}}
        instance = self.process.look(look, row)
        content = instance.form(row)
        form = self.forms.read(content)
        values = instance.values(row, actor)
        named = form.reads | form.outputs.keys()
        return {"form": json.loads(content), "values": {k: v for k, v in values.items() if k in named}}
