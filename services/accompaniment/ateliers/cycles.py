"""Cycles: one per lycée and campagne (R31), their convention, and their pupils, given by the lycée."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from services.accompaniment.ateliers.access import mine
from services.accompaniment.ateliers.rules import Hours
from services.accompaniment.ateliers.tables import convention, cycle, pupil
from shared.bpmn.tables import instance
from shared.database.upsert import keep_first
from shared.identity import Actor

MOST_CYCLES = 100


def find(tx: sa.Connection, uai: str, campagne: str) -> str | None:
    """Id of the lycée's cycle in a campagne."""
    query = sa.select(cycle.c.id).where(cycle.c.uai == uai, cycle.c.campagne == campagne)
    found: str | None = tx.execute(query).scalar()
    return found


def add(tx: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new cycle; False when somebody has opened the lycée's cycle of the campagne at the same instant."""
    return keep_first(tx, cycle, row)


def list_mine(tx: sa.Connection, actor: Actor) -> Sequence[Any]:
    """The cycles of the actor's organisation, the newest campagne first, with where each stands."""
    query = (
        sa.select(cycle, instance.c.status, instance.c.label, convention.c.lead_kind)
        .join(instance, instance.c.id == cycle.c.instance_id)
        .outerjoin(convention, convention.c.cycle_id == cycle.c.id)
        .where(mine(actor))
        .order_by(cycle.c.campagne.desc(), cycle.c.uai)
        .limit(MOST_CYCLES)
    )
    return tx.execute(query).all()


def record_convention(tx: sa.Connection, cycle_id: str, values: Mapping[str, Any]) -> None:
    """The convention of a cycle, concluded once; ``values`` are its columns."""
    tx.execute(sa.insert(convention).values(cycle_id=cycle_id, **values))


def hours_of(agreement: Any) -> Hours:
    """The convention's hours."""
    opens, closes = time.fromisoformat(agreement.opens_at), time.fromisoformat(agreement.closes_at)
    return Hours(opens, closes, frozenset(map(int, agreement.days)))


def enrol(tx: sa.Connection, cycle_id: str, given: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Pupils given by the lycée join the cycle; who is in it keeps the place, under the name given now. New ones."""
    known = set(tx.execute(sa.select(pupil.c.pupil_id).where(pupil.c.cycle_id == cycle_id)).scalars())
    new = {each["pupil_id"]: each for each in given if each["pupil_id"] not in known}
    for each in given:
        if each["pupil_id"] in known:
            same = (pupil.c.cycle_id == cycle_id, pupil.c.pupil_id == each["pupil_id"])
            tx.execute(sa.update(pupil).where(*same).values(**each))
    if new:
        rows = [{**each, "cycle_id": cycle_id, "enrolled_at": now} for each in new.values()]
        tx.execute(sa.insert(pupil), rows)
    return len(new)


def rename(tx: sa.Connection, pupil_id: str, names: Mapping[str, str]) -> None:
    """A pupil's names were wrong: in every cycle. ``names``: columns of the table."""
    tx.execute(sa.update(pupil).where(pupil.c.pupil_id == pupil_id).values(**names))


def pupils_of(tx: sa.Connection, cycle_id: str) -> Sequence[Any]:
    """The cycle's pupils, by class and name."""
    order = (pupil.c.class_code, pupil.c.family_name, pupil.c.given_name, pupil.c.pupil_id)
    return tx.execute(sa.select(pupil).where(pupil.c.cycle_id == cycle_id).order_by(*order)).all()


def count_pupils(tx: sa.Connection, cycle_id: str) -> int:
    found = tx.execute(sa.select(sa.func.count()).select_from(pupil).where(pupil.c.cycle_id == cycle_id))
    return int(found.scalar_one())
