"""Rows of the local offer, on the caller's transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from services.accompaniment.offre.tables import offer, seat
from shared.database.upsert import keep_first
from shared.parcours.offer import Offer

MOST_OPEN, MOST_PAST = 300, 50
Found = Row[Any]

_taken = (
    select(func.count())
    .where(seat.c.offer_id == offer.c.id)
    .correlate(offer)
    .scalar_subquery()
    .label("taken")
)


def is_choosable(today: date) -> ColumnElement[bool]:
    """Neither closed nor over."""
    return and_(offer.c.closed_at.is_(None), offer.c.last_on >= today)


def open_offers(tx: Connection, mission_locale: str, today: date) -> list[Found]:
    """What may be chosen, with ``taken`` seats: by its first day, MOST_OPEN at most."""
    mine = offer.c.mission_locale == mission_locale
    order = (offer.c.first_on, offer.c.title, offer.c.id)
    query = select(offer, _taken).where(mine, is_choosable(today)).order_by(*order).limit(MOST_OPEN)
    return list(tx.execute(query))


def past_offers(tx: Connection, mission_locale: str, today: date) -> list[Found]:
    """What may be chosen no more, the last first, MOST_PAST at most."""
    mine = offer.c.mission_locale == mission_locale
    gone = or_(offer.c.closed_at.is_not(None), offer.c.last_on < today)
    query = (
        select(offer, _taken).where(mine, gone).order_by(offer.c.last_on.desc(), offer.c.id).limit(MOST_PAST)
    )
    return list(tx.execute(query))


def count_open(tx: Connection, mission_locale: str, today: date) -> int:
    mine = offer.c.mission_locale == mission_locale
    return tx.execute(select(func.count()).where(mine, is_choosable(today))).scalar_one()


def one(tx: Connection, offer_id: str) -> Found | None:
    return tx.execute(select(offer, _taken).where(offer.c.id == offer_id)).first()


def lock(tx: Connection, offer_id: str) -> Found | None:
    """The offer, kept from others until the transaction ends: its seats are counted one plan after the other."""
    if tx.execute(select(offer.c.id).where(offer.c.id == offer_id).with_for_update()).first() is None:
        return None
    return one(tx, offer_id)


def same(
    tx: Connection, mission_locale: str, told: Offer, today: date, but: str | None = None
) -> Found | None:
    """The choosable offer of that title, partner and first day: what people would take for the same one.

    ``but``: the id of one that is not meant.
    """
    found = select(offer, _taken).where(
        offer.c.mission_locale == mission_locale, offer.c.title == told.title, offer.c.partner == told.partner,
        offer.c.first_on == told.first_on, is_choosable(today),
    )  # fmt: skip
    others = found if but is None else found.where(offer.c.id != but)
    return tx.execute(others.order_by(offer.c.id)).first()


def add(tx: Connection, offer_id: str, mission_locale: str, terms: Mapping[str, Any]) -> None:
    """Keep a new offer. One that somebody has kept under the same id at the same instant stays as it is."""
    keep_first(tx, offer, {"id": offer_id, "mission_locale": mission_locale, "version": 1, **terms})


def change(tx: Connection, row: Found, terms: Mapping[str, Any]) -> None:
    tx.execute(update(offer).where(offer.c.id == row.id).values(version=row.version + 1, **terms))


def close(tx: Connection, row: Found, now: datetime) -> None:
    change(tx, row, {"closed_at": now})


def as_offer(terms: Mapping[str, Any]) -> Offer:
    """The pure offer of a row's or a body's terms."""
    parts = ("kind", "title", "partner", "place", "first_on", "last_on", "frame", "minimum_age")
    return Offer(**{part: terms[part] for part in parts})
