"""The people of a stored history: in three lycées and three Missions Locales, some of each role."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.forms import Source
from shared.identity import Actor
from shared.identity.actor import OrganisationKind

PLACES: Mapping[OrganisationKind, Sequence[str]] = {
    "lycee": ("0690043X", "0690048C", "0690104N"),
    "mission_locale": ("ml-lyon-centre", "ml-lyon-est", "ml-lyon-ouest"),
}
STAFF: Mapping[OrganisationKind, Mapping[str, int]] = {
    "lycee": {"chef_etablissement": 1, "referent": 3, "referent_decrochage": 1, "secretariat": 1},
    "mission_locale": {"responsable_ml": 1, "directeur_ml": 1, "conseiller": 3},
}
FOLLOWERS: Mapping[str, str] = {"lycee": "referent", "mission_locale": "conseiller"}
HEADS: Mapping[str, str] = {"lycee": "chef_etablissement", "mission_locale": "responsable_ml"}


def _staff(place: str, kind: OrganisationKind) -> list[Actor]:
    return [
        Actor(str(uuid5(NAMESPACE_URL, f"{place}:{role}:{number}")), f"{role} {number}", place, kind, frozenset({role}))
        for role, count in STAFF[kind].items() for number in range(count)
    ]  # fmt: skip


PEOPLE = {place: _staff(place, kind) for kind, places in PLACES.items() for place in places}
KIND_OF = {place: kind for kind, places in PLACES.items() for place in places}


def with_role(place: str, role: str | None) -> list[Actor]:
    """Everybody of an organisation when no role is asked for."""
    return [actor for actor in PEOPLE[place] if role is None or role in actor.roles]


def person(place: str, person_id: str) -> Actor | None:
    """Somebody of that organisation; None for anybody else."""
    return next((actor for actor in PEOPLE[place] if actor.person_id == person_id), None)


def choices(actor: Actor, values: Mapping[str, Any], source: Source) -> Sequence[str]:
    """What a select offers ``actor`` in a form with these values."""
    if source.of == "offers":
        return ()
    if source.of == "organisations":
        return PLACES["lycee" if source.kind == "lycee" else "mission_locale"]
    kind: OrganisationKind = "lycee" if source.role in STAFF["lycee"] else "mission_locale"
    place = actor.organisation_id if actor.organisation_kind == kind else str(values[kind])
    return [each.person_id for each in with_role(place, source.role)]
