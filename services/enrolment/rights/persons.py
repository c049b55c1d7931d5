"""Finds a person among the pupils of all lycées, for the DPO: the only look at pupils that no lycée bounds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from services.enrolment.pupils.tables import opened_parcours, pupil
from shared.french import normalised

MOST = 50


def find(look: Connection, text: str, born_on: date | None) -> Sequence[Mapping[str, Any]]:
    """Pupils whose names or INE have every word of ``text``, born on that day if one is given; at most MOST."""
    words = normalised(text).split()
    if not words:
        return []
    query = select(pupil)
    for word in words:
        query = query.where(pupil.c.search_text.contains(word, autoescape=True))
    if born_on is not None:
        query = query.where(pupil.c.born_on == born_on)
    rows = look.execute(query.order_by(pupil.c.name_key, pupil.c.id).limit(MOST)).mappings().all()
    return [dict(row) | {"parcours": _parcours(look, row["id"])} for row in rows]


def _parcours(look: Connection, pupil_id: str) -> list[str]:
    found = select(opened_parcours.c.parcours_id).where(opened_parcours.c.pupil_id == pupil_id)
    return list(look.scalars(found.order_by(opened_parcours.c.parcours_id)))
