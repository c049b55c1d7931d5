"""Opens a completed task again: one transaction, the instance locked, an audited move that the diagram allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from shared.bpmn import Definition, ProcessFailure, RepairRefused
from shared.bpmn import store as instances
from shared.calendar_fr import non_working_days
from shared.catalogue import sentence
from shared.clock import local_date
from shared.database import Database
from shared.identity import ASSIGNING_ROLES, Actor, scope_of
from shared.parcours.academies import NATIONAL
from shared.parcours.working_days import add_working_days
from shared.process import record
from shared.process.operators import log as repair_log
from shared.process.operators.log import Order
from shared.process.personal.holdings import as_json
from shared.process.processes import Processes
from shared.process.reopening.errors import (
    DelayOver,
    DoneAfter,
    DoneWithin,
    NotDone,
    NotItsAuthor,
    NoWayBack,
    ParcoursOver,
    SentAfter,
)
from shared.process.reopening.way_back import token_after, within_repeated
from shared.process.tables import story
from shared.process.task_process import TaskProcess
from shared.tasks import access
from shared.tasks import store as tasks
from shared.tasks.errors import TaskNotFound
from shared.tasks.model import TaskRow
from shared.tasks.presentation import task_json
from shared.tasks.tables import task as task_table

DEFAULT_DAYS = 2
"""Working days, where a parcours was opened before its campagne said how many."""


@dataclass(frozen=True)
class Reopening:
    """What opens tasks of one service again."""

    database: Database
    processes: Processes

    def reopen(self, actor: Actor, task_id: str, reason: str) -> dict[str, Any]:
        """The task that is open now, held by who did it. Raises what ``errors`` says, TaskNotFound, NotYourTask."""
        with self.database.begin() as tx:
            done, row = self._locked(tx, actor, task_id)
            self._refuse(tx, done, row, actor)
            self._move_back(tx, done, row, actor)
            opened = self._opened(tx, done, row)
            tasks.log_event(tx, done.id, "reopened", actor, self.processes.clock.now(), detail=reason)
            self._tell(tx, done, row, actor, reason)
            return task_json(opened)

    def _locked(self, tx: Connection, actor: Actor, task_id: str) -> tuple[TaskRow, Any]:
        """The task and its instance, the instance locked first as by everybody.

        An organisation that no longer has a part in the parcours opens nothing of it, its own tasks neither (R38).
        """
        seen = tasks.find(tx, task_id) if access.ID.fullmatch(task_id) else None
        row = instances.lock(tx, seen.instance_id) if seen else None
        if seen is None or row is None:
            raise TaskNotFound()
        process = TaskProcess(self.processes)
        is_party = process.is_party(tx, seen.parcours_id, actor)
        access.refuse_partners(seen, actor, is_party=is_party)
        if not is_party or process.is_erased(tx, seen.parcours_id):
            raise TaskNotFound()
        return tasks.get(tx, task_id), row

    def _refuse(self, tx: Connection, done: TaskRow, row: Any, actor: Actor) -> None:
        if done.status != "completed":
            raise NotDone()
        if row.status != "running":
            raise ParcoursOver()
        is_responsible = bool(actor.roles & ASSIGNING_ROLES)
        if not _is_author(done, actor) and not is_responsible:
            raise NotItsAuthor(name=done.completed_by_name)
        if not is_responsible:
            self._refuse_late(tx, done, row)
        definition = self.processes.definition(tx, row)
        _refuse_done_after(tx, done)
        _refuse_done_within(tx, done, definition)
        _refuse_sent_after(tx, done, definition)

    def _refuse_late(self, tx: Connection, done: TaskRow, row: Any) -> None:
        delays = self.processes.variables(tx, row).get("delais")
        days, until = _term(delays if isinstance(delays, Mapping) else {}, local_date(done.completed_at))
        if local_date(self.processes.clock.now()) > until:
            raise DelayOver(days=days, until=until)

    def _move_back(self, tx: Connection, done: TaskRow, row: Any, actor: Actor) -> None:
        definition = self.processes.definition(tx, row)
        scopes = self.processes.runtime(definition).scopes(row.state)
        source, token = token_after(definition, scopes, done.element_id)
        now = self.processes.clock.now()
        try:
            self.processes.repair(
                tx, row,
                lambda runtime, state: runtime.move_token(
                    state, source, done.element_id, token, now=now, context=tx
                ),
                held=False, actor=actor,
            )  # fmt: skip
        except (RepairRefused, ProcessFailure) as refused:
            raise NoWayBack() from refused
        order = Order(row.id, actor, sentence("reopening.audit"), "api")
        before, after = {"element": source, "token": token}, {"element": done.element_id}
        at = self.processes.system_clock.now()
        repair_log.write(
            tx, self.processes.ids(), order, row.parcours_id, "reopen", "done", at, before, after
        )

    def _opened(self, tx: Connection, done: TaskRow, row: Any) -> TaskRow:
        """The same task, open again with its answers as a draft; whoever did it holds it.

        With nobody and empty when it opens in another organisation than the one that did it.
        """
        same = (
            task_table.c.instance_id == done.instance_id, task_table.c.element_id == done.element_id,
            task_table.c.status == "open",
        )  # fmt: skip
        opened = tx.execute(select(task_table).where(*same).order_by(task_table.c.id.desc())).first()
        if opened is None:
            raise NoWayBack()
        if (opened.organisation_kind, opened.organisation_id) != (
            done.organisation_kind,
            done.organisation_id,
        ):
            return opened
        held = (done.assignee, done.assignee_name) if done.assignee else None
        holder = held or (done.completed_by, done.completed_by_name)  # a stand-in leaves it with whose it was
        who = {"assignee": holder[0], "assignee_name": holder[1]}
        draft = {"draft_by": done.completed_by, "draft_by_name": done.completed_by_name}
        now = self.processes.clock.now()
        answers = self._answers(tx, opened, row.id)
        return tasks.change(tx, opened, **who, assigned_at=now, **draft, draft=answers, draft_at=now)

    def _answers(self, tx: Connection, opened: TaskRow, instance_id: str) -> dict[str, Any]:
        """What the form's fields were answered, as a page would send it."""
        row = instances.get(tx, instance_id)
        if row is None:
            raise NoWayBack()
        definition = self.processes.definition(tx, row)
        fields = definition.plan.form_outputs.get(opened.form or "", frozenset())
        values = self.processes.variables(tx, row, opened.id)
        return {name: as_json(values[name]) for name in sorted(fields) if values.get(name) is not None}

    def _tell(self, tx: Connection, done: TaskRow, row: Any, actor: Actor, reason: str) -> None:
        text = sentence("reopening.story", task=done.name, reason=reason)
        now = self.processes.clock.now()
        record.tell(tx, row, done.element_id, text, self.processes.ids, now, actor=actor, side=done.side)


def _term(delays: Mapping[str, Any], done_on: date) -> tuple[int, date]:
    """How many working days the author has, and the last of them, in the calendar of the parcours (R45)."""
    days = int(delays.get("correction", DEFAULT_DAYS))
    is_free = non_working_days(str(delays.get("calendrier") or NATIONAL))
    return days, add_working_days(done_on, days, is_free)


def _first_after(tx: Connection, done: TaskRow, *which: ColumnElement[bool]) -> Any:
    """The task of the instance that was done next, of those that are meant."""
    at, number = task_table.c.completed_at, task_table.c.id
    is_after = or_(at > done.completed_at, and_(at == done.completed_at, number > done.id))
    later = select(task_table).where(
        task_table.c.instance_id == done.instance_id, task_table.c.status == "completed", is_after, *which
    )
    return tx.execute(later.order_by(task_table.c.completed_at)).first()


def _is_author(done: TaskRow, actor: Actor) -> bool:
    """Who did it or held it; by a delegation also only what is in its scope."""
    if not {actor.person_id, actor.holder_id} & {done.completed_by, done.assignee}:
        return False
    return scope_of(actor) is None or access.may_act(done, actor)


def _refuse_done_after(tx: Connection, done: TaskRow) -> None:
    found = _first_after(tx, done, task_table.c.completed_by != done.completed_by)
    if found is not None:
        raise DoneAfter(name=found.completed_by_name, task=found.name)


def _refuse_done_within(tx: Connection, done: TaskRow, definition: Definition) -> None:
    """Items of one activity are begun anew, all of them: what its author has done of them would be lost."""
    within = within_repeated(definition, done.element_id)
    found = _first_after(tx, done, task_table.c.element_id.in_(within)) if within else None
    if found is not None:
        raise DoneWithin(task=found.objet or found.name, within=within[found.element_id])


def _refuse_sent_after(tx: Connection, done: TaskRow, definition: Definition) -> None:
    """What the move itself threw counts: it has the instant of the completion."""
    sending = {
        node.id for process in definition.processes.values()
        for _, node in process.scope.everything() if node.trigger.kind == "message"
    }  # fmt: skip
    since: datetime = done.completed_at
    thrown = select(story).where(
        story.c.instance_id == done.instance_id, story.c.event == "thrown", story.c.at >= since
    )
    for line in tx.execute(thrown.order_by(story.c.id)):
        if line.element_id in sending:
            raise SentAfter(what=line.name)
