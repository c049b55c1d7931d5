"""What a service does when somebody else follows a parcours: variables, open tasks, right of sight, history.

Each change is a row, whose id is that of enrolment's decision, so in the order in which it was decided. A parcours
that reaches a service by an older message, which still names who was before, catches up with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from shared.bpmn import store
from shared.documents.store import hand_on
from shared.identity import Actor
from shared.messaging import mailbox
from shared.notifications import News, TaskNews, as_text
from shared.process.processes import Processes
from shared.process.record import add_party
from shared.process.replacing.tables import replacement
from shared.process.tables import party
from shared.tasks.store import log_event
from shared.tasks.tables import task

ORGANISATIONS = ("lycee", "mission_locale")
FOLLOWERS = {"lycee": "referent", "mission_locale": "conseiller"}
"""Who follows the parcours in each kind of organisation."""
CHOSEN = ("obligation", "mission_locale")
"""The process for which a form names the Mission Locale: that of the young person's home, not the parcours's (R26)."""


@dataclass(frozen=True)
class Change:
    """``role``: the variable: referent, conseiller, or one of ORGANISATIONS.

    ``before``, ``after``: ids. ``name``: of who is after, if known.
    """

    id: str
    role: str
    before: str
    after: str
    from_on: date
    reason: str
    name: str | None = None


def open_instances(tx: Connection, parcours_id: str) -> Sequence[store.InstanceRow]:
    """Locked, and alone with what begins at this moment: it either sees our rows or is seen."""
    store.of_parcours(tx, parcours_id)
    mailbox.serialise(tx, parcours_id)
    return [row for row in store.of_parcours(tx, parcours_id) if row.status != "ended"]


def record(tx: Connection, processes: Processes, parcours_id: str, change: Change, actor: Actor) -> bool:
    """The row of a change; False when it is there already."""
    if tx.execute(select(replacement.c.id).where(replacement.c.id == change.id)).first():
        return False
    tx.execute(
        insert(replacement).values(
            id=change.id, parcours_id=parcours_id, role=change.role, before=change.before, after=change.after,
            from_on=change.from_on, reason=change.reason, at=processes.clock.now(),
            actor_id=actor.person_id, actor_name=actor.name,
        )
    )  # fmt: skip
    return True


def catch_up(
    tx: Connection, processes: Processes, parcours_id: str, names: Mapping[str, str], sent: str | None = None
) -> None:
    """Every open instance has who was decided last.

    ``names``: by id, of people and organisations, where known; ``sent``: the id of the message with which one begins.
    """
    rows, chains = open_instances(tx, parcours_id), changes_of(tx, parcours_id)
    people = {
        each: chain[-1].after
        for role, chain in chains.items()
        if role not in ORGANISATIONS
        for each in _known(chain)
    }
    for role, chain in chains.items():
        told = {row.id: _told_to(row, role, chain, sent) for row in rows}
        if role in ORGANISATIONS:
            _give_sight(tx, processes, parcours_id, min(told.values(), key=len, default=chain))
        else:
            hand_on(tx, parcours_id, role, _known(chain) - {chain[-1].after}, chain[-1].after)
        for instance_id, changes in told.items():
            if changes:
                follower = chains.get(FOLLOWERS.get(role, ""), ())
                to = Successors(chain[-1].after, people, names, follower[-1].after if follower else None)
                _follow(tx, processes, instance_id, changes, to)


def _told_to(
    row: store.InstanceRow, role: str, chain: Sequence[Row[Any]], sent: str | None
) -> Sequence[Row[Any]]:
    """What was decided before a form chose an organisation for an instance is none of that one's."""
    if (row.process_id, role) != CHOSEN:
        return chain
    return [each for each in chain if each.id > (sent or row.id)]


@dataclass(frozen=True)
class Successors:
    """``after``: who follows in one role; ``people``: who was before → who follows; ``names``: by id.

    ``follower``: of an organisation, who follows the parcours there, if that was decided.
    """

    after: str
    people: Mapping[str, str]
    names: Mapping[str, str]
    follower: str | None = None

    def named(self, person_id: str | None) -> str | None:
        return self.names.get(person_id or "")


def as_decided(tx: Connection, parcours_id: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables of an instance, with who was decided last, of which it may not know yet."""
    return decided(changes_of(tx, parcours_id), known)


def decided(chains: Mapping[str, Sequence[Row[Any]]], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of changes that were read before."""
    return {**known} | {
        role: chain[-1].after for role, chain in chains.items() if known.get(role) in _known(chain)
    }


def changes_of(tx: Connection, parcours_id: str) -> dict[str, list[Row[Any]]]:
    """By role, the changes in the order in which they were decided."""
    return changes_of_each(tx, [parcours_id]).get(parcours_id, {})


def changes_of_each(tx: Connection, parcours: Sequence[str]) -> dict[str, dict[str, list[Row[Any]]]]:
    """The same by parcours, in one query."""
    found = select(replacement).where(replacement.c.parcours_id.in_(parcours)).order_by(replacement.c.id)
    chains: dict[str, dict[str, list[Row[Any]]]] = {}
    for row in tx.execute(found):
        chains.setdefault(row.parcours_id, {}).setdefault(row.role, []).append(row)
    return chains


def _known(chain: Sequence[Row[Any]]) -> set[str]:
    return {each.before for each in chain} | {each.after for each in chain}


def _give_sight(tx: Connection, processes: Processes, parcours_id: str, chain: Sequence[Row[Any]]) -> None:
    """Who had a part in the parcours hands it on, and reads no more of it (R38)."""
    if not chain:
        return
    kind, had = chain[-1].role, _known(chain)
    parties = select(party.c.organisation).where(
        party.c.parcours_id == parcours_id, party.c.organisation_kind == kind, party.c.organisation.in_(had)
    )
    if tx.execute(parties).first():
        add_party(tx, parcours_id, kind, chain[-1].after, processes.clock.now())


def _follow(
    tx: Connection, processes: Processes, instance_id: str, chain: Sequence[Row[Any]], to: Successors
) -> None:
    row, last = store.get(tx, instance_id), chain[-1]
    if row is None or row.status == "ended":
        return
    there = processes.variables(tx, row).get(last.role)
    if there not in _known(chain):
        return
    decided = Actor(last.actor_id, last.actor_name, "system:enrolment", "system")
    if there != last.after:
        values = {last.role: last.after}
        if last.role in ORGANISATIONS and to.follower:
            # whoever followed is of the organisation before, also one whose own replacement is not heard of yet
            values[FOLLOWERS[last.role]] = to.follower
        processes.correct(tx, row, values, decided)
    before = _known(chain) - {last.after}
    if last.role in ORGANISATIONS:
        _move_tasks(tx, processes, row, last.role, before, to, decided)
    else:
        _hand_over_tasks(tx, processes, row, before, to, decided)


def _hand_over_tasks(
    tx: Connection, processes: Processes, row: store.InstanceRow, before: set[str], to: Successors,
    actor: Actor,
) -> None:  # fmt: skip
    """The open tasks of who leaves; a draft of his or hers goes on with them."""
    found = _open_tasks(tx, row, task.c.assignee.in_(sorted(before)))
    for each in found:
        _hand(tx, processes, each, to, actor, to.after)
    if found:
        told = News(row.parcours_id, actor=actor.person_id, held={each.id: to.after for each in found})
        processes.tell(tx, row.id, told)


def _move_tasks(
    tx: Connection, processes: Processes, row: store.InstanceRow, kind: str, before: set[str], to: Successors,
    actor: Actor,
) -> None:  # fmt: skip
    """The open tasks of an organisation: whoever follows the parcours in the next one has those of who did.

    A draft was not said yet, and stays with who wrote it: with nobody.
    """
    theirs = (task.c.organisation_kind == kind, task.c.organisation_id.in_(sorted(before)))
    found, moved = _open_tasks(tx, row, *theirs), []
    for each in found:
        holder = to.people.get(each.assignee or "")
        _hand(
            tx, processes, each, to, actor, holder, organisation_id=to.after, draft=None, draft_by=None,
            draft_by_name=None, draft_at=None, draft_page=None,
        )  # fmt: skip
        due = as_text(each.due_on or each.due_at)
        moved.append(TaskNews(each.id, each.name, kind, to.after, each.role, holder, due, is_handover=True))
    if moved:
        processes.tell(tx, row.id, News(row.parcours_id, actor=actor.person_id, moved=tuple(moved)))


def _open_tasks(tx: Connection, row: store.InstanceRow, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    mine = (task.c.instance_id == row.id, task.c.status == "open")
    return tx.execute(select(task).where(*mine, *which).with_for_update()).all()


def _hand(
    tx: Connection, processes: Processes, each: Row[Any], to: Successors, actor: Actor, holder: str | None,
    **other: Any,
) -> None:  # fmt: skip
    now = processes.clock.now()
    held = {"assignee": holder, "assignee_name": to.named(holder), "assigned_at": now if holder else None}
    tx.execute(update(task).where(task.c.id == each.id).values(version=each.version + 1, **held, **other))
    if name := to.named(to.after):
        log_event(tx, each.id, "assigned", actor, now, detail=name)
