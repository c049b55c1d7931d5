"""A provider that changes its keys, is down, or is not the one that it should be."""

from datetime import timedelta

from tests.inbox.openid import SigningIn, is_out, sign_out, signing_in
from tests.support.openid import OpenIdProcess, brought_back


def test_a_key_that_the_provider_changed_is_asked_for_and_no_more_than_that(signing: SigningIn) -> None:
    assert signing.sign_in().title == "Tâches"
    signing.process.behave(rotate=True)
    assert signing.sign_in().status == 403, "not asked again within half a minute"
    signing.clock.advance(timedelta(seconds=31))
    signing.process.behave(now=signing.clock.now().timestamp())
    assert signing.sign_in().title == "Tâches"
    assert signing.process.told()["asked"]["/proconnect/jwks"] == 2
    assert signing.process.told()["asked"]["/proconnect/.well-known/openid-configuration"] == 1


def test_a_provider_that_is_down_is_a_french_page(signing: SigningIn) -> None:
    signing.process.behave(faults=["down"])
    page = signing.browser().get("/connexion/ouvrir")
    assert (page.status, page.title) == (503, "La connexion n’est pas possible pour l’instant")
    asked = signing.process.told()["asked"]
    assert signing.browser().get("/connexion/ouvrir").status == 503
    assert signing.process.told()["asked"]["/proconnect/.well-known/openid-configuration"] == 1, (
        "others hear of it at once"
    )
    assert asked
    signing.process.behave(faults=[])
    signing.clock.advance(timedelta(seconds=6))
    signing.process.behave(now=signing.clock.now().timestamp())
    assert signing.sign_in().title == "Tâches"


def test_a_provider_that_goes_down_on_the_way_is_a_french_page_and_sign_out_still_works(
    signing: SigningIn,
) -> None:
    inside = signing.sign_in()
    visitor = signing.browser()
    back = brought_back(visitor.client)
    signing.process.behave(faults=["down"])
    assert visitor.get(back).status == 503
    assert sign_out(inside).title == "Vous êtes déconnecté"
    assert is_out(inside)


def test_nobody_listens_at_the_provider_s_address(signing: SigningIn) -> None:
    closed = OpenIdProcess(1)
    elsewhere = signing_in(signing.database, signing.clock, closed, "keycloak")
    assert elsewhere.browser().get("/connexion/ouvrir").status == 503
    elsewhere.app.extensions["inbox"].close()


def test_metadata_of_another_issuer_is_refused(signing: SigningIn) -> None:
    signing.process.behave(faults=["metadata"])
    assert signing.browser().get("/connexion/ouvrir").status == 403
