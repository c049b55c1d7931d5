"""The demonstration's people and the directory."""

from datetime import date

import pytest

from services.inbox import demo
from services.inbox.app import TABLES
from services.inbox.identity.people import names, organisations_of_kind, people_of, signed_in
from shared.database import Database
from shared.identity import ROLES
from shared.parcours.uai import parse_uai
from tests.support.databases import MakeDatabase


@pytest.fixture
def seeded(make_database: MakeDatabase) -> Database:
    database = make_database(TABLES)
    with database.begin() as tx:
        assert demo.seed(tx) > 0
    return database


def test_seeding_again_changes_nothing(seeded: Database) -> None:
    with seeded.begin() as tx:
        assert demo.seed(tx) == 0


def test_each_role_is_held_by_somebody_of_its_kind_of_organisation(seeded: Database) -> None:
    kinds = {place: kind for place, kind, _, _ in demo.ORGANISATIONS}
    held: dict[str, set[str]] = {}
    for place, people in demo.PEOPLE.items():
        held.setdefault(kinds[place], set()).update(role for _, _, roles in people for role in roles)
    assert held == {kind: set(roles) for kind, roles in ROLES.items()}


def test_the_lycees_of_the_demonstration_have_valid_codes() -> None:
    for place in (demo.LYCEE_GARANCE, demo.LYCEE_TROIS_PONTS):
        assert parse_uai(place) == place


def test_a_person_acts_only_for_an_organisation_she_belongs_to(seeded: Database) -> None:
    helene = demo.person_id(demo.LYCEE_GARANCE, "Hélène", "Vasseur")
    with seeded.read() as tx:
        found = signed_in(tx, helene, demo.LYCEE_GARANCE)
        assert found
        assert found.actor.side == "lycee"
        assert signed_in(tx, helene, demo.ML_CENTRE) is None
        assert signed_in(tx, "nobody", demo.LYCEE_GARANCE) is None


def test_the_missions_locales_that_serve_a_lycee_come_first(seeded: Database) -> None:
    with seeded.read() as tx:
        places = organisations_of_kind(tx, "mission_locale", near=demo.LYCEE_GARANCE, today=date(2026, 9, 7))
    assert [place.id for place in places] == [demo.ML_CENTRE, demo.ML_EST]


def test_people_with_a_role_and_names_by_id(seeded: Database) -> None:
    with seeded.read() as tx:
        found = people_of(tx, demo.LYCEE_TROIS_PONTS, role="referent_decrochage")
        assert [person.name for person in found] == ["Bruno Chevallier"]
        assert names(tx, [found[0].id, demo.ML_EST, "unknown"]) == {
            found[0].id: "Bruno Chevallier", demo.ML_EST: "Mission Locale de l’Est lyonnais",
        }  # fmt: skip
        assert names(tx, []) == {}
