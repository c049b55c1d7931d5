"""Which known pupil a row is about: the INE, else the name and the date of birth, within one lycée."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.parcours.refusal import Refusal

_IDENTIFIERS = ("ine", "former_ine")


class KnownPupils:
    """The pupils of one lycée, found by what identifies them; those of the running import are added."""

    def __init__(self, pupils: Iterable[Mapping[str, Any]]) -> None:
        self._by_identifier: dict[str, str] = {}
        self._by_person: dict[tuple[str, date], set[str]] = defaultdict(set)
        self._pupils: dict[str, Mapping[str, Any]] = {}
        for pupil in pupils:
            self.put(pupil)

    def put(self, pupil: Mapping[str, Any]) -> None:
        """Adds a pupil (columns of the table ``pupil``), or replaces the one of the same id."""
        self._pupils[pupil["id"]] = pupil
        self._by_person[_person(pupil)].add(pupil["id"])
        for identifier in _identifiers(pupil):
            self._by_identifier[identifier] = pupil["id"]

    def find(self, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The pupil that the checked row is about, None when it is a new one.

        Refusal ``pupils.ambiguous`` when it could be several, ``pupils.ine_of_another`` when its INE belongs
        to a pupil of another name and another date of birth.
        """
        found = {self._by_identifier[each] for each in _identifiers(values) if each in self._by_identifier}
        if found:
            return self._same_person(_only(found), values)
        namesakes = [self._pupils[each] for each in self._by_person[_person(values)]]
        compatible = {pupil["id"] for pupil in namesakes if not _conflict(pupil, values)}
        return self._pupils[_only(compatible)] if compatible else None

    def has_namesake(self, values: Mapping[str, Any]) -> bool:
        """R42: somebody of the same name and date of birth is known; they are never merged silently."""
        return bool(self._by_person[_person(values)])

    def _same_person(self, pupil_id: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        pupil = self._pupils[pupil_id]
        if pupil["name_key"] != values["name_key"] and pupil["born_on"] != values["born_on"]:
            raise Refusal("pupils.ine_of_another")
        return pupil


def _person(values: Mapping[str, Any]) -> tuple[str, date]:
    return values["name_key"], values["born_on"]


def _identifiers(values: Mapping[str, Any]) -> list[str]:
    return [values[name] for name in _IDENTIFIERS if values.get(name)]


def _conflict(pupil: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    pairs = ((pupil.get(name), values.get(name)) for name in _IDENTIFIERS)
    return any(known and given and known != given for known, given in pairs)


def _only(ids: set[str]) -> str:
    if len(ids) > 1:
        raise Refusal("pupils.ambiguous")
    return next(iter(ids))
