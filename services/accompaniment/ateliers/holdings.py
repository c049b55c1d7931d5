"""What the tables of the workshops hold about pupils (R40, R41).

Figures stay as they are when a pupil is erased: closed sheets keep their marks, under ids that name nobody.
"""

from collections import Counter

import sqlalchemy as sa

from services.accompaniment.ateliers import tables
from services.accompaniment.ateliers.sessions import PLANNED
from shared.ids import uuid7
from shared.process.personal import Holding, Neutral, Subject, by_pupil, deleted


def _erase_attendance(tx: sa.Connection, subject: Subject) -> int:
    """Open sheets lose the pupil. Closed ones keep the mark, each with an id of its own: nothing joins them."""
    mine = by_pupil(tables.attendance.c.pupil_id)(subject)
    planned = sa.select(tables.session.c.id).where(tables.session.c.status == PLANNED)
    gone = sa.delete(tables.attendance).where(mine, tables.attendance.c.session_id.in_(planned))
    found = tx.execute(gone).rowcount
    for row in tx.execute(sa.select(tables.attendance).where(mine)).all():
        same = (
            tables.attendance.c.session_id == row.session_id,
            tables.attendance.c.pupil_id == row.pupil_id,
        )
        tx.execute(sa.update(tables.attendance).where(*same).values(pupil_id=uuid7()))
        found += 1
    return found


def _erase_pupil(tx: sa.Connection, subject: Subject) -> int:
    """The cycle keeps how many they were."""
    mine = by_pupil(tables.pupil.c.pupil_id)(subject)
    left = Counter(
        tx.execute(sa.delete(tables.pupil).where(mine).returning(tables.pupil.c.cycle_id)).scalars()
    )
    for cycle_id, count in left.items():
        more = {"erased_pupils": tables.cycle.c.erased_pupils + count}
        tx.execute(sa.update(tables.cycle).where(tables.cycle.c.id == cycle_id).values(**more))
    return left.total()


WORKSHOP_HOLDINGS: tuple[Holding, ...] = (
    deleted(tables.intention, "AvenirPro : intentions", by_pupil(tables.intention.c.pupil_id)),
    deleted(tables.interview, "AvenirPro : entretiens individuels", by_pupil(tables.interview.c.pupil_id)),
    Holding(
        tables.attendance, "AvenirPro : présences aux ateliers", by_pupil(tables.attendance.c.pupil_id),
        _erase_attendance, erased=frozenset({"pupil_id"}), kept=frozenset({"session_id", "status"}),
    ),
    Holding(
        tables.pupil, "AvenirPro : inscription au cycle d’ateliers", by_pupil(tables.pupil.c.pupil_id),
        _erase_pupil, erased=frozenset(tables.pupil.columns.keys()),
    ),
)  # fmt: skip
WORKSHOP_NEUTRAL: tuple[Neutral, ...] = (
    Neutral(tables.cycle, "un lycée, une campagne et ses opérateurs"),
    Neutral(tables.convention, "ce dont le lycée et ses opérateurs sont convenus"),
    Neutral(tables.contact, "les contacts des opérateurs avec le personnel du lycée"),
    Neutral(tables.session, "quand et où se tient une séance, et qui l’anime"),
    Neutral(tables.given_up, "un atelier qui n’a pas lieu, et pourquoi"),
)
