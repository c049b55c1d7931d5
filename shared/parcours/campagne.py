"""A campagne: the names, numbers and dates of a school year, read from TOML data and never from code.

Its deadlines (R45) are not here: the diagrams take them from the decision tables ``workflows/*/delais.dmn``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shared.parcours.months import add_months
from shared.parcours.pfmp import FRAMES

_HORIZON = date(2100, 1, 1)  # a later day is a slip of the pen
_FOLDER = Path(__file__).parent / "campagnes"
_SHAPE: Mapping[str, Any] = {
    "code": str, "nom": str, "rentree": date, "fin": date, "session": int,
    "duree": {"mois": int, "avant_31_decembre": bool},
    "pfmp": {"cadres_comptes": list},
    "pacea": {"ouvert": bool},
}  # fmt: skip


class MalformedCampagne(ValueError):
    """The data of a campagne lacks a key, has an unknown one, or a value of another type or range."""


class UnknownCampagne(LookupError):
    """No campagne covers that day."""


@dataclass(frozen=True)
class Campagne:
    """``session``: year of the exam session that opens the parcours (R1); ``counted_frames``: R25, R9;
    ``is_within_year``: R10; ``is_pacea_open``: R22."""

    code: str
    name: str
    rentree_on: date
    ends_on: date
    session: int
    max_months: int
    is_within_year: bool
    counted_frames: frozenset[str]
    is_pacea_open: bool


def read_campagne(text: str) -> Campagne:
    """A campagne from its TOML text. MalformedCampagne names the key at fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedCampagne(str(error)) from error
    _check(data, _SHAPE, "")
    campagne = _build(data)
    _check_values(campagne)
    return campagne


def load_campagnes(folder: Path = _FOLDER) -> tuple[Campagne, ...]:
    """Every ``*.toml`` of ``folder``, by date of rentrée; by default those of the project."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
    return tuple(sorted(map(read_campagne, texts), key=lambda campagne: campagne.rentree_on))


def campagne_on(day: date, campagnes: Iterable[Campagne]) -> Campagne:
    """The campagne that covers ``day``; UnknownCampagne when there is none.

    A school year after the last one configured goes by the last one's terms, whole years later: pupils are not
    kept waiting for a file.
    """
    known = sorted(campagnes, key=lambda campagne: campagne.rentree_on)
    while known and known[-1].ends_on < day <= _HORIZON:
        known.append(_a_year_later(known[-1]))
    for campagne in known:
        if campagne.rentree_on <= day <= campagne.ends_on:
            return campagne
    raise UnknownCampagne(day.isoformat())


def project_campagne_on(day: date) -> Campagne:
    """The project's own campagne that covers ``day``, its files read once; UnknownCampagne when there is none."""
    return campagne_on(day, _project_campagnes())


@cache
def _project_campagnes() -> tuple[Campagne, ...]:
    return load_campagnes()


def _a_year_later(campagne: Campagne) -> Campagne:
    rentree_on, ends_on = (add_months(day, 12) for day in (campagne.rentree_on, campagne.ends_on))
    return replace(
        campagne, code=f"{rentree_on.year}-{ends_on.year}", rentree_on=rentree_on, ends_on=ends_on,
        session=campagne.session + 1,
    )  # fmt: skip


def _check(data: Mapping[str, Any], shape: Mapping[str, Any], path: str) -> None:
    for name in sorted(data.keys() ^ shape.keys()):
        raise MalformedCampagne(f"{'unknown' if name in data else 'missing'} key {path}{name}")
    for name, expected in shape.items():
        if isinstance(expected, Mapping) and isinstance(data[name], Mapping):
            _check(data[name], expected, f"{path}{name}.")
        elif type(data[name]) is not expected:
            raise MalformedCampagne(f"{path}{name} has another type")


def _build(data: Mapping[str, Any]) -> Campagne:
    return Campagne(
        code=data["code"], name=data["nom"], rentree_on=data["rentree"], ends_on=data["fin"],
        session=data["session"], max_months=data["duree"]["mois"],
        is_within_year=data["duree"]["avant_31_decembre"],
        counted_frames=frozenset(data["pfmp"]["cadres_comptes"]),
        is_pacea_open=data["pacea"]["ouvert"],
    )  # fmt: skip


def _check_values(campagne: Campagne) -> None:
    if campagne.ends_on < campagne.rentree_on:
        raise MalformedCampagne("fin is before rentree")
    if not 1 <= campagne.max_months <= 4:
        raise MalformedCampagne("duree.mois is 1 to 4 (R8)")
    if unknown := campagne.counted_frames.difference(FRAMES):
        raise MalformedCampagne(f"pfmp.cadres_comptes: unknown {', '.join(sorted(unknown))}")
