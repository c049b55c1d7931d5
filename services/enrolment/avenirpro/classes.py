"""The classes of a lycée and their pupils, as the school's file gave them (R35)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.enrolment.pupils.tables import pupil

MOST_PUPILS = 500


def _in_class(uai: str, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Still there: who has left the lycée comes to no workshop."""
    gone = sa.and_(pupil.c.left_on.is_not(None), pupil.c.left_on < today)
    return pupil.c.uai == uai, pupil.c.class_code.is_not(None), sa.not_(gone)


def classes_of(tx: sa.Connection, uai: str, today: date) -> Sequence[Any]:
    """(class_code, pupils) of the lycée, by class."""
    query = (
        sa.select(pupil.c.class_code, sa.func.count().label("pupils"))
        .where(*_in_class(uai, today))
        .group_by(pupil.c.class_code)
        .order_by(pupil.c.class_code)
    )
    return tx.execute(query).all()


def pupils_of_classes(tx: sa.Connection, uai: str, classes: Sequence[str], today: date) -> Sequence[Any]:
    """The pupils of some classes: id, names and class, by class and name; MOST_PUPILS at most."""
    name = sa.func.coalesce(pupil.c.usage_name, pupil.c.family_name).label("family_name")
    query = (
        sa.select(pupil.c.id, name, pupil.c.given_name, pupil.c.class_code)
        .where(*_in_class(uai, today), pupil.c.class_code.in_(classes))
        .order_by(pupil.c.class_code, pupil.c.name_key, pupil.c.id)
        .limit(MOST_PUPILS)
    )
    return tx.execute(query).all()
