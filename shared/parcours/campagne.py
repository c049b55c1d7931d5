"""A campagne: the names, numbers and dates of a school year, which are data and never code.

Delivered ones are ``campagnes/*.toml``; ``campagne_data`` reads and checks what people or files write down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from shared.parcours.campagne_data import Fault, MalformedCampagne, check_data, from_toml
from shared.parcours.months import add_months

_HORIZON = date(2100, 1, 1)  # a later day is a slip of the pen
_FOLDER = Path(__file__).parent / "campagnes"
_MONTHS_A_YEAR = 12
_EXAMS_OVER = 7  # July: the month from which a session has been sat [I]


class UnknownCampagne(LookupError):
    """No campagne covers that day, or has that code."""


@dataclass(frozen=True)
class Workshop:
    """R28: one workshop of AvenirPro. ``objective`` is empty when it is not published."""

    number: int
    title: str
    objective: str


@dataclass(frozen=True)
class Workshops:
    """R28–R30: ``least_minutes`` of a workshop, 0 when none is stated; ``diplomas``: whose pupils they are for."""

    items: tuple[Workshop, ...]
    least_minutes: int
    is_in_lycee: bool
    are_interviews_on_wish: bool
    diplomas: frozenset[str]


@dataclass(frozen=True)
class Retention:
    """R40: the earlier of the birthday ``birthday`` + ``years_after_birthday`` and the exit + ``years_after_exit``.

    ``user_years``: how long a user is known after his or her habilitation ended.
    """

    birthday: int
    years_after_birthday: int
    years_after_exit: int
    user_years: int


@dataclass(frozen=True)
class Campagne:
    """``name``: of the device; ``phases``: names of its phases 1 and 2; ``session``: year of the exam session that
    opens the parcours (R1); ``is_within_year``: R10; ``counted_frames``: R25, R9; ``is_pacea_open``: R22;
    ``is_pmsmp_open``: R24, under statut scolaire; ``is_sms_open``: whether SMS leave; ``entries_on``: a lycée's
    entry, by UAI where not ``default_entry_on``; ``deadlines``: working days (R45); ``are_holidays_worked``: whether
    days of the school holidays are working days."""

    code: str
    name: str
    phases: tuple[str, str]
    rentree_on: date
    ends_on: date
    session: int
    max_months: int
    is_within_year: bool
    counted_frames: frozenset[str]
    is_pacea_open: bool
    is_pmsmp_open: bool
    is_sms_open: bool
    workshops: Workshops
    default_entry_on: date
    entries_on: Mapping[str, date]
    deadlines: Mapping[str, int]
    are_holidays_worked: bool
    retention: Retention

    def entry_of(self, uai: str) -> date:
        """The day on which a lycée enters the device."""
        return self.entries_on.get(uai, self.default_entry_on)

    def covers(self, day: date) -> bool:
        return self.rentree_on <= day <= self.ends_on


def campagne_from(data: Mapping[str, Any]) -> Campagne:
    """A campagne from its data (``campagne_data``); MalformedCampagne tells every fault."""
    if faults := check_data(data):
        raise MalformedCampagne(faults)
    return _build(data)


def read_campagne(text: str) -> Campagne:
    """A campagne from its TOML text. MalformedCampagne tells every fault."""
    return campagne_from(from_toml(text))


def delivered_data(folder: Path = _FOLDER) -> tuple[Mapping[str, Any], ...]:
    """The data of every ``*.toml`` of ``folder``, by date of rentrée; by default those of the project."""
    found = [from_toml(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")]
    return tuple(sorted(found, key=lambda data: campagne_from(data).rentree_on))


def load_campagnes(folder: Path = _FOLDER) -> tuple[Campagne, ...]:
    """Every ``*.toml`` of ``folder``, by date of rentrée; by default those of the project."""
    return tuple(map(campagne_from, delivered_data(folder)))


def campagne_on(day: date, campagnes: Iterable[Campagne]) -> Campagne:
    """The campagne that covers ``day``; UnknownCampagne when there is none.

    A school year after the last one configured goes by the last one's terms, whole years later: pupils are not
    kept waiting for a file.
    """
    known = sorted(campagnes, key=lambda campagne: campagne.rentree_on)
    while known and known[-1].ends_on < day <= _HORIZON:
        known.append(a_year_later(known[-1]))
    for campagne in known:
        if campagne.covers(day):
            return campagne
    raise UnknownCampagne(day.isoformat())


def campagne_opening_on(day: date, campagnes: Iterable[Campagne]) -> Campagne:
    """The campagne of a parcours that is opened on ``day``; UnknownCampagne when there is none.

    R1, R7: from July of the year of its session on, when the exams are over [I], a campagne is opened for before its
    rentrée: who has just sat them enters from that rentrée on, and by that campagne's terms.
    """
    known = sorted(campagnes, key=lambda campagne: campagne.rentree_on)
    present = campagne_on(day, known)
    later = (each for each in (*known, a_year_later(present)) if each.rentree_on > present.ends_on)
    following = next(later)
    return following if day >= date(following.session, _EXAMS_OVER, 1) else present


def campagne_named(code: str, campagnes: Iterable[Campagne]) -> Campagne:
    """The campagne with that code ("2026-2027"); UnknownCampagne when there is none.

    As with ``campagne_on``, a school year after the last one goes by the last one's terms.
    """
    known = sorted(campagnes, key=lambda campagne: campagne.rentree_on)
    while known and known[-1].code < code and known[-1].ends_on < _HORIZON:
        known.append(a_year_later(known[-1]))
    for campagne in known:
        if campagne.code == code:
            return campagne
    raise UnknownCampagne(code)


@cache
def project_campagnes() -> tuple[Campagne, ...]:
    """The delivered campagnes, their files read once."""
    return load_campagnes()


def a_year_later(campagne: Campagne) -> Campagne:
    """The same terms for the school year after; lycées that have entered stay in."""
    rentree_on, ends_on, default_on = (
        add_months(day, _MONTHS_A_YEAR)
        for day in (campagne.rentree_on, campagne.ends_on, campagne.default_entry_on)
    )
    return replace(
        campagne, code=f"{rentree_on.year}-{rentree_on.year + 1}", rentree_on=rentree_on, ends_on=ends_on,
        session=campagne.session + 1, default_entry_on=default_on,
    )  # fmt: skip


def _build(data: Mapping[str, Any]) -> Campagne:
    workshops, entries = data["ateliers"], data["entree_lycees"]
    return Campagne(
        code=data["code"], name=data["nom"], phases=(data["phases"]["premiere"], data["phases"]["seconde"]),
        rentree_on=data["rentree"], ends_on=data["fin"], session=data["session"],
        max_months=data["duree"]["mois"], is_within_year=data["duree"]["avant_31_decembre"],
        counted_frames=frozenset(data["pfmp"]["cadres_comptes"]),
        is_pacea_open=data["pacea"]["ouvert"], is_pmsmp_open=data["pmsmp"]["ouverte"],
        is_sms_open=data.get("sms", {}).get("ouverts", True),
        workshops=Workshops(
            items=tuple(
                Workshop(number, each["titre"], each["objectif"])
                for number, each in enumerate(workshops["liste"], start=1)
            ),
            least_minutes=workshops["minutes_minimum"], is_in_lycee=workshops["au_lycee"],
            are_interviews_on_wish=workshops["entretiens_sur_demande"],
            diplomas=frozenset(workshops["diplomes"]),
        ),
        default_entry_on=entries["defaut"], entries_on=dict(entries["exceptions"]),
        deadlines=dict(data["delais"]["jours"]), are_holidays_worked=data["delais"]["vacances_ouvrees"],
        retention=Retention(
            birthday=data["conservation"]["anniversaire"],
            years_after_birthday=data["conservation"]["ans_apres_anniversaire"],
            years_after_exit=data["conservation"]["ans_apres_sortie"],
            user_years=data["conservation"]["ans_utilisateur"],
        ),
    )  # fmt: skip


__all__ = [
    "Campagne",
    "Fault",
    "MalformedCampagne",
    "Retention",
    "UnknownCampagne",
    "Workshop",
    "Workshops",
    "a_year_later",
    "campagne_from",
    "campagne_named",
    "campagne_on",
    "campagne_opening_on",
    "delivered_data",
    "load_campagnes",
    "project_campagnes",
    "read_campagne",
]
