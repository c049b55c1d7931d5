"""Reads and adds versions of campagnes, on the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from shared.campagnes.tables import campagne
from shared.errors import StaleVersion
from shared.identity import Actor
from shared.parcours.campagne import (
    Campagne,
    campagne_from,
    campagne_named,
    campagne_on,
    campagne_opening_on,
    delivered_data,
)
from shared.parcours.campagne_data import from_json, to_json

MESSAGE = "enrolment.campagne_publiee.v1"
FIRST = 1
_DELIVERER = ("system:release", "Version livrée")


@dataclass(frozen=True)
class Version:
    """One published version: ``data`` as ``shared.parcours.campagne_data`` has them, days as dates."""

    code: str
    version: int
    data: Mapping[str, Any]
    at: datetime | None
    author_name: str

    @property
    def campagne(self) -> Campagne:
        return campagne_from(self.data)


def current(tx: Connection) -> dict[str, Version]:
    """The version that counts of every campagne, by code, in the order of their codes."""
    newest = select(campagne.c.code, func.max(campagne.c.version).label("version")).group_by(campagne.c.code)
    told = newest.subquery()
    query = select(campagne).join(
        told, (campagne.c.code == told.c.code) & (campagne.c.version == told.c.version)
    )
    published = {row.code: _version(row) for row in tx.execute(query)}
    return dict(sorted((_delivered() | published).items()))


def campagne_by_code(tx: Connection, code: str) -> Campagne:
    """The campagne of that code as it is now; UnknownCampagne. As ``campagne_named`` for a year after the last."""
    return campagne_named(code, _campagnes(tx))


def campagne_at(tx: Connection, day: date) -> Campagne:
    """The campagne that covers ``day``, as it is now; UnknownCampagne. As ``campagne_on`` for a year after the last."""
    return campagne_on(day, _campagnes(tx))


def campagne_opening_at(tx: Connection, day: date) -> Campagne:
    """That of a parcours which is opened on ``day``, as it is now; UnknownCampagne. As ``campagne_opening_on``."""
    return campagne_opening_on(day, _campagnes(tx))


def versions(tx: Connection, code: str) -> Sequence[Version]:
    """Every version of one campagne, the newest first; none when there is no such campagne."""
    query = select(campagne).where(campagne.c.code == code).order_by(campagne.c.version.desc())
    found = [_version(row) for row in tx.execute(query)]
    return found or [each for each in _delivered().values() if each.code == code]


def version_of(tx: Connection, code: str, version: int) -> Version | None:
    """One version of a campagne, None when there is none."""
    return next((each for each in versions(tx, code) if each.version == version), None)


def add_version(
    tx: Connection, code: str, version: int, data: Mapping[str, Any], author: Actor, now: datetime
) -> None:
    """Add a version to a campagne, or a first one. StaleVersion when somebody else has added it meanwhile."""
    row = _row(code, version, data, (author.person_id, author.name), now)
    try:
        with tx.begin_nested():
            tx.execute(insert(campagne).values(row))
    except IntegrityError as error:
        raise StaleVersion() from error


def take(
    tx: Connection, code: str, version: int, data: Mapping[str, Any], author_name: str, now: datetime
) -> None:
    """Keep a version that another service has published; one that is there already stays as it is."""
    same = (campagne.c.code == code) & (campagne.c.version == version)
    if tx.execute(select(campagne.c.code).where(same)).first() is None:
        tx.execute(insert(campagne).values(_row(code, version, data, ("", author_name), now)))


def deliver(tx: Connection, now: datetime) -> None:
    """Write the delivered campagnes of which no version is there yet, as their first."""
    there = set(tx.scalars(select(campagne.c.code).distinct()))
    for each in _delivered().values():
        if each.code not in there:
            tx.execute(insert(campagne).values(_row(each.code, FIRST, each.data, _DELIVERER, now)))


def _campagnes(tx: Connection) -> list[Campagne]:
    return [version.campagne for version in current(tx).values()]


@cache
def _delivered() -> dict[str, Version]:
    return {
        data["code"]: Version(data["code"], FIRST, data, None, _DELIVERER[1]) for data in delivered_data()
    }


def _version(row: Row[Any]) -> Version:
    return Version(row.code, row.version, from_json(row.data), row.at, row.author_name)


def _row(
    code: str, version: int, data: Mapping[str, Any], author: tuple[str, str], now: datetime
) -> dict[str, Any]:
    return {
        "code": code, "version": version, "data": to_json(data), "at": now, "author_id": author[0],
        "author_name": author[1],
    }  # fmt: skip
