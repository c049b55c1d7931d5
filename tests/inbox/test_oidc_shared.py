"""A computer that several people use: the provider's own session may still be open when ours has ended."""

from datetime import timedelta

import pytest

from tests.inbox.openid import CLAIRE, PERSON, SigningIn, import_rows, is_out, row, sign_out
from tests.inbox.people import Visitor
from tests.support.openid import followed, query_of

CLAIRE_THERE = PERSON | {"sub": "sub-of-claire", "email": CLAIRE}


@pytest.fixture
def shared(signing: SigningIn) -> Visitor:
    """A browser in which Karim signed in, and in front of which Claire sits down."""
    import_rows(signing.database, [row("Claire Fontaine", CLAIRE)])
    visitor = signing.sign_in()
    assert "Karim Benali" in visitor.text_of("//header")
    signing.process.behave(person=CLAIRE_THERE)
    return visitor


def later(signing: SigningIn, how: timedelta) -> None:
    signing.clock.advance(how)
    signing.process.behave(now=signing.clock.now().timestamp())


def test_the_first_sign_in_of_a_browser_takes_the_account_that_is_open_at_the_provider(
    signing: SigningIn,
) -> None:
    there = signing.browser().client.get("/connexion/ouvrir").headers["Location"]
    assert "prompt" not in query_of(there)


def test_after_an_hour_idle_the_provider_asks_who_is_there(signing: SigningIn, shared: Visitor) -> None:
    later(signing, timedelta(minutes=61))
    assert is_out(shared)
    assert "Claire Fontaine" in signing.sign_in(shared).text_of("//header")


def test_after_all_devices_were_signed_out_the_provider_asks_who_is_there(
    signing: SigningIn, shared: Visitor
) -> None:
    signing.process.behave(person=dict(PERSON))
    elsewhere = signing.sign_in().get("/connexions")
    token = elsewhere.page.xpath("//header//input[@name='csrf_token']/@value")[0]
    elsewhere.post("/connexions/fin", {"csrf_token": token})
    signing.process.behave(person=CLAIRE_THERE)
    assert is_out(shared)
    assert "Claire Fontaine" in signing.sign_in(shared).text_of("//header")


def test_also_after_a_sign_out_that_did_not_reach_the_provider(signing: SigningIn, shared: Visitor) -> None:
    sign_out(shared)
    assert "Claire Fontaine" in signing.sign_in(shared).text_of("//header")


def test_the_browser_keeps_for_that_no_word_of_who_was_there(signing: SigningIn, shared: Visitor) -> None:
    kept = shared.client.get_cookie("ae_used")
    assert kept is not None
    assert (kept.value, kept.http_only) == ("1", True)


def test_who_signs_out_after_the_end_of_the_session_is_signed_out_at_the_provider_too(
    signing: SigningIn, shared: Visitor
) -> None:
    """Her row is gone with the next person's sign-in, and the hint with it."""
    later(signing, timedelta(minutes=61))
    signing.sign_in()
    page = sign_out(shared)
    there = page.headers["Refresh"].removeprefix("0; url=")
    assert there == page.page.xpath("//main//a/@href")[0]
    assert "id_token_hint" not in query_of(there)
    assert "vous demande de confirmer" in page.text
    followed(page.client, there)
    assert signing.process.told()["signed_out"] == [PERSON["sub"]]


def test_who_signs_out_in_time_confirms_nothing(signing: SigningIn, shared: Visitor) -> None:
    assert "confirmer" not in sign_out(shared).text


@pytest.mark.parametrize("signing", ["keycloak"], indirect=True)
def test_an_id_token_that_holds_an_address_stands_in_no_address(signing: SigningIn) -> None:
    """As Keycloak gives it unless told otherwise."""
    page = sign_out(signing.with_faults("talkative"))
    there = page.headers["Refresh"].removeprefix("0; url=")
    assert set(query_of(there)) == {"client_id", "post_logout_redirect_uri", "state"}
    assert "vous demande de confirmer" in page.text
    followed(page.client, there)
    assert signing.process.told()["signed_out"] == [PERSON["sub"]]


class TestWhoseAccountIsRefused:
    @pytest.fixture
    def refused(self, signing: SigningIn) -> Visitor:
        page = signing.with_faults(person=PERSON | {"sub": "sub-private", "email": "prive@ailleurs.example"})
        assert page.status == 403
        signing.process.behave(person=dict(PERSON))
        return page

    def test_takes_another_one(self, signing: SigningIn, refused: Visitor) -> None:
        assert refused.links()[0] == "Changer de compte"
        way = refused.page.xpath("//main//a/@href")[0]
        assert "Karim Benali" in signing.sign_in(refused, way).text_of("//header")

    def test_or_closes_the_one_that_is_open_at_the_provider(
        self, signing: SigningIn, refused: Visitor
    ) -> None:
        assert refused.links()[1].startswith("fermer d’abord la connexion")
        back = followed(refused.client, refused.page.xpath("//main//a/@href")[1])
        assert signing.process.told()["signed_out"] == ["sub-private"]
        assert refused.get(back).title == "Vous êtes déconnecté"
