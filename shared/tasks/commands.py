"""What people do with a task. Each command: one transaction, the instance locked, the task read again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Select, bindparam, select

from shared.catalogue import sentence
from shared.clock import Clock
from shared.database import Database
from shared.errors import BadInput
from shared.forms import FormContext
from shared.identity import Actor
from shared.ids import Ids
from shared.merging import Merged, Page, merge
from shared.tasks import access, second_clicks, store
from shared.tasks.errors import (
    AlreadyDone,
    Cancelled,
    DraftChanged,
    DraftHeld,
    Held,
    NoPart,
    NotAllowedToAssign,
    NotYourTask,
    StaleTask,
    TaskNotFound,
    Withdrawn,
)
from shared.tasks.forms import TaskForms, refuse_bad_draft
from shared.tasks.french import moment
from shared.tasks.model import FilesOf, TaskInstance, TaskProcess, TaskRow, no_files
from shared.tasks.presentation import draft_json, fields_json, task_json
from shared.tasks.second_clicks import Asked
from shared.tasks.tables import idempotency, task

Answer = dict[str, Any]


class Versions(Protocol):
    """The versions that a request says it has read (If-Match)."""

    def __contains__(self, version: object, /) -> bool: ...


class Work(NamedTuple):
    """What a command works on: its transaction, the task's row, the instant, and the instance, locked."""

    tx: Connection
    row: TaskRow
    now: datetime
    instance: TaskInstance


@dataclass(frozen=True)
class Commands:
    """The commands of one service. Every one answers the task as it then is.

    ``files``: the files that the answers of a form may name.
    """

    database: Database
    process: TaskProcess
    clock: Clock
    ids: Ids
    forms: TaskForms
    files: FilesOf = no_files

    def claim(self, actor: Actor, task_id: str, read: Versions) -> Answer:
        """Take a task. Claiming one's own again changes nothing. Raises Held when a colleague was faster."""
        with self._held(actor, task_id) as (tx, row, now, instance):
            self._for_actor(row, actor, now)
            if row.assignee == actor.holder_id:
                return task_json(row)
            _refuse_stale(row, read)
            store.log_event(tx, row.id, "claimed", actor, now)
            instance.taken(row, actor.holder_id, actor)
            return self._held_by(tx, row, (actor.holder_id, actor.holder_name), now)

    def release(self, actor: Actor, task_id: str, read: Versions) -> Answer:
        """Give a task back to the organisation: its holder, or who may assign."""
        with self._held(actor, task_id) as (tx, row, now, instance):
            _refuse_closed(row, now)
            if row.assignee is None:
                return task_json(row)
            is_held = row.assignee == actor.holder_id and access.may_act(row, actor)
            if not is_held and not access.may_assign(actor):
                raise NotYourTask()
            _refuse_stale(row, read)
            store.log_event(tx, row.id, "released", actor, now)
            instance.taken(row, None, actor)
            return self._held_by(tx, row, None, now)

    def assign(self, actor: Actor, task_id: str, read: Versions, person_id: str, name: str) -> Answer:
        """Give a task to a person of the organisation, with the role or without (a substitute)."""
        with self._held(actor, task_id) as (tx, row, now, instance):
            if not access.may_assign(actor):
                raise NotAllowedToAssign()
            _refuse_closed(row, now)
            if row.assignee == person_id:
                return task_json(row)
            _refuse_stale(row, read)
            store.log_event(tx, row.id, "assigned", actor, now, detail=name)
            instance.taken(row, person_id, actor)
            return self._held_by(tx, row, (person_id, name), now)

    def follow_up(self, actor: Actor, task_id: str, read: Versions, on: date | None) -> Answer:
        """Set, move or clear the day on which somebody wants to look at the task again."""
        with self._held(actor, task_id) as (tx, row, now, _):
            _refuse_closed(row, now)
            if not (access.may_act(row, actor) or access.may_assign(actor)):
                raise NotYourTask()
            _refuse_stale(row, read)
            store.log_event(tx, row.id, "follow_up_set", actor, now, detail=on.isoformat() if on else None)
            return task_json(store.change(tx, row, follow_up_on=on))

    def save_draft(
        self, actor: Actor, task_id: str, read: Versions, values: dict[str, Any], page: Page | None = None
    ) -> Answer:
        """Keep what was typed so far, right or wrong, together with what a colleague has typed meanwhile (ADR 31).

        Without ``page`` whoever began the draft of a task that nobody has taken writes alone: raises DraftHeld.
        """
        with self._held(actor, task_id) as (tx, row, now, instance):
            self._for_actor(row, actor, now)
            _refuse_stale(row, read)
            if (
                page is None
                and row.assignee is None
                and row.draft_by not in (None, actor.person_id, actor.holder_id)
            ):
                raise DraftHeld(name=row.draft_by_name, time=moment(row.draft_at, now))
            if row.form is None:
                raise BadInput({key: [sentence("tasks.no_form")] for key in values})
            refuse_bad_draft(self.forms.read(instance.form(row)), values)
            merged = merge(row.draft, values, page, row.draft_page) if page else Merged(values)
            # whose answers are disputed stays the one who is named for them
            by = (row.draft_by, row.draft_by_name) if merged.disputed else (actor.person_id, actor.name)
            id_ = page.id if page and merged.is_all_mine else None
            return draft_json(store.keep_draft(tx, row, merged.values, by, id_, now), merged)

    def complete(
        self, actor: Actor, task_id: str, read: Versions, key: str, values: Mapping[str, Any],
        page: Page | None = None,
    ) -> Answer:  # fmt: skip
        """Do a task: the form's answers go to the process, which moves on. Raises BadInput by field.

        Raises DraftChanged when its draft has answers that ``page`` did not show.
        """
        request = second_clicks.asked(actor, key, "complete", task_id, values)
        with self._held(actor, task_id, key) as (tx, row, now, instance):
            if (answer := second_clicks.first_answer(row, request)) is not None:
                return answer
            self._for_actor(row, actor, now)
            _refuse_stale(row, read)
            if page and not merge(row.draft, _with_unticked(values, page), page, row.draft_page).is_all_mine:
                raise DraftChanged(name=_name(row.draft_by_name), time=moment(row.draft_at, now))
            outputs = self._outputs(Work(tx, row, now, instance), actor, values)
            with second_clicks.one_task_a_key():
                instance.complete(row, outputs, actor, now, request.receipt, is_party=row.has_part)
            return fields_json(store.completed(row, actor, now))

    def refuse(self, actor: Actor, task_id: str, read: Versions, key: str, reason: str) -> Answer:
        """Refuse a task: by the diagram's way for it, else it goes back to its organisation, with it."""
        request = second_clicks.asked(actor, key, "refuse", task_id, {"reason": reason})
        with self._held(actor, task_id, key, twice=True) as (tx, row, now, instance):
            if (answer := second_clicks.first_answer(row, request)) is not None:
                return answer
            self._for_actor(row, actor, now)
            _refuse_stale(row, read)
            store.log_event(tx, row.id, "refused", actor, now, detail=reason)
            if not instance.refuse(row, reason, actor, now):
                self._held_by(tx, row, None, now)
            return self._remembered(tx, request, store.get(tx, row.id), now)

    def comment(self, actor: Actor, task_id: str, key: str | None, text: str, private: bool) -> Answer:
        """Write a comment on any task that one may see; a private one stays in one's organisation.

        Raises NoPart on a closed task of an organisation that has no part in the parcours any more (R38).
        """
        request = key and second_clicks.asked(
            actor, key, "comment", task_id, {"text": text, "private": private}
        )
        with self._locked(actor, task_id, key, twice=key is not None) as (tx, row, now, _):
            view = access.seen_as(row, actor, is_party=row.has_part)
            if self.process.is_erased(tx, row.parcours_id):
                raise TaskNotFound()
            if request and (answer := second_clicks.first_answer(row, request)) is not None:
                return answer
            if access.is_past(row, is_party=row.has_part):
                raise NoPart()
            store.add_comment(tx, self.ids(), row, actor, text=text, private=private, at=now)
            return self._remembered(tx, request or None, row, now, view)

    @contextmanager
    def _held(
        self, actor: Actor, task_id: str, key: str | None = None, *, twice: bool = False
    ) -> Iterator[Work]:
        """The transaction of a command on a task of the actor's organisation, its instance locked."""
        with self._locked(actor, task_id, key, twice=twice) as held:
            access.refuse_partners(held.row, actor, is_party=held.row.has_part)
            yield held

    @contextmanager
    def _locked(self, actor: Actor, task_id: str, key: str | None, *, twice: bool) -> Iterator[Work]:
        """All that a command asks of, in one read that locks: instance and task are as everybody before has left them.

        Who has waited for another's move reads again. So does, `twice`, whose second click no row that is locked
        tells: only a read that begins after the lock sees the answer that the first click has left.
        """
        with self.database.begin() as tx:
            binds = {
                "task_id": task_id, "asker": actor.person_id, "key": key, "organisation": actor.organisation_id,
                "organisation_kind": actor.organisation_kind,
            }  # fmt: skip
            row = tx.execute(self._wanted, binds).first() if access.ID.fullmatch(task_id) else None
            if row is None:
                raise TaskNotFound()
            if twice or row.waited:
                row = tx.execute(self._wanted, binds).one()
            yield Work(tx, row, self.clock.now(), self.process.held(tx, row))

    @cached_property
    def _wanted(self) -> Select[Any]:
        """A task, its instance, whether the actor's organisation has a part in it, and the answer already given."""
        has_part = self.process.has_part(task.c.parcours_id).label("has_part")
        columns = select(task, *second_clicks.ANSWERED, has_part).select_from(task)
        joined = columns.join(idempotency, second_clicks.IS_SAME, isouter=True)
        return self.process.holding(joined.where(task.c.id == bindparam("task_id")))

    def _for_actor(self, row: TaskRow, actor: Actor, now: datetime) -> None:
        """Raises what keeps the actor from working on the task: role, end, or a colleague."""
        if not access.may_act(row, actor):
            raise NotYourTask()
        _refuse_closed(row, now)
        if row.assignee not in (None, actor.holder_id):
            raise Held(name=_name(row.assignee_name), time=moment(row.assigned_at, now))

    def _held_by(self, tx: Connection, row: TaskRow, holder: tuple[str, str] | None, at: datetime) -> Answer:
        """Write who holds the task: (person, name), or nobody."""
        person_id, name = holder or (None, None)
        since = at if holder else None
        return task_json(store.change(tx, row, assignee=person_id, assignee_name=name, assigned_at=since))

    def _outputs(self, work: Work, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
        row, instance = work.row, work.instance
        if row.form is None:
            if values:
                raise BadInput({key: [sentence("tasks.no_form")] for key in values})
            return {}
        form = self.forms.read(instance.form(row))
        known = instance.values(row, actor) if form.reads else {}
        named = set(form.files_named(values))
        files = self.files(work.tx, actor, row.parcours_id, named) if named else {}
        return form.validate(values, FormContext(known, work.now, files=files))

    def _remembered(
        self, tx: Connection, request: Asked | None, row: TaskRow, now: datetime, view: access.View = "whole"
    ) -> Answer:
        answer = task_json(row, view)
        if request:
            second_clicks.remember(tx, request, answer, now)
        return answer


def _with_unticked(values: Mapping[str, Any], page: Page) -> Answer:
    """What a page answers of all that it showed: browsers send nothing of a box that nobody ticked."""
    return dict.fromkeys(page.read) | dict(values)


def _refuse_closed(row: TaskRow, now: datetime) -> None:
    if row.status == "completed":
        raise AlreadyDone(name=_name(row.completed_by_name), time=moment(row.completed_at, now))
    if row.status == "cancelled" and row.completed_by == Actor.technical_team().person_id:
        raise Withdrawn(time=moment(row.completed_at, now))
    if row.status == "cancelled":
        raise Cancelled(time=moment(row.completed_at, now))


def _refuse_stale(row: TaskRow, read: Versions) -> None:
    if row.version not in read:
        raise StaleTask()


def _name(name: str | None) -> str:
    return name or sentence("tasks.someone")
