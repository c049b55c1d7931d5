"""Absences and delegations are an organisation's: none holds up another's, and who leaves takes hers along (ADR 30)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from services.inbox import demo
from services.inbox.app import TABLES
from services.inbox.directory.persons import import_people, read_people
from services.inbox.habilitations import ending
from services.inbox.identity.people import SignedIn, signed_in
from services.inbox.tables import membership, person
from services.inbox.team import mandates, members
from services.inbox.team.acts import Act, of_organisation
from services.inbox.team.mandates import Wanted
from shared.database import Database
from shared.errors import BadInput
from shared.ids import uuid7
from tests.inbox.people import of
from tests.support.databases import MakeDatabase

KARIM, CLAIRE, HELENE = (of(name)[0] for name in ("Karim Benali", "Claire Fontaine", "Hélène Vasseur"))
HERE, ELSEWHERE = demo.LYCEE_GARANCE, demo.LYCEE_TROIS_PONTS
NOW, TODAY = datetime(2026, 9, 7, 8, tzinfo=UTC), date(2026, 9, 7)
LAST = TODAY + timedelta(days=5)


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    """The demonstration, where Hélène heads two lycées and Karim and Claire are référents of both."""
    made = make_database(TABLES)
    with made.begin() as tx:
        demo.seed(tx)
        for who, role in ((HELENE, "chef_etablissement"), (KARIM, "referent"), (CLAIRE, "referent")):
            tx.execute(insert(membership).values(person_id=who, organisation_id=ELSEWHERE, role=role))
    return made


def _arrange(tx: Connection, giver: str, taker: str, where: str = HERE, scope: str | None = None) -> None:
    who = _who(tx, giver, where)
    wanted = Wanted("delegation" if scope else "absence", giver, taker, TODAY, LAST, scope)
    mandates.arrange(tx, who, wanted, TODAY, Act.of(who, NOW, uuid7))


def _who(look: Connection, person_id: str, where: str = HERE) -> SignedIn:
    found = signed_in(look, person_id, where)
    assert found is not None
    return found


def _places(look: Connection, taker: str, where: str = HERE) -> list[str]:
    """In whose place somebody may act there."""
    return [each.giver_id for each in mandates.to_take(look, _who(look, taker, where), NOW)]


@pytest.mark.parametrize("scope", [None, "admissions"], ids=["absence", "delegation"])
def test_what_is_given_in_one_lycee_is_given_in_the_other_as_well(
    database: Database, scope: str | None
) -> None:
    with database.begin() as tx:
        _arrange(tx, HELENE, CLAIRE, HERE, scope)
        _arrange(tx, HELENE, KARIM, ELSEWHERE, scope)
    with database.read() as look:
        assert (_places(look, CLAIRE), _places(look, CLAIRE, ELSEWHERE)) == ([HELENE], [])
        assert (_places(look, KARIM), _places(look, KARIM, ELSEWHERE)) == ([], [HELENE])


@pytest.mark.parametrize("scope", [None, "admissions"], ids=["absence", "delegation"])
def test_twice_in_one_lycee_is_refused(database: Database, scope: str | None) -> None:
    with database.begin() as tx:
        _arrange(tx, HELENE, CLAIRE, HERE, scope)
    with pytest.raises(BadInput), database.begin() as tx:
        _arrange(tx, HELENE, KARIM, HERE, scope)


def _by_the_head(tx: Connection) -> None:
    head = _who(tx, HELENE)
    members.end_membership(tx, head, KARIM, TODAY, Act.of(head, NOW, uuid7))


def _by_a_file(tx: Connection) -> None:
    tx.execute(person.update().where(person.c.id == KARIM).values(email="karim@lycee.example"))
    line = f"karim@lycee.example;Karim;Benali;{HERE};referent;{KARIM};oui"
    file = f"courriel;prenom;nom;organisation;role;personne;retirer\n{line}\n"
    assert import_people(tx, read_people(file.encode()), uuid7, NOW).updated == 1


def _by_the_operators(tx: Connection) -> None:
    ending.end(tx, KARIM, TODAY)
    tx.execute(person.update().where(person.c.id == KARIM).values(is_active=True))


@pytest.mark.parametrize("leaves", [_by_the_head, _by_a_file, _by_the_operators])
def test_what_who_leaves_has_given_or_taken_is_not_alive_again_after_a_return(
    database: Database, leaves: Callable[[Connection], None]
) -> None:
    with database.begin() as tx:
        _arrange(tx, KARIM, CLAIRE)
        _arrange(tx, HELENE, KARIM)
        leaves(tx)
        if leaves is not _by_the_operators:
            tx.execute(insert(membership).values(person_id=KARIM, organisation_id=HERE, role="referent"))
    with database.begin() as tx:
        assert (_places(tx, CLAIRE), _places(tx, KARIM)) == ([], [])
        assert mandates.of_organisation(tx, HERE, NOW) == []
        _arrange(tx, KARIM, CLAIRE)  # nothing that nobody sees is in the way


def test_who_leaves_one_lycee_keeps_what_holds_in_the_other(database: Database) -> None:
    with database.begin() as tx:
        _arrange(tx, KARIM, CLAIRE, ELSEWHERE)
        _by_the_head(tx)
        assert _places(tx, CLAIRE, ELSEWHERE) == [KARIM]


def test_the_record_of_the_team_says_what_ended_with_a_departure(database: Database) -> None:
    with database.begin() as tx:
        _arrange(tx, KARIM, CLAIRE)
        _arrange(tx, HELENE, KARIM)
        _by_the_head(tx)
        said = [(row.what, row.person_id) for row in of_organisation(tx, HERE) if row.what == "mandate_ended"]
    assert sorted(said) == sorted([("mandate_ended", CLAIRE), ("mandate_ended", KARIM)])


def test_who_loses_one_of_two_roles_keeps_what_was_given(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(insert(membership).values(person_id=KARIM, organisation_id=HERE, role="secretariat"))
        _arrange(tx, KARIM, CLAIRE)
        _by_a_file(tx)
        assert _who(tx, KARIM).actor.roles == {"secretariat"}
        assert _places(tx, CLAIRE) == [KARIM]
