"""The people who act: the demonstration's, and a staff like theirs for an organisation that it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from services.inbox import demo
from services.simulate.profiles import Territory
from shared.forms import Source
from shared.forms.sample import Directory
from shared.identity import ROLES, Actor
from shared.identity.actor import OrganisationKind

LYCEES = (demo.LYCEE_GARANCE, demo.LYCEE_TROIS_PONTS)
MISSIONS_LOCALES = (demo.ML_CENTRE, demo.ML_EST)
LIKE: Mapping[OrganisationKind, str] = {
    "lycee": demo.LYCEE_GARANCE, "mission_locale": demo.ML_CENTRE, "france_travail": demo.FT_CROIX_ROUSSE,
}  # fmt: skip
"""Whose staff an organisation has that the demonstration does not know."""
FOLLOWERS: Mapping[str, str] = {"lycee": "referent", "mission_locale": "conseiller"}
"""Who follows a parcours for an organisation."""
HEADS: Mapping[str, str] = {"referent": "chef_etablissement", "conseiller": "responsable_ml"}
"""Who replaces them (R11)."""


@dataclass(frozen=True)
class Cast:
    """Organisation id → its people. ``partners``: lycée → its Missions Locales, where not all are."""

    people: Mapping[str, Sequence[Actor]]
    missions_locales: Sequence[str]
    partners: Mapping[str, Sequence[str]]

    def with_role(self, organisation: str, role: str | None) -> Sequence[Actor]:
        """In the order of the list; everybody when no role is asked for."""
        return [actor for actor in self.people[organisation] if role is None or role in actor.roles]

    def person(self, organisation: str, person_id: str) -> Actor:
        return next(actor for actor in self.people[organisation] if actor.person_id == person_id)

    @property
    def movable(self) -> frozenset[str]:
        """The kinds of organisations of which there are several: from one a parcours may go to another."""
        return frozenset(kind for kind in FOLLOWERS if len(self._of_kind(kind)) > 1)

    def another(self, organisation: str, turn: int) -> str:
        """One of the same kind, the next one at each ``turn``."""
        (first, *_) = self.people[organisation]
        others = [each for each in self._of_kind(first.organisation_kind) if each != organisation]
        return others[turn % len(others)]

    def _of_kind(self, kind: str) -> list[str]:
        return sorted(place for place, staff in self.people.items() if staff[0].organisation_kind == kind)

    def worker(self, organisation: str, role: str | None, assignee: str | None, random: Random) -> Actor:
        """Who does a task: the person it is assigned to, or anyone of the organisation who has the role."""
        if assignee is not None:
            return self.person(organisation, assignee)
        return random.choice(self.with_role(organisation, role))

    def directory(self, actor: Actor, values: Mapping[str, Any]) -> Directory:
        """What the inbox's directory offers ``actor`` in a form with these ``values``."""

        def ids(source: Source) -> Sequence[str]:
            if source.of == "offers":
                return ()
            if source.of == "organisations":
                place = actor.organisation_id if actor.organisation_kind == "lycee" else values.get("lycee")
                return (
                    LYCEES if source.kind == "lycee" else self.partners.get(str(place), self.missions_locales)
                )
            kind = "lycee" if source.role in ROLES["lycee"] else "mission_locale"
            place = actor.organisation_id if actor.organisation_kind == kind else str(values[kind])
            return [person.person_id for person in self.with_role(place, source.role)]

        return ids


def make_cast(lycees: Sequence[str]) -> Cast:
    """The demonstration's organisations, and each other lycée of ``lycees`` with the first one's staff."""
    return _cast({"lycee": [*lycees, *LYCEES], "mission_locale": MISSIONS_LOCALES}, {})


def cast_of(territory: Territory) -> Cast:
    """A staff for each organisation of a territory."""
    kinds: dict[OrganisationKind, Sequence[str]] = {
        "lycee": territory.lycees, "mission_locale": territory.missions_locales, "france_travail": territory.agencies,
    }  # fmt: skip
    return _cast(kinds, territory.partners)


def _cast(places: Mapping[OrganisationKind, Sequence[str]], partners: Mapping[str, Sequence[str]]) -> Cast:
    staff = {place: _staff(place, kind) for kind, some in places.items() for place in some}
    return Cast(staff, places["mission_locale"], partners)


def _staff(place: str, kind: OrganisationKind) -> list[Actor]:
    people = demo.PEOPLE.get(place, demo.PEOPLE[LIKE[kind]])
    return [
        Actor(demo.person_id(place, given, family), f"{given} {family}", place, kind, frozenset(roles))
        for given, family, roles in people
    ]
