"""One row of the directory's file, checked (R34): an organisation with what it serves, or what is wrong. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.inbox.directory.csv_file import Row
from shared.parcours.academies import ACADEMIES, place_of
from shared.parcours.refusal import Reason, Refusal
from shared.parcours.siret import parse_siret
from shared.parcours.uai import parse_uai

KINDS = ("lycee", "mission_locale", "france_travail", "academie")
SERVING = ("mission_locale", "france_travail")
LONGEST = {"nom": 200, "ville": 100}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,35}")
_COMMUNE = re.compile(r"(?:[0-9]{5}|2[AB][0-9]{3})")


@dataclass(frozen=True)
class Checked:
    """An organisation as its row says it. ``communes``, ``lycees``: None when the file has no such column."""

    line: int
    id: str
    kind: str
    name: str
    city: str
    siret: str | None
    academie: str | None
    closed_on: date | None
    communes: frozenset[str] | None
    lycees: frozenset[str] | None

    @property
    def uai(self) -> str | None:
        return self.id if self.kind == "lycee" else None


def check_row(row: Row) -> tuple[Checked | None, list[Reason]]:
    """The organisation of a row, or every reason for which it is refused."""
    if row.is_ragged:
        return None, [Reason("annuaire.ragged")]
    values, reasons = row.values, list(_faults(row.values))
    if reasons:
        return None, reasons
    kind, id_ = values["genre"], _identifier(values)
    return Checked(
        line=row.line, id=id_, kind=kind, name=values["nom"], city=values["ville"],
        siret=parse_siret(values["siret"]) if values.get("siret") else None,
        academie=values.get("academie") or _academie(kind, id_),
        closed_on=_day(values["fermee_le"]) if values.get("fermee_le") else None,
        communes=_several(values, "communes"), lycees=_several(values, "lycees"),
    ), []  # fmt: skip


def _faults(values: Mapping[str, str]) -> Iterator[Reason]:
    if values["genre"] not in KINDS:
        yield Reason("annuaire.kind", {"allowed": ", ".join(KINDS)})
    elif values["genre"] == "lycee":
        yield from _parsed(parse_uai, values["organisation"])
    elif values["genre"] == "academie":
        if values["organisation"] not in ACADEMIES:  # an académie is known under its own name
            yield Reason("annuaire.academie", {"allowed": ", ".join(ACADEMIES)})
    elif not _CODE.fullmatch(values["organisation"]):
        yield Reason("annuaire.code")
    for name, longest in LONGEST.items():
        if not 1 <= len(values[name]) <= longest or not values[name].isprintable():
            yield Reason("annuaire.text", {"column": name, "most": longest})
    if values.get("siret"):
        yield from _parsed(parse_siret, values["siret"])
    if values.get("academie") and values["academie"] not in ACADEMIES:
        yield Reason("annuaire.academie", {"allowed": ", ".join(ACADEMIES)})
    if values.get("fermee_le") and _day(values["fermee_le"]) is None:
        yield Reason("annuaire.day")
    yield from _served_faults(values)


def _served_faults(values: Mapping[str, str]) -> Iterator[Reason]:
    communes, lycees = _several(values, "communes") or (), _several(values, "lycees") or ()
    if values["genre"] not in SERVING and (communes or lycees):
        yield Reason("annuaire.serves_nobody")
    for wrong in sorted(each for each in communes if not _COMMUNE.fullmatch(each)):
        yield Reason("annuaire.commune", {"commune": wrong})
    for uai in sorted(lycees):
        if any(_parsed(parse_uai, uai)):
            yield Reason("annuaire.served_uai", {"uai": uai})


def _parsed(parse: object, text: str) -> Iterator[Reason]:
    try:
        parse(text)  # type: ignore[operator]  # parse_uai or parse_siret
    except Refusal as refusal:
        yield refusal.reason


def _identifier(values: Mapping[str, str]) -> str:
    return parse_uai(values["organisation"]) if values["genre"] == "lycee" else values["organisation"]


def _academie(kind: str, id_: str) -> str | None:
    """Of an organisation whose row tells none: a lycée's follows from its UAI."""
    if kind == "lycee":
        return place_of(id_).academie or None
    return id_ if kind == "academie" else None


def _several(values: Mapping[str, str], column: str) -> frozenset[str] | None:
    if column not in values:
        return None
    return frozenset(filter(None, re.split(r"[\s,|]+", values[column].upper())))


def _day(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 — a day has no zone
        except ValueError:
            continue
    return None
