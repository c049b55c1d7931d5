"""A provider that changes its keys, is down, or is not the one that it should be."""

from datetime import timedelta

import pytest

from tests.inbox.openid import SigningIn, is_out, sign_out, signing_in
from tests.support.openid import OpenIdProcess, brought_back, query_of

METADATA = "/proconnect/.well-known/openid-configuration"


def later(signing: SigningIn, how: timedelta) -> None:
    signing.clock.advance(how)
    signing.process.behave(now=signing.clock.now().timestamp())


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


@pytest.mark.parametrize("address", ["token", "userinfo"])
def test_after_a_failure_nobody_asks_that_address_again_for_a_moment(
    signing: SigningIn, address: str
) -> None:
    """The provider's metadata, known for the hour, does not say that it is down now."""
    begun = [signing.browser() for _ in range(3)]
    backs = [brought_back(each.client) for each in begun]
    signing.process.behave(faults=[f"no {address}"])
    assert [visitor.get(back).status for visitor, back in zip(begun, backs, strict=True)] == [503] * 3
    assert signing.process.told()["asked"][f"/proconnect/{address}"] == 1
    assert signing.browser().get("/connexion/ouvrir").status == 503, "nobody is sent there for nothing"
    signing.process.behave(faults=[])
    later(signing, timedelta(seconds=6))
    assert signing.sign_in().title == "Tâches"


def test_a_code_that_somebody_invented_keeps_nobody_else_waiting(signing: SigningIn) -> None:
    visitor = signing.browser()
    state = query_of(brought_back(visitor.client))["state"]
    iss = f"{signing.process.base}/proconnect"
    invented = {"code": "invented", "state": state, "iss": iss}
    assert visitor.get("/connexion/retour", query_string=invented).status == 403
    assert signing.sign_in().title == "Tâches"


def test_metadata_of_another_issuer_is_refused_and_not_asked_for_by_everybody(signing: SigningIn) -> None:
    signing.process.behave(faults=["metadata"])
    assert [signing.browser().get("/connexion/ouvrir").status for _ in range(3)] == [403, 503, 503]
    assert signing.process.told()["asked"][METADATA] == 1


def test_once_known_metadata_that_went_wrong_changes_nothing(signing: SigningIn) -> None:
    signing.sign_in()
    signing.process.behave(faults=["metadata"])
    later(signing, timedelta(hours=2))
    assert [signing.sign_in().title for _ in range(2)] == ["Tâches"] * 2
    assert signing.process.told()["asked"][METADATA] == 2, "the old one counts, and is asked for once more"
