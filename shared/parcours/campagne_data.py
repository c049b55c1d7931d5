"""The data of a campagne as nested mappings, from TOML or JSON, and all that may be wrong with them.

Keys are French, as in the files; days are dates. ``SETTINGS`` is the whole shape: what has no setting is refused.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.parcours.mef import Diploma
from shared.parcours.months import add_months
from shared.parcours.pfmp import FRAMES
from shared.parcours.refusal import Reason, Refusal
from shared.parcours.uai import parse_uai

INFERRED, DECREE_2025 = "I", "A25"
MOST_WORKSHOPS = 10
LONGEST_TEXT = 300
_CODE = re.compile(r"(20[0-9]{2})-(20[0-9]{2})")


@dataclass(frozen=True)
class Setting:
    """One value of a campagne, by its dotted ``path``. ``low`` to ``high``: of a number; ``choices``: of a list.

    ``mark``: ``I`` when the domain only infers it, ``A25`` when it holds since the arrêté of 28 November 2025;
    neither is to be shown as law. ``default``: of one that came later than the first campagnes: what those that
    do not name it mean.
    """

    path: str
    kind: type
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    mark: str = ""
    default: Any = None


DEADLINES = {
    "prise_en_charge": 60, "entretien": 60, "signatures": 60, "action": 60, "point_etape": 60,
    "convocation_bilan": 60, "convocation": 60, "relance": 60, "escalade": 60, "correction": 60,
}  # fmt: skip
"""R45: the names of the deadlines → the most working days that one may have."""

SETTINGS = (
    Setting("code", str),
    Setting("nom", str),
    Setting("phases.premiere", str),
    Setting("phases.seconde", str),
    Setting("rentree", date),
    Setting("fin", date),
    Setting("session", int, 2023, 2100),
    Setting("duree.mois", int, 1, 4),
    Setting("duree.avant_31_decembre", bool, mark=INFERRED),
    Setting("pfmp.cadres_comptes", list, choices=FRAMES, mark=INFERRED),
    Setting("pacea.ouvert", bool, mark=INFERRED),
    Setting("pmsmp.ouverte", bool, mark=INFERRED),
    Setting("sms.ouverts", bool, mark=INFERRED, default=True),
    Setting("ateliers.minutes_minimum", int, 0, 480, mark=DECREE_2025),
    Setting("ateliers.au_lycee", bool, mark=DECREE_2025),
    Setting("ateliers.entretiens_sur_demande", bool, mark=DECREE_2025),
    Setting("ateliers.diplomes", list, choices=tuple(map(str, Diploma)), mark=DECREE_2025),
    Setting("entree_lycees.defaut", date),
    Setting("delais.vacances_ouvrees", bool, mark=INFERRED),
    *(Setting(f"delais.jours.{name}", int, 1, most, mark=INFERRED) for name, most in DEADLINES.items()),
    Setting("conservation.anniversaire", int, 18, 30, mark=INFERRED),
    Setting("conservation.ans_apres_anniversaire", int, 0, 10, mark=INFERRED),
    Setting("conservation.ans_apres_sortie", int, 0, 10, mark=INFERRED),
    Setting("conservation.ans_utilisateur", int, 0, 10, mark=INFERRED),
)
WORKSHOPS, ENTRIES = "ateliers.liste", "entree_lycees.exceptions"
"""The two that are no single value: a list of ``{titre, objectif}``, and a mapping from UAI to day."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at one ``path``."""

    path: str
    reason: Reason


class MalformedCampagne(ValueError):
    """The data of a campagne have ``faults``; the text names their keys, never a value."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(", ".join(f"{each.path}: {each.reason.code}" for each in faults))


def from_toml(text: str) -> Mapping[str, Any]:
    """The data in a TOML text, not yet checked. MalformedCampagne when it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedCampagne((Fault("", Reason("campagnes.not_toml", {"detail": str(error)})),)) from error


def to_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with days as text, for JSON."""
    return {key: _json(value) for key, value in data.items()}


def from_json(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data that ``to_json`` gave; a text where a day belongs becomes one, or stays for the check to refuse."""
    days = {setting.path for setting in SETTINGS if setting.kind is date}
    return _with_days(data, "", days)


def check_data(data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Everything that is wrong with the data of one campagne; nothing when it may be used."""
    faults = (*_shape_faults(data), *_value_faults(data), *_workshop_faults(data), *_entry_faults(data))
    return faults or tuple(_date_faults(data))


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None when it is not there."""
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def setting_of(data: Mapping[str, Any], setting: Setting) -> Any:
    """The value of a setting; what campagnes that do not name it mean."""
    value = value_at(data, setting.path)
    return setting.default if value is None else value


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return to_json(value)
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _with_days(data: Mapping[str, Any], path: str, days: set[str]) -> dict[str, Any]:
    return {name: _with_day(value, f"{path}{name}", days) for name, value in data.items()}


def _with_day(value: Any, path: str, days: set[str]) -> Any:
    if isinstance(value, Mapping):
        return _with_days(value, f"{path}.", days)
    if isinstance(value, str) and (path in days or path.startswith(f"{ENTRIES}.")):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _shape_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    known = {setting.path for setting in SETTINGS} | {WORKSHOPS, ENTRIES}
    for path in sorted(set(_paths(data, "", known)) - known):
        yield Fault(path, Reason("campagnes.unknown_key"))
    later = {
        setting.path
        for setting in SETTINGS
        if setting.default is not None and not _is_named(data, setting.path)
    }
    for path in sorted(path for path in known - later if value_at(data, path) is None):
        yield Fault(path, Reason("campagnes.missing"))


def _is_named(data: Mapping[str, Any], path: str) -> bool:
    """Whether the data have a value at a path, be it null."""
    *outer, last = path.split(".")
    holder = value_at(data, ".".join(outer)) if outer else data
    return last in holder if isinstance(holder, Mapping) else holder is not None


def _paths(data: Mapping[str, Any], start: str, known: set[str]) -> Iterator[str]:
    """The dotted paths of all values, down to those that are known."""
    for name, value in data.items():
        path = f"{start}{name}"
        if isinstance(value, Mapping) and path not in known:
            yield from _paths(value, f"{path}.", known)
        else:
            yield path


def _value_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    for setting in SETTINGS:
        value = value_at(data, setting.path)
        if value is not None and (reason := _wrong(value, setting)):
            yield Fault(setting.path, reason)


def _wrong(value: Any, setting: Setting) -> Reason | None:
    is_of_kind = type(value) is setting.kind
    return _out_of_range(value, setting) if is_of_kind else Reason(f"campagnes.not_{setting.kind.__name__}")


def _out_of_range(value: Any, setting: Setting) -> Reason | None:
    if setting.kind is str and not 1 <= len(value.strip()) <= LONGEST_TEXT:
        return Reason("campagnes.text_length", {"most": LONGEST_TEXT})
    if setting.kind is int and not setting.low <= value <= setting.high:
        return Reason("campagnes.number_range", {"low": setting.low, "high": setting.high})
    if setting.kind is list and not all(each in setting.choices for each in value):
        return Reason("campagnes.other_choice", {"allowed": ", ".join(setting.choices)})
    return None


def _workshop_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    items = value_at(data, WORKSHOPS)
    if items is None:
        return
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_WORKSHOPS:
        yield Fault(WORKSHOPS, Reason("campagnes.workshop_count", {"most": MOST_WORKSHOPS}))
        return
    for number, item in enumerate(items, start=1):
        if not _is_workshop(item):
            yield Fault(WORKSHOPS, Reason("campagnes.workshop", {"number": number, "most": LONGEST_TEXT}))


def _is_workshop(item: Any) -> bool:
    return (
        isinstance(item, Mapping)
        and item.keys() == {"titre", "objectif"}
        and all(isinstance(text, str) and len(text) <= LONGEST_TEXT for text in item.values())
        and bool(item["titre"].strip())
    )


def _entry_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    entries = value_at(data, ENTRIES)
    if entries is None:
        return
    if not isinstance(entries, Mapping):
        yield Fault(ENTRIES, Reason("campagnes.entries"))
        return
    for uai, day in entries.items():
        try:
            is_uai = parse_uai(uai) == uai
        except Refusal:
            is_uai = False
        if not is_uai or type(day) is not date:
            yield Fault(ENTRIES, Reason("campagnes.entry", {"uai": uai}))


def _date_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Of data whose values are well-formed: whether they fit each other."""
    code = _CODE.fullmatch(data["code"])
    if not code or int(code[2]) != int(code[1]) + 1:
        yield Fault("code", Reason("campagnes.code"))
    elif data["rentree"].year != int(code[1]):
        yield Fault("rentree", Reason("campagnes.rentree_year", {"year": int(code[1])}))
    if data["fin"] <= data["rentree"]:
        yield Fault("fin", Reason("campagnes.end_before_rentree", {"rentree": data["rentree"]}))
    if data["session"] != data["rentree"].year:
        yield Fault("session", Reason("campagnes.session_year", {"year": data["rentree"].year}))


def data_a_year_later(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same settings for the school year after: what a new campagne is begun with. Lycées have all entered."""
    rentree, fin, default_on = (
        add_months(day, 12) for day in (data["rentree"], data["fin"], data["entree_lycees"]["defaut"])
    )
    return {
        **data, "code": f"{rentree.year}-{rentree.year + 1}", "rentree": rentree, "fin": fin,
        "session": data["session"] + 1, "entree_lycees": {"defaut": default_on, "exceptions": {}},
    }  # fmt: skip
