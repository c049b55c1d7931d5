"""Who read the names of a cycle's pupils (R41): one row for all of them, since the cycle's list tells who they are."""

import sqlalchemy as sa

from services.accompaniment.ateliers.tables import pupil
from shared.process.personal import Holding, Subject, by_parcours, by_pupil
from shared.process.personal.tables import access


def _read(subject: Subject) -> sa.ColumnElement[bool]:
    """Who read one of the person's parcours, or the names of a cycle in which the person is."""
    cycles = sa.select(pupil.c.cycle_id).where(by_pupil(pupil.c.pupil_id)(subject))
    return sa.or_(by_parcours(access.c.parcours_id)(subject), access.c.parcours_id.in_(cycles))


def _erase(tx: sa.Connection, subject: Subject) -> int:
    """Those of the parcours; those of a cycle with its last pupil: until then they are about the others too."""
    of_person = by_pupil(pupil.c.pupil_id)(subject)
    mine = sa.select(pupil.c.cycle_id).where(of_person)
    others = sa.select(pupil.c.cycle_id).where(pupil.c.cycle_id.in_(mine), sa.not_(of_person))
    ending = set(tx.scalars(mine)) - set(tx.scalars(others))
    theirs = by_parcours(access.c.parcours_id)(subject)
    gone = sa.delete(access).where(sa.or_(theirs, access.c.parcours_id.in_(ending)))
    return len(tx.execute(gone.returning(*access.primary_key)).all())


ACCESS_HOLDING = Holding(
    access, "Consultations du dossier et des listes d’ateliers", _read, _erase,
    frozenset(access.columns.keys()), names=[("person_id", "person_name")],
)  # fmt: skip
"""In the place of the shared one; it is erased before the lists, by which it finds its rows."""
