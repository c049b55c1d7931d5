"""Rows of company periods, on the caller's transaction."""

from datetime import date

from sqlalchemy import Column, Connection, and_, delete, func, insert, or_, select, update

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
    """The periods of a teacher or tutor that have a day of ``during``; ``supervisor`` is the column."""
    columns = company_period.c
    near = and_(supervisor == name, columns.last_on >= during.first, columns.first_on <= during.last)
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


def cut_short(tx: Connection, parcours: str, today: date) -> None:
    """The follow-up has ended: what has not begun is forgotten, what runs ends today."""
    columns = company_period.c
    mine = columns.parcours_id == parcours
    tx.execute(delete(company_period).where(mine, columns.first_on > today))
    tx.execute(update(company_period).where(mine, columns.last_on > today).values(last_on=today))


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
