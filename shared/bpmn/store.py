"""Reading and writing running processes on a transaction that the caller opened. Nothing here commits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, select, update

from shared.bpmn import incident_store, signal_store
from shared.bpmn.progress import Progress, Timer, Waits
from shared.bpmn.tables import awaited_message, instance, timer
from shared.database.batch import Changes, Rows, Writer, connection_of

InstanceRow = Row[Any]

# what every move executes is built once: building and hashing a statement costs as much as running it
_BY_ID = select(instance).where(instance.c.id == bindparam("instance_id"))
_LOCK = _BY_ID.with_for_update()
_INSTANCES, _MOVES = Rows(instance), Changes(instance)
_TIMERS, _AWAITED = Rows(timer), Rows(awaited_message)


def lock(tx: Connection, instance_id: str) -> InstanceRow | None:
    """The instance, locked until the transaction ends: everything that moves it waits here."""
    return tx.execute(_LOCK, {"instance_id": instance_id}).first()


def get(tx: Connection, instance_id: str) -> InstanceRow | None:
    """The instance as it is, not locked."""
    return tx.execute(_BY_ID, {"instance_id": instance_id}).first()


def try_lock(tx: Connection, instance_id: str) -> InstanceRow | None:
    """The same without waiting: None when another worker moves this instance now."""
    found = select(instance).where(instance.c.id == instance_id).with_for_update(skip_locked=True)
    return tx.execute(found).first()


def find(tx: Connection, process_id: str, parcours_id: str) -> InstanceRow | None:
    """The one instance of a process for a parcours, if it was ever started."""
    same = and_(instance.c.process_id == process_id, instance.c.parcours_id == parcours_id)
    return tx.execute(select(instance).where(same)).first()


def create(
    tx: Writer, instance_id: str, parcours_id: str, process_id: str, version: str, etape: int | None,
    progress: Progress, now: datetime,
) -> None:  # fmt: skip
    """A new instance as its first move left it."""
    begun = {
        "id": instance_id, "parcours_id": parcours_id, "process_id": process_id, "version": version,
        "etape": etape, "moves": 1, "started_at": now, **_moved(progress, now),
    }  # fmt: skip
    _INSTANCES.insert(tx, [begun])
    _write_waits(tx, instance_id, parcours_id, progress)


def save(
    tx: Writer, row: InstanceRow, progress: Progress, etape: int | None, now: datetime, *,
    held: bool = False,
) -> None:  # fmt: skip
    """An instance as a move left it. A move that succeeds ends the incident that held the instance.

    ``held``: not this one; the instance stays held, unless it has ended.
    """
    stays = held and row.status == "incident" and not progress.ended
    status = {"status": "incident"} if stays else {}
    moved = _moved(progress, now, row.label) | status
    _MOVES.update(tx, [{"id": row.id, "moves": row.moves + 1, "etape": etape or row.etape, **moved}])
    _write_waits(tx, row.id, row.parcours_id, progress)
    if row.status == "incident" and not stays:
        incident_store.resolve_incidents(connection_of(tx), row.id, now)


def restart(
    tx: Writer, row: InstanceRow, version: str, progress: Progress, etape: int | None, now: datetime
) -> None:
    """A process that has ended for its parcours begins anew, in its row: what came before stays told there."""
    begun = {"version": version, "end_text": None, "started_at": now}
    connection_of(tx).execute(update(instance).where(instance.c.id == row.id).values(begun))
    save(tx, row, replace(progress, before=None), etape, now)


def mark_cancelled(tx: Connection, instance_id: str, text: str) -> None:
    """An operator ended it; ``text``: what its people read."""
    ended = and_(instance.c.id == instance_id, instance.c.status == "ended")
    tx.execute(update(instance).where(ended).values(end_kind="cancelled", end_text=text))


def rewrite(tx: Connection, row: InstanceRow, progress: Progress) -> None:
    """What an instance that has ended keeps was wrong: its values and its title, nothing else."""
    ended = update(instance).where(instance.c.id == row.id, instance.c.status == "ended")
    tx.execute(ended.values(state=progress.state, label=progress.label or row.label))


def of_parcours(tx: Connection, parcours_id: str) -> Sequence[InstanceRow]:
    """The instances of a parcours in this service, locked in the order of their ids."""
    found = select(instance).where(instance.c.parcours_id == parcours_id).order_by(instance.c.id)
    return tx.execute(found.with_for_update()).all()


def carry(
    tx: Connection, row: InstanceRow, version: str, progress: Progress, label: str, etape: int | None
) -> None:
    """An instance on another version, where it stood: no move, so what holds it still does."""
    values = {
        "version": version, "state": progress.state, "position": list(progress.position),
        "label": label, "etape": etape,
    }  # fmt: skip
    tx.execute(update(instance).where(instance.c.id == row.id).values(values))
    # what the rows say is of the version that it comes from: they are written anew, not compared
    signal_store.forget_awaited(tx, row.id)  # this version may know no signals
    _write_waits(tx, row.id, row.parcours_id, replace(progress, before=None))


def versions_in_use(tx: Connection) -> Sequence[str]:
    """The versions that instances which have not ended were started with."""
    running = select(instance.c.version).where(instance.c.status != "ended").distinct()
    return tx.scalars(running.order_by(instance.c.version)).all()


def running_on(tx: Connection, version: str, after: str, limit: int) -> Sequence[InstanceRow]:
    """Instances of a version that have not ended, by id, from ``after`` on."""
    same = and_(instance.c.version == version, instance.c.status != "ended", instance.c.id > after)
    return tx.execute(select(instance).where(same).order_by(instance.c.id).limit(limit)).all()


def count_running_on(tx: Connection, version: str) -> int:
    same = and_(instance.c.version == version, instance.c.status != "ended")
    return tx.scalar(select(func.count()).select_from(instance).where(same)) or 0


def due_timers(tx: Connection, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """(instance id, timer id) of running instances' timers that are due, the oldest first."""
    due = (
        select(timer.c.instance_id, timer.c.timer_id)
        .join(instance, instance.c.id == timer.c.instance_id)
        .where(timer.c.due_at <= now, instance.c.status == "running")
        .order_by(timer.c.due_at)
        .limit(limit)
    )
    return [(row.instance_id, row.timer_id) for row in tx.execute(due)]


def due_timers_of(tx: Connection, instance_id: str, now: datetime) -> Sequence[str]:
    """Ids of one instance's timers that are due, the oldest first."""
    due = select(timer.c.timer_id).where(timer.c.instance_id == instance_id, timer.c.due_at <= now)
    return tx.scalars(due.order_by(timer.c.due_at)).all()


def timers_of(tx: Connection, instance_id: str) -> Sequence[Row[Any]]:
    return tx.execute(select(timer).where(timer.c.instance_id == instance_id).order_by(timer.c.due_at)).all()


def awaited_by(tx: Connection, instance_id: str) -> Sequence[str]:
    """The message types that an instance awaits now."""
    names = select(awaited_message.c.name).where(awaited_message.c.instance_id == instance_id)
    return tx.scalars(names.order_by(awaited_message.c.name)).all()


def is_due(tx: Connection, instance_id: str, timer_id: str, now: datetime) -> bool:
    same = and_(timer.c.instance_id == instance_id, timer.c.timer_id == timer_id, timer.c.due_at <= now)
    return tx.execute(select(timer.c.timer_id).where(same)).first() is not None


def element_of_timer(tx: Connection, instance_id: str, timer_id: str) -> str | None:
    same = and_(timer.c.instance_id == instance_id, timer.c.timer_id == timer_id)
    return tx.scalar(select(timer.c.element_id).where(same))


def awaiting(tx: Connection, name: str, parcours_id: str) -> str | None:
    """The instance that awaits this message of this parcours now: an indexed look-up, never a scan."""
    same = and_(awaited_message.c.name == name, awaited_message.c.parcours_id == parcours_id)
    return tx.scalar(select(awaited_message.c.instance_id).where(same))


def _moved(progress: Progress, now: datetime, label: str = "") -> dict[str, Any]:
    return {
        "state": progress.state,
        "status": "ended" if progress.ended else "running",
        "label": progress.label or label,
        "position": list(progress.position),
        "end_element": _end_element(progress),
        "ended_at": now if progress.ended else None,
        "end_kind": "completed" if progress.ended else None,
    }


def _end_element(progress: Progress) -> str | None:
    ends = [entry.element_id for entry in progress.trace if entry.type == "endEvent"]
    return ends[-1] if progress.ended and ends else None


def _write_waits(tx: Writer, instance_id: str, parcours_id: str, progress: Progress) -> None:
    """Only what changed: most moves touch neither timers nor messages nor signals."""
    signal_store.write_awaited(tx, instance_id, progress)
    before = progress.before
    if before is None:
        look = connection_of(tx)
        look.execute(delete(timer).where(timer.c.instance_id == instance_id))
        look.execute(delete(awaited_message).where(awaited_message.c.instance_id == instance_id))
        before = Waits()
    _write_timers(tx, instance_id, set(before.timers), set(progress.timers))
    names = [{each.name for each in awaited} for awaited in (before.awaited, progress.awaited)]
    _write_awaited(tx, instance_id, parcours_id, *names)


def _write_timers(tx: Writer, instance_id: str, before: set[Timer], after: set[Timer]) -> None:
    if gone := [each.id for each in before - after]:
        same = and_(timer.c.instance_id == instance_id, timer.c.timer_id.in_(gone))
        connection_of(tx).execute(delete(timer).where(same))
    new = sorted(after - before, key=lambda each: each.id)
    _TIMERS.insert(tx, [
        {"instance_id": instance_id, "timer_id": t.id, "element_id": t.element_id, "due_at": t.due_at} for t in new
    ])  # fmt: skip


def _write_awaited(tx: Writer, instance_id: str, parcours_id: str, before: set[str], after: set[str]) -> None:
    if gone := before - after:
        same = and_(awaited_message.c.instance_id == instance_id, awaited_message.c.name.in_(sorted(gone)))
        connection_of(tx).execute(delete(awaited_message).where(same))
    new = sorted(after - before)
    _AWAITED.insert(
        tx, [{"instance_id": instance_id, "name": name, "parcours_id": parcours_id} for name in new]
    )
