"""Who people are: the only reader of organisations, persons, memberships and the directory."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, func, or_, select

from services.inbox.tables import directory, membership, organisation, person, preference
from shared.database.upsert import put
from shared.identity import Actor
from shared.identity.actor import ActingKind, OrganisationKind

MOST_FOUND = 20
THEMES = ("auto", "clair", "sombre")
SCOPES = ("moi", "organisation")
PREFERENCES: Mapping[str, Collection[str]] = {"theme": THEMES, "liste": SCOPES}
EITHER = ("", "oui", "non")
FILTERS: Mapping[str, Collection[str]] = {
    "etape": ("", "2", "3", "4", "5"),
    "echeance": ("", "late", "today", "week", "later", "undated"),
    "mineur": EITHER,
    "boursier": EITHER,
}
"""How the list of tasks may be narrowed, and stays so until the person says otherwise."""
PLACE_FILTERS = ("lycee", "mission_locale")
"""The same, by an organisation's id."""


@dataclass(frozen=True)
class Organisation:
    """``kind``: lycee, mission_locale, france_travail or system."""

    id: str
    kind: str
    name: str
    city: str


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Mandate:
    """In whose place somebody acts between two instants. ``kind``: absence, delegation or support.

    ``scope``: of a delegation, its name. ``reason``: of support.
    """

    id: str
    kind: ActingKind
    organisation_id: str
    giver_id: str
    giver_name: str
    taker_id: str
    begins_at: datetime
    ends_at: datetime
    made_by: str
    scope: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """The person before the screen, acting for one of her or his organisations."""

    actor: Actor
    organisation: Organisation
    preferences: Mapping[str, str]
    mandate: Mandate | None = None
    """By which she or he acts in somebody's place, if so (ADR 30)."""


def signed_in(tx: Connection, person_id: str, organisation_id: str) -> SignedIn | None:
    """None when the person has left, or has no role left in the organisation."""
    found = people_of(tx, organisation_id, person_id=person_id)
    if not found:
        return None
    place = _organisations(tx, organisation_id)[0]
    actor = Actor(
        person_id=person_id,
        name=found[0].name,
        organisation_id=organisation_id,
        organisation_kind=cast(OrganisationKind, place.kind),
        roles=frozenset(found[0].roles),
    )
    return SignedIn(actor, place, preferences(tx, person_id))


def people_of(
    tx: Connection, organisation_id: str, *, role: str | None = None, person_id: str | None = None
) -> list[Person]:
    """The active people of an organisation, by family name; with ``role``, those who hold it."""
    query = (
        select(person.c.id, person.c.given_name, person.c.family_name, membership.c.role)
        .join(membership, membership.c.person_id == person.c.id)
        .where(membership.c.organisation_id == organisation_id, person.c.is_active)
        .order_by(person.c.family_name, person.c.given_name, person.c.id, membership.c.role)
    )
    if person_id is not None:
        query = query.where(person.c.id == person_id)
    roles: dict[tuple[str, str], list[str]] = {}
    for row in tx.execute(query):
        roles.setdefault((row.id, f"{row.given_name} {row.family_name}"), []).append(row.role)
    return [
        Person(id_, name, tuple(held)) for (id_, name), held in roles.items() if role is None or role in held
    ]


def roles_of(tx: Connection, organisation_id: str, ids: Collection[str]) -> dict[str, frozenset[str]]:
    """The roles of the active people of an organisation among ``ids``, by id; who has none is not there."""
    query = (
        select(membership.c.person_id, membership.c.role)
        .join(person, person.c.id == membership.c.person_id)
        .where(membership.c.organisation_id == organisation_id, person.c.is_active, person.c.id.in_(ids))
    )
    found: dict[str, frozenset[str]] = {}
    for row in tx.execute(query):
        found[row.person_id] = found.get(row.person_id, frozenset()) | {row.role}
    return found


def found_by_name(tx: Connection, text: str) -> list[tuple[Person, Organisation]]:
    """At most ``MOST_FOUND`` active people of organisations other than the platform whose name has ``text``."""
    words = f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_').lower()}%"
    name = func.lower(person.c.given_name + " " + person.c.family_name)
    query = (
        select(person.c.id, membership.c.organisation_id)
        .join(membership, membership.c.person_id == person.c.id)
        .join(organisation, organisation.c.id == membership.c.organisation_id)
        .where(person.c.is_active, organisation.c.kind != "system", name.like(words, escape="!"))
        .group_by(person.c.id, membership.c.organisation_id, person.c.family_name)
        .order_by(person.c.family_name, person.c.id, membership.c.organisation_id)
        .limit(MOST_FOUND)
    )
    found = tx.execute(query).all()
    return [
        (held, place)
        for person_id, place_id in found
        for held in people_of(tx, place_id, person_id=person_id)
        for place in _organisations(tx, place_id)
    ]


def organisations_of(tx: Connection, person_id: str) -> list[Organisation]:
    """Where an active person has a role, by name; none for somebody who has left."""
    held = (
        select(membership.c.organisation_id)
        .join(person, person.c.id == membership.c.person_id)
        .where(person.c.id == person_id, person.c.is_active)
    )
    query = select(organisation).where(organisation.c.id.in_(held)).order_by(organisation.c.name)
    return [Organisation(row.id, row.kind, row.name, row.city) for row in tx.execute(query)]


def everybody(tx: Connection) -> list[tuple[Organisation, list[Person]]]:
    """Each organisation with its people: what the demonstration's sign-in page shows."""
    return [(place, people_of(tx, place.id)) for place in _organisations(tx)]


def organisations_of_kind(
    tx: Connection, kind: str, *, near: str, today: date, commune: str = ""
) -> list[Organisation]:
    """Organisations of a kind that are not closed on ``today``.

    First who serves the ``commune`` (INSEE code) where a pupil lives (R43), then those that serve the lycée
    ``near`` (a UAI).
    """
    proposed, first = serving_commune(tx, commune), _serving(tx, "lycee", near)
    places = [place for place in _organisations(tx, open_on=today) if place.kind == kind]
    return sorted(places, key=lambda place: (place.id not in proposed, place.id not in first, place.name))


def partners_of(tx: Connection, place: Organisation, kind: str) -> list[Organisation]:
    """Organisations of a ``kind`` that one works with: those of the directory first, then others of the académie."""
    mine = select(organisation.c.academie).where(organisation.c.id == place.id).scalar_subquery()
    served, ml = directory.c.serves, directory.c.mission_locale_id
    joined = (
        select(served).where(ml == place.id, directory.c.serves_kind == "lycee")
        if kind == "lycee"
        else select(ml).where(served == place.id, directory.c.serves_kind == "lycee")
    )
    near = set(tx.scalars(joined))
    query = select(organisation).where(
        organisation.c.kind == kind, or_(organisation.c.academie == mine, organisation.c.id.in_(near))
    )
    found = [Organisation(row.id, row.kind, row.name, row.city) for row in tx.execute(query)]
    return sorted(found, key=lambda each: (each.id not in near, each.name))


def serving_commune(tx: Connection, commune: str) -> set[str]:
    """Ids of the organisations that serve a commune (INSEE code): the ones to propose (R43)."""
    return _serving(tx, "commune", commune)


def _serving(tx: Connection, kind: str, served: str) -> set[str]:
    query = select(directory.c.mission_locale_id)
    return set(tx.scalars(query.where(directory.c.serves_kind == kind, directory.c.serves == served)))


def names(tx: Connection, ids: Collection[str]) -> dict[str, str]:
    """id → name, for those of ``ids`` that are a person's or an organisation's."""
    if not ids:
        return {}
    places = select(organisation.c.id, organisation.c.name).where(organisation.c.id.in_(ids))
    persons = select(person.c.id, person.c.given_name, person.c.family_name).where(person.c.id.in_(ids))
    found: dict[str, str] = {row.id: row.name for row in tx.execute(places)}
    return found | {row.id: f"{row.given_name} {row.family_name}" for row in tx.execute(persons)}


def with_holders(tx: Connection, tasks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The services' tasks, each with the name of its holder: a diagram assigns by id, names are known here."""
    known = list(tasks)
    found = names(tx, [task["assignee"] for task in known if task["assignee"] and not task["assignee_name"]])
    return [
        dict(task) | {"assignee_name": task["assignee_name"] or found.get(task["assignee"])} for task in known
    ]


def preferences(tx: Connection, person_id: str) -> dict[str, str]:
    query = select(preference.c.name, preference.c.value).where(preference.c.person_id == person_id)
    chosen: dict[str, str] = {row.name: row.value for row in tx.execute(query)}
    known = {**PREFERENCES, **FILTERS, **dict.fromkeys(PLACE_FILTERS, ("",))}
    return {name: chosen.get(name, next(iter(allowed))) for name, allowed in known.items()}


def prefer(
    tx: Connection, person_id: str, chosen: Mapping[str, str],
    known: Mapping[str, Collection[str]] = PREFERENCES,
) -> None:  # fmt: skip
    """Keep the preferences of ``chosen`` that are ``known``, with an allowed value; others are not kept."""
    for name, allowed in known.items():
        if chosen.get(name) in allowed:
            put(tx, preference, {"person_id": person_id, "name": name, "value": chosen[name]})


def _organisations(
    tx: Connection, organisation_id: str | None = None, open_on: date | None = None
) -> list[Organisation]:
    query = select(organisation).order_by(organisation.c.kind, organisation.c.name)
    if open_on is not None:
        query = query.where(organisation.c.closed_on.is_(None) | (organisation.c.closed_on > open_on))
    if organisation_id is not None:
        query = query.where(organisation.c.id == organisation_id)
    return [Organisation(row.id, row.kind, row.name, row.city) for row in tx.execute(query)]
