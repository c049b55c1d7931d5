"""Which element of a diagram fixes an appointment, and which variables say when and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shared.bpmn import Definition, Finding
from shared.documents.faults import fault
from shared.documents.library import TypeRefused, read_toml

KEYS: Mapping[str, type] = {
    "titre": str, "element": str, "jour": str, "heure": str, "lieu": str, "minutes": int, "annule": list,
    "personnes": list, "courriels": list, "telephones": list, "courriels_parents": list,
    "telephones_parents": list,
}  # fmt: skip
REQUIRED = ("titre", "element", "jour", "minutes")
FIRST_NAME = "eleve_prenom"
INVITED = ("personnes", "courriels", "telephones", "courriels_parents", "telephones_parents")
DAYS, HOURS = ("date", "dateTime"), ("time", "string")
LONGEST = 8 * 60
"""Minutes of an appointment, at most."""


@dataclass(frozen=True)
class Appointment:
    """``day``, ``hour`` (may be ''), ``place`` (may be ''): variables; ``minutes``: how long; ``cancelled_by``:
    elements that call it off while it is to come. Who is invited, by variables: ``people`` (ids of persons),
    ``emails`` and ``phones`` of the pupil, those of the ``parents`` while the pupil is a minor."""

    kind: str
    title: str
    element: str
    day: str
    hour: str
    place: str
    minutes: int
    cancelled_by: tuple[str, ...]
    people: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    parents_emails: tuple[str, ...] = ()
    parents_phones: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return (*self.people, *self.emails, *self.phones, *self.parents_emails, *self.parents_phones)


@dataclass(frozen=True)
class Appointments:
    """Those of one service. ``folder`` may be absent: it fixes none."""

    folder: Path

    @cached_property
    def known(self) -> Sequence[Appointment]:
        """Raises TypeRefused: ``check`` tells it before anything runs."""
        return [read_appointment(path) for path in sorted(self.folder.glob("*.toml"))]

    @cached_property
    def by_element(self) -> Mapping[str, tuple[Appointment, ...]]:
        return _by((each.element, each) for each in self.known)

    @cached_property
    def cancelled_by(self) -> Mapping[str, tuple[Appointment, ...]]:
        return _by((element, each) for each in self.known for element in each.cancelled_by)


def read_appointment(path: Path) -> Appointment:
    """Raises TypeRefused."""
    data = read_toml(path, KEYS, REQUIRED)
    if not 0 < data["minutes"] <= LONGEST:
        raise TypeRefused("key_value", key="minutes", value=data["minutes"], allowed=f"1 à {LONGEST}")
    return Appointment(
        path.stem, data["titre"], data["element"], data["jour"], data.get("heure", ""), data.get("lieu", ""),
        data["minutes"], tuple(data.get("annule", [])),
        *(tuple(data.get(key, [])) for key in INVITED),
    )  # fmt: skip


def check_appointments(found: Appointments, definitions: Sequence[Definition]) -> list[Finding]:
    """The faults of a service's appointments, against the diagrams that fix them."""
    return [each for path in sorted(found.folder.glob("*.toml")) for each in _check(path, definitions)]


def _check(path: Path, definitions: Sequence[Definition]) -> Iterator[Finding]:
    file = f"invitations/{path.name}"
    try:
        appointment = read_appointment(path)
    except TypeRefused as refused:
        yield fault(file, "", refused.code, **refused.params)
        return
    makers = [each for each in definitions if appointment.element in each.elements]
    for element in (appointment.element, *appointment.cancelled_by):
        if not any(element in each.elements for each in definitions):
            yield fault(file, element, "element_unknown")
    for name, types in _asked(appointment):
        variable = makers[0].variables.get(name) if makers else None
        if makers and variable is None:
            yield fault(file, appointment.element, "variable_unknown", variable=name)
        elif variable is not None and variable.type not in types:
            yield fault(file, appointment.element, "variable_type", variable=name, allowed=", ".join(types))
        elif variable is not None and variable.side != "both":
            yield fault(file, appointment.element, "variable_hidden", variable=name, side="both")


def _asked(appointment: Appointment) -> Iterator[tuple[str, Sequence[str]]]:
    yield appointment.day, DAYS
    yield FIRST_NAME, ("string",)
    if appointment.hour:
        yield appointment.hour, HOURS
    if appointment.place:
        yield appointment.place, ("string",)
    for name in appointment.addresses:
        yield name, ("string",)


def _by(pairs: Iterator[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for element, each in pairs:
        found[element] = (*found.get(element, ()), each)
    return found
