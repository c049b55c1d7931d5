"""The people who act: the demonstration's, and a staff for a lycée that it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from services.inbox import demo
from shared.forms import Source
from shared.forms.sample import Directory
from shared.identity import ROLES, Actor
from shared.identity.actor import OrganisationKind

LYCEES = (demo.LYCEE_GARANCE, demo.LYCEE_TROIS_PONTS)
MISSIONS_LOCALES = (demo.ML_CENTRE, demo.ML_EST)


@dataclass(frozen=True)
class Cast:
    """Organisation id → its people."""

    people: Mapping[str, Sequence[Actor]]

    def with_role(self, organisation: str, role: str | None) -> Sequence[Actor]:
        """In the order of the list; everybody when no role is asked for."""
        return [actor for actor in self.people[organisation] if role is None or role in actor.roles]

    def person(self, organisation: str, person_id: str) -> Actor:
        return next(actor for actor in self.people[organisation] if actor.person_id == person_id)

    def worker(self, organisation: str, role: str | None, assignee: str | None, random: Random) -> Actor:
        """Who does a task: the person it is assigned to, or anyone of the organisation who has the role."""
        if assignee is not None:
            return self.person(organisation, assignee)
        return random.choice(self.with_role(organisation, role))

    def directory(self, actor: Actor, values: Mapping[str, Any]) -> Directory:
        """What the inbox's directory offers ``actor`` in a form with these ``values``."""

        def ids(source: Source) -> Sequence[str]:
            if source.of == "organisations":
                return LYCEES if source.kind == "lycee" else MISSIONS_LOCALES
            kind = "lycee" if source.role in ROLES["lycee"] else "mission_locale"
            place = actor.organisation_id if actor.organisation_kind == kind else str(values[kind])
            return [person.person_id for person in self.with_role(place, source.role)]

        return ids


def make_cast(lycees: Sequence[str]) -> Cast:
    """The demonstration's organisations, and each other lycée of ``lycees`` with the first one's staff."""
    kinds = {row[0]: row[1] for row in demo.ORGANISATIONS}
    people = {
        place: _staff(place, kinds[place], demo.PEOPLE[place]) for place in (*LYCEES, *MISSIONS_LOCALES)
    }
    others = {uai: _staff(uai, "lycee", demo.PEOPLE[LYCEES[0]]) for uai in lycees if uai not in people}
    return Cast(people | others)


def _staff(place: str, kind: str, people: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[Actor]:
    organisation_kind: OrganisationKind = "lycee" if kind == "lycee" else "mission_locale"
    return [
        Actor(
            demo.person_id(place, given, family),
            f"{given} {family}",
            place,
            organisation_kind,
            frozenset(roles),
        )
        for given, family, roles in people
    ]
