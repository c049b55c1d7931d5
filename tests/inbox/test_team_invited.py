"""An invitation is taken up by signing in with its address, and by nothing else (ADR 27)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.inbox.app import TABLES
from services.inbox.habilitations import ending
from services.inbox.identity.people import organisations_of, signed_in
from services.inbox.tables import account, person
from services.inbox.team import invitations
from services.inbox.team.acts import Act
from services.inbox.team.invitations import VALID, Invited
from services.inbox.team.members import end_membership
from shared.database import Database
from shared.ids import uuid7
from shared.parcours.campagne import Retention
from tests.inbox.openid import PERSON, SigningIn
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase

GARANCE, TROIS_PONTS = "0690043X", "0690048C"
ZOE = PERSON | {"sub": "sub-of-zoe", "email": "Zoe.Martin@lycee.example", "siret": None}


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


def invite(signing: SigningIn, email: str, place: str = GARANCE, by: str = "Hélène Vasseur") -> str:
    head, _, here = of(by)
    with signing.database.begin() as tx:
        who = signed_in(tx, head, here)
        assert who is not None
        whom = Invited("Zoé", "Martin", email, ("referent",))
        return invitations.invite(tx, who, whom, Act(head, place, signing.clock.now(), uuid7))


def revoke(signing: SigningIn, invitation_id: str) -> None:
    with signing.database.begin() as tx:
        invitations.revoke(
            tx, invitation_id, Act(of("Hélène Vasseur")[0], GARANCE, signing.clock.now(), uuid7)
        )


def come(signing: SigningIn, who: Any = ZOE) -> Visitor:
    return signing.with_faults(person={name: value for name, value in who.items() if value is not None})


def places(signing: SigningIn, person_id: str) -> list[str]:
    with signing.database.read() as look:
        return [place.id for place in organisations_of(look, person_id)]


def test_who_was_invited_signs_in_without_any_password_and_has_the_role(signing: SigningIn) -> None:
    invite(signing, "zoe.martin@lycee.example")
    page = come(signing)
    assert page.title == "Tâches"
    assert "Zoé Martin" in page.text_of("//header")
    assert "référent de parcours" in page.get("/equipe").text
    assert come(signing).title == "Tâches", "by the account from then on"


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": "autre@lycee.example"}])
def test_an_address_that_is_not_vouched_for_or_another_one_takes_up_nothing(
    signing: SigningIn, claims: dict[str, Any]
) -> None:
    invite(signing, "zoe.martin@lycee.example")
    assert come(signing, ZOE | claims).status == 403
    with signing.database.read() as look:
        assert look.scalar(select(func.count()).select_from(account)) == 0


def test_an_invitation_that_is_revoked_opens_nothing(signing: SigningIn) -> None:
    revoke(signing, invite(signing, "zoe.martin@lycee.example"))
    page = come(signing)
    assert (page.status, "aucune personne habilitée" in page.text) == (403, True)


def test_an_invitation_that_is_over_says_so_and_opens_nothing(signing: SigningIn) -> None:
    invite(signing, "zoe.martin@lycee.example")
    signing.clock.advance(VALID)
    signing.process.fresh(signing.clock.now(), PERSON)
    page = come(signing)
    assert (page.status, "a dépassé sa date" in page.text) == (403, True)
    with signing.database.read() as look:
        assert look.scalar(select(person.c.id).where(person.c.family_name == "Martin")) is None


def test_somebody_of_another_lycee_keeps_the_name_and_gets_one_more_role(signing: SigningIn) -> None:
    invite(signing, PERSON["email"], TROIS_PONTS, by="Philippe Arnaud")
    signing.sign_in()
    assert places(signing, of("Karim Benali")[0]) == [TROIS_PONTS, GARANCE], "by name"


def test_who_had_left_every_team_comes_back_by_an_invitation_and_no_term_runs(signing: SigningIn) -> None:
    karim = of("Karim Benali")[0]
    signing.sign_in()
    with signing.database.begin() as tx:
        who = signed_in(tx, of("Hélène Vasseur")[0], GARANCE)
        assert who is not None
        end_membership(tx, who, karim, signing.clock.today(), Act.of(who, signing.clock.now(), uuid7))
    assert signing.sign_in().status == 403
    far = signing.clock.today().replace(year=2030)
    terms = Retention(birthday=26, years_after_birthday=2, years_after_exit=2, user_years=1)
    with signing.database.read() as look:
        assert [id_ for id_, _ in ending.due(look, far, terms)] == [karim]
    invite(signing, PERSON["email"])
    assert signing.sign_in().title == "Tâches"
    with signing.database.read() as look:
        assert ending.due(look, far, terms) == []


def test_of_an_erased_person_no_invitation_stays(signing: SigningIn) -> None:
    karim = of("Karim Benali")[0]
    invite(signing, PERSON["email"], TROIS_PONTS, by="Philippe Arnaud")
    with signing.database.begin() as tx:
        ending.end(tx, karim, signing.clock.today())
        ending.erase(tx, karim, signing.clock.today())
        assert invitations.waiting(tx, TROIS_PONTS) == []
