"""Signals between the instances of a service: who waits for which, and what has been thrown for whom.

A throw is written down for each instance that waits for it, in the thrower's transaction; the worker hands it over
in one of the receiver's own. Nothing here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, insert, literal, select

from shared.bpmn.progress import Progress
from shared.bpmn.tables import awaited_signal, instance, signal_delivery
from shared.database.batch import Rows, Writer, connection_of

_AWAITED = Rows(awaited_signal)


@dataclass(frozen=True)
class Delivery:
    """One throw for one instance. ``hops``: how many throws before it, each made by handing over the one before."""

    throw_id: str
    instance_id: str
    name: str
    hops: int


def write_awaited(tx: Writer, instance_id: str, progress: Progress) -> None:
    """What an instance waits for after a move; no statement when that is what it was, or no signal ever."""
    before = progress.before
    is_same = before is not None and before.signals == progress.awaited_signals and not progress.ended
    if is_same or not progress.hears_signals:
        return
    forget_awaited(connection_of(tx), instance_id)
    _AWAITED.insert(tx, [{"instance_id": instance_id, "name": name} for name in progress.awaited_signals])
    if progress.ended:
        connection_of(tx).execute(delete(signal_delivery).where(signal_delivery.c.instance_id == instance_id))


def forget_awaited(tx: Connection, instance_id: str) -> None:
    tx.execute(delete(awaited_signal).where(awaited_signal.c.instance_id == instance_id))


def throw(tx: Connection, throw_id: str, name: str, thrower: str, hops: int) -> None:
    """For every other instance that waits for the signal now. ``throw_id``: later throws have greater ids."""
    waiting = select(
        literal(throw_id), awaited_signal.c.instance_id, awaited_signal.c.name, literal(hops)
    ).where(awaited_signal.c.name == name, awaited_signal.c.instance_id != thrower)
    columns = ["throw_id", "instance_id", "name", "hops"]
    tx.execute(insert(signal_delivery).from_select(columns, waiting))


def deliverable(tx: Connection, limit: int) -> Sequence[Delivery]:
    """What can be handed over: to each instance its oldest, unless the instance is held."""
    first = (
        select(signal_delivery.c.instance_id, func.min(signal_delivery.c.throw_id).label("throw_id"))
        .join(instance, instance.c.id == signal_delivery.c.instance_id)
        .where(instance.c.status != "incident")
        .group_by(signal_delivery.c.instance_id)
        .order_by(func.min(signal_delivery.c.throw_id))
        .limit(limit)
        .subquery()
    )
    same = and_(
        signal_delivery.c.throw_id == first.c.throw_id, signal_delivery.c.instance_id == first.c.instance_id
    )
    found = select(signal_delivery).join(first, same).order_by(signal_delivery.c.throw_id)
    return [Delivery(row.throw_id, row.instance_id, row.name, row.hops) for row in tx.execute(found)]


def next_of(tx: Connection, instance_id: str) -> Delivery | None:
    """The oldest signal that was thrown for this instance."""
    mine = select(signal_delivery).where(signal_delivery.c.instance_id == instance_id)
    row = tx.execute(mine.order_by(signal_delivery.c.throw_id).limit(1)).first()
    return None if row is None else Delivery(row.throw_id, row.instance_id, row.name, row.hops)


def take(tx: Connection, delivery: Delivery) -> bool:
    """Strike out a delivery; False when another worker had it."""
    same = and_(
        signal_delivery.c.throw_id == delivery.throw_id,
        signal_delivery.c.instance_id == delivery.instance_id,
    )
    taken = delete(signal_delivery).where(same).returning(signal_delivery.c.throw_id)
    return tx.execute(taken).first() is not None
