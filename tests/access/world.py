"""The inbox over the three real services, each behind HTTP, and one parcours that is walked through them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from flask import Flask
from sqlalchemy import Connection

from services.inbox import demo
from services.inbox.app import TABLES
from services.inbox.tables import membership, person
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import ROLES, Actor
from shared.identity.actor import OrganisationKind
from shared.process import definitions
from shared.settings import ServiceSettings
from tests.inbox.people import Visitor
from tests.personal.enrolment import HEADER
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import inbox_app
from tests.support.served import served
from tests.support.three_services import APPS, ThreeServices
from tests.support.walked import Walked

FIRST_DAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
PUPIL = "123456789KH;Planterose;Camille;01/03/2009;2403341111;TPRO;0612000001;camille@exemple.invalid;2 impasse;69123;"
KINDS: dict[str, OrganisationKind] = {place: kind for place, kind, _, _ in demo.ORGANISATIONS}  # type: ignore[misc]


@dataclass(frozen=True)
class Whole:
    services: ThreeServices
    inbox: Flask
    database: Database

    def visitor(self, actor: Actor) -> Visitor:
        visitor = Visitor(self.inbox.test_client()).get("/connexion")
        return visitor.send(0, person=f"{actor.person_id}@{actor.organisation_id}")


@contextmanager
def whole(make_database: MakeDatabase) -> Iterator[Whole]:
    clock = FixedClock(FIRST_DAY)
    services = ThreeServices(make_database, clock)
    database = make_database(TABLES)
    with database.begin() as tx:
        demo.seed(tx)
        add_missing(tx)
    with ExitStack() as running:
        urls = {name: running.enter_context(served(services.client(name).application)) for name in APPS}
        app = inbox_app(database, urls, clock, signer=services.signer)
        running.callback(app.extensions["inbox"].close)
        yield Whole(services, app, database)


def walked(world: Whole) -> Walked:
    return Walked(world.services, PUPIL, HEADER)


def everybody() -> list[Actor]:
    """All people of the demonstration."""
    return [
        Actor(
            demo.person_id(place, given, family), f"{given} {family}", place, KINDS[place], frozenset(roles)
        )
        for place, people in demo.PEOPLE.items()
        for given, family, roles in people
    ]


def roles_by_column() -> dict[str, tuple[str, str]]:
    """Column of a table → (kind of organisation, role); a role of several kinds has a column for each."""
    everywhere = [(kind, role) for kind, roles in ROLES.items() for role in sorted(roles)]
    shared = {role for role in (each for _, each in everywhere) if sum(r == role for _, r in everywhere) > 1}
    return {f"{role} ({kind})" if role in shared else role: (kind, role) for kind, role in everywhere}


def one_of_each_role() -> dict[str, Actor]:
    """Column → somebody who has that one role alone: of the demonstration, else invented by ``add_missing``."""
    known = {(KINDS[each.organisation_id], *each.roles): each for each in everybody() if len(each.roles) == 1}
    return {
        column: known.get((kind, role)) or _invented(kind, role)
        for column, (kind, role) in roles_by_column().items()
    }


def _invented(kind: str, role: str) -> Actor:
    place = next(place for place, each in reversed(KINDS.items()) if each == kind)
    name = f"Rôle {role} {kind}"
    return Actor(str(uuid5(NAMESPACE_URL, name)), name, place, KINDS[place], frozenset({role}))


def add_missing(tx: Connection) -> None:
    """The invented people, in the inbox's own tables."""
    known = {each.person_id for each in everybody()}
    for actor in one_of_each_role().values():
        if actor.person_id not in known:
            given, _, family = actor.name.partition(" ")
            row = {"id": actor.person_id, "given_name": given, "family_name": family, "is_active": True}
            tx.execute(person.insert().values(row))
            held = {"person_id": actor.person_id, "organisation_id": actor.organisation_id}
            tx.execute(membership.insert(), [held | {"role": role} for role in actor.roles])


def field_tables() -> dict[str, dict[str, tuple[str, str, str]]]:
    """Title of a table → field → its label and whether lycée and Mission Locale are told it: as the diagrams say."""
    found = {}
    for name, app in APPS.items():
        built = app.build(ServiceSettings("test", "sqlite://", "", {}))
        definitions_ = definitions.load_service(built.vocabulary, frozenset(built.handlers), built.workflows)
        main = next(each for each in definitions_ if each.process_id == name)
        found[main.name] = {
            field: (variable.label or "", *(_word(variable.side, side) for side in ("lycee", "ml")))
            for field, variable in main.variables.items()
            if variable.retention == "parcours"
        }
    return found


def _word(side: str, reader: str) -> str:
    return "oui" if side in ("both", reader) else "–"
