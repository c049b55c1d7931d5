"""Finds pupils of one lycée. Search terms travel by POST, never in a URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.enrolment.pupils.tables import pupil
from shared.errors import NotFound
from shared.french import normalised

MAX_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """``items``: rows of the table ``pupil``; ``next``: what to pass as ``after``, None at the end."""

    items: tuple[Mapping[str, Any], ...]
    next: str | None


def search_pupils(
    tx: sa.Connection, uai: str, text: str = "", after: str | None = None, limit: int = 20
) -> Page:
    """The pupils of the lycée whose names or INE contain every word of ``text``, by name; all without a word.

    ``after``: id of the last pupil of the page before (NotFound when it is not the lycée's); ``limit`` is
    brought within 1–100.
    """
    limit = min(max(limit, 1), MAX_LIMIT)
    query = sa.select(pupil).where(pupil.c.uai == uai)
    for word in normalised(text).split():
        query = query.where(pupil.c.search_text.contains(word, autoescape=True))
    if after is not None:
        last = get_pupil(tx, uai, after)
        query = query.where(sa.tuple_(pupil.c.name_key, pupil.c.id) > (last["name_key"], last["id"]))
    query = query.order_by(pupil.c.name_key, pupil.c.id).limit(limit + 1)
    rows = [dict(row) for row in tx.execute(query).mappings()]
    return Page(tuple(rows[:limit]), rows[limit - 1]["id"] if len(rows) > limit else None)


def get_pupil(tx: sa.Connection, uai: str, pupil_id: str) -> Mapping[str, Any]:
    """One pupil of the lycée (row of the table ``pupil``); NotFound when it is unknown or another lycée's."""
    query = sa.select(pupil).where(pupil.c.uai == uai, pupil.c.id == pupil_id)
    row = tx.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return dict(row)
