"""Which known pupil a row is about: the INE, else the name and the date of birth, within one lycée."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.parcours.refusal import Refusal

_IDENTIFIERS = ("ine", "former_ine")

_Person = tuple[str, date]
_Held = tuple[bool, bool]  # which of the identifiers a pupil has


class KnownPupils:
    """The pupils of one lycée, found by what identifies them; those of the running import are added.

    ``aliases``: identifiers of records that were merged into one of them (R42).
    """

    def __init__(self, pupils: Iterable[Mapping[str, Any]], aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._pupils: dict[str, Mapping[str, Any]] = {}
        self._by_identifier: dict[str, str] = {}
        self._by_person: dict[_Person, dict[_Held, set[str]]] = defaultdict(lambda: defaultdict(set))
        for pupil in pupils:
            self.put(pupil)

    def put(self, pupil: Mapping[str, Any]) -> None:
        """Adds a pupil (columns of the table ``pupil``), or replaces the one of the same id."""
        if before := self._pupils.get(pupil["id"]):
            self._by_person[_person(before)][_held(before)].discard(pupil["id"])
        self._pupils[pupil["id"]] = pupil
        self._by_person[_person(pupil)][_held(pupil)].add(pupil["id"])
        for identifier in _identifiers(pupil):
            self._by_identifier[identifier] = pupil["id"]

    def find(self, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The pupil that the checked row is about, None when it is a new one.

        Refusal ``pupils.ambiguous`` when it could be several, ``pupils.ine_of_another`` when its INE belongs
        to a pupil of another name and another date of birth.
        """
        known = {**self._aliases, **self._by_identifier}
        found = {known[each] for each in _identifiers(values) if each in known}
        if found:
            return self._same_person(_only([found]), values)
        compatible = [ids for ids in self._compatible(values) if ids]
        return self._pupils[_only(compatible)] if compatible else None

    def without_aliases(self, values: dict[str, Any]) -> dict[str, Any]:
        """The row without identifiers of a merged record: the one that stayed keeps its own."""
        return {name: None if value in self._aliases else value for name, value in values.items()}

    def has_namesake(self, values: Mapping[str, Any]) -> bool:
        """R42: somebody of the same name and date of birth is known; they are never merged silently."""
        return any(self._by_person[_person(values)].values())

    def _compatible(self, values: Mapping[str, Any]) -> Iterable[set[str]]:
        """Namesakes who lack the identifiers that the row brings: theirs would be different ones."""
        brought = _held(values)
        for held, ids in self._by_person[_person(values)].items():
            if not any(known and given for known, given in zip(held, brought, strict=True)):
                yield ids

    def _same_person(self, pupil_id: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        pupil = self._pupils[pupil_id]
        if pupil["name_key"] != values["name_key"] and pupil["born_on"] != values["born_on"]:
            raise Refusal("pupils.ine_of_another")
        return pupil


def _person(values: Mapping[str, Any]) -> _Person:
    return values["name_key"], values["born_on"]


def _held(values: Mapping[str, Any]) -> _Held:
    return bool(values.get("ine")), bool(values.get("former_ine"))


def _identifiers(values: Mapping[str, Any]) -> list[str]:
    return [values[name] for name in _IDENTIFIERS if values.get(name)]


def _only(groups: list[set[str]]) -> str:
    if sum(map(len, groups)) > 1:
        raise Refusal("pupils.ambiguous")
    return next(iter(groups[0]))
