"""Who sees which task: the one place where every question of people is scoped to their organisation (R38)."""

import re
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_

from shared.identity import ASSIGNING_ROLES, Actor, may_do, scope_of
from shared.tasks import store
from shared.tasks.errors import NotYourTask, TaskNotFound
from shared.tasks.model import TaskProcess, TaskRow
from shared.tasks.tables import task, task_comment

ID = re.compile(r"[0-9a-f-]{36}")
View = Literal["whole", "reduced"]


OF_ORGANISATION = and_(
    task.c.organisation_id == bindparam("organisation"), task.c.organisation_kind == bindparam("organisation_kind")
)  # fmt: skip
"""The tasks of the actor's own organisation. These conditions are built once; `binds` says who asks."""
FOR_SIDE = task.c.side.in_(("both", bindparam("side")))
"""The tasks that are not private to the other side of the parcours (R12)."""
_OPEN_TO_ROLES = or_(task.c.role.is_(None), task.c.role.in_(bindparam("roles", expanding=True)))
MINE = and_(
    OF_ORGANISATION,
    or_(task.c.assignee == bindparam("person"), and_(task.c.assignee.is_(None), _OPEN_TO_ROLES)),
)
"""Assigned to the actor; or to nobody, in the actor's organisation and with one of the actor's roles."""
DELEGATED = and_(
    OF_ORGANISATION, task.c.role == bindparam("delegated_role"),
    task.c.element_id.in_(bindparam("delegated", expanding=True)),
    or_(task.c.assignee == bindparam("person"), task.c.assignee.is_(None)),
)  # fmt: skip
"""The same for who acts by a delegation: of the tasks of the person who gave it, those of its scope."""
OF_PARCOURS = or_(OF_ORGANISATION, FOR_SIDE)
"""The tasks of a parcours that an actor whose organisation has a part in it may know of."""


def binds(actor: Actor) -> dict[str, Any]:
    scope = scope_of(actor)
    return {
        "organisation": actor.organisation_id, "organisation_kind": actor.organisation_kind, "side": actor.side,
        "person": actor.holder_id, "roles": sorted(actor.roles),
        "delegated": sorted(scope.tasks) if scope else [], "delegated_role": scope.role if scope else None,
    }  # fmt: skip


def seen(tx: Connection, process: TaskProcess, actor: Actor, task_id: str) -> tuple[TaskRow, View]:
    """A task and how much of it the actor may see. TaskNotFound for strangers and the other side's private."""
    row = store.find(tx, task_id) if ID.fullmatch(task_id) else None
    if row is None:
        raise TaskNotFound()
    is_whole = view_of(row, actor) == "whole"
    return row, seen_as(row, actor, is_party=is_whole or process.is_party(tx, row.parcours_id, actor))


def seen_as(row: TaskRow, actor: Actor, *, is_party: bool) -> View:
    """How much of a task the actor may see. TaskNotFound when nothing."""
    view = view_of(row, actor)
    if view == "reduced" and not (is_party and row.side in ("both", actor.side)):
        raise TaskNotFound()
    return view


def refuse_partners(row: TaskRow, actor: Actor, *, is_party: bool) -> None:
    """A command is for the task's own organisation. TaskNotFound, or NotYourTask for who only sees it."""
    if seen_as(row, actor, is_party=is_party) == "reduced":
        raise NotYourTask()


def is_past(row: TaskRow, *, is_party: bool) -> bool:
    """What an organisation did in a parcours in which it has no part (any more): it stays told as it was (R38)."""
    return row.status != "open" and not is_party


def view_of(row: TaskRow, actor: Actor) -> View:
    same = (row.organisation_id, row.organisation_kind) == (actor.organisation_id, actor.organisation_kind)
    return "whole" if same else "reduced"


def may_act(row: TaskRow, actor: Actor) -> bool:
    """The person it is assigned to, or whoever has its role in its organisation."""
    return may_do(actor, row.element_id, row.role, row.assignee)


def may_assign(actor: Actor) -> bool:
    return bool(actor.roles & ASSIGNING_ROLES)


def readable_comments(actor: Actor, *, is_past: bool) -> ColumnElement[bool]:
    """Comments that are not the other organisation's private ones; of what is past, one's own organisation's."""
    own_organisation = and_(
        task_comment.c.organisation_id == actor.organisation_id,
        task_comment.c.organisation_kind == actor.organisation_kind,
    )
    return own_organisation if is_past else or_(task_comment.c.private.is_(False), own_organisation)
