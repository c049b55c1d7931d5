"""Rows of company periods, on the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Row, and_, delete, func, insert, or_, select, update

from services.accompaniment.periods.tables import company_period
from shared.parcours.period import Period
from shared.parcours.pfmp import PFMP


def lock_supervisors(tx: Connection, teacher: str, tutor: str) -> None:
    """Two periods of one teacher or tutor are counted one after the other."""
    columns = company_period.c
    mine = or_(columns.teacher_id == teacher, columns.tutor == tutor)
    order = (columns.parcours_id, columns.solution_id)
    tx.execute(select(columns.parcours_id).where(mine).order_by(*order).with_for_update()).all()


def periods_of(tx: Connection, supervisor: Column[str], name: str, during: Period) -> list[Period]:
    """The periods of a teacher or tutor that have a day of ``during``; ``supervisor`` is the column.

    One of which no day was done is none.
    """
    columns = company_period.c
    is_one = or_(columns.attested_days.is_(None), columns.attested_days > 0)
    near = and_(supervisor == name, columns.last_on >= during.first, columns.first_on <= during.last, is_one)
    rows = tx.execute(select(columns.first_on, columns.last_on).where(near))
    return [Period(row.first_on, row.last_on) for row in rows]


def keep(tx: Connection, parcours: str, solution: str, teacher: str, tutor: str, period: Period) -> None:
    """Write the one row of a period."""
    tx.execute(
        insert(company_period).values(
            parcours_id=parcours, solution_id=solution, teacher_id=teacher, tutor=tutor,
            first_on=period.first, last_on=period.last,
        )
    )  # fmt: skip


def release(tx: Connection, parcours: str, solution: str) -> None:
    """Forget a period that will not be done; one that is attested stays."""
    columns = company_period.c
    tx.execute(
        delete(company_period).where(
            columns.parcours_id == parcours, columns.solution_id == solution, columns.attested_days.is_(None)
        )
    )


def of_parcours(tx: Connection, parcours: str) -> Sequence[Row[Any]]:
    """``solution_id``, ``last_on`` and ``attested_days`` (null: not attested) of the periods of a parcours."""
    columns = company_period.c
    found = select(columns.solution_id, columns.last_on, columns.attested_days)
    return tx.execute(found.where(columns.parcours_id == parcours)).all()


def stop(tx: Connection, parcours: str, solution: str, last_on: date) -> None:
    """A period has ended before its last day."""
    columns = company_period.c
    this = (columns.parcours_id == parcours, columns.solution_id == solution, columns.last_on > last_on)
    tx.execute(update(company_period).where(*this).values(last_on=last_on))


def call_off(tx: Connection, parcours: str, solution: str) -> None:
    """No day of a period was done, nor will be: the row says so to the checks of the plan (R9)."""
    columns = company_period.c
    this = (columns.parcours_id == parcours, columns.solution_id == solution)
    tx.execute(update(company_period).where(*this).values(attested_days=0))


def cut_short(tx: Connection, parcours: str, today: date) -> None:
    """The follow-up has ended: what has not begun is forgotten, what runs ends today."""
    columns = company_period.c
    mine = columns.parcours_id == parcours
    tx.execute(delete(company_period).where(mine, columns.first_on > today))
    tx.execute(update(company_period).where(mine, columns.last_on > today).values(last_on=today))


def begin(tx: Connection, parcours: str, solution: str, tutor_name: str) -> None:
    """The first day of a period has come, and its convention is signed."""
    columns = company_period.c
    this = (columns.parcours_id == parcours, columns.solution_id == solution)
    tx.execute(update(company_period).where(*this).values(tutor_name=tutor_name))


def close(tx: Connection, parcours: str, today: date, last: date) -> Mapping[str, Row[Any]]:
    """The follow-up has ended: what has begun and is not attested ends on ``last`` at the latest.

    What begins after ``last`` is forgotten; all else as ``cut_short`` does. Returns by solution what is to be attested:
    ``teacher_id``, ``tutor_name``, ``first_on`` and ``last_on``.
    """
    columns = company_period.c
    begun = (
        columns.parcours_id == parcours,
        columns.tutor_name.is_not(None),
        columns.attested_days.is_(None),
    )
    tx.execute(delete(company_period).where(*begun, columns.first_on > last))
    kept = {row.solution_id: row for row in tx.execute(select(company_period).where(*begun))}
    cut_short(tx, parcours, today)
    for solution, row in kept.items():
        this = (columns.parcours_id == parcours, columns.solution_id == solution)
        tx.execute(update(company_period).where(*this).values(last_on=min(row.last_on, last)))
    return {row.solution_id: row for row in tx.execute(select(company_period).where(*begun))}


def attest(tx: Connection, parcours: str, solution: str, days: int, frame: str) -> int:
    """Keep the days attested under a legal frame; returns those of the parcours' other periods as a PFMP.

    Days whose frame was not kept count: an allowance is rather estimated too low than paid twice.
    """
    columns = company_period.c
    mine = columns.parcours_id == parcours
    others = (mine, columns.solution_id != solution, or_(columns.frame.is_(None), columns.frame == PFMP))
    before = tx.execute(select(func.coalesce(func.sum(columns.attested_days), 0)).where(*others)).scalar_one()
    this = (mine, columns.solution_id == solution)
    tx.execute(update(company_period).where(*this).values(attested_days=days, frame=frame))
    return int(before)
