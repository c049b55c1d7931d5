"""Signing in and out at an OpenID provider that runs in a process of its own."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests

from tests.inbox.openid import KARIM, PERSON, SigningIn, import_rows, is_out, row, sign_out
from tests.support.openid import HOME, brought_back, query_of

BOTH = pytest.mark.parametrize("signing", ["proconnect", "keycloak"], indirect=True)
NOT_IN = "Vous n’êtes pas connecté"


@BOTH
def test_a_person_of_the_directory_signs_in_and_sees_who_she_is(signing: SigningIn) -> None:
    """By userinfo as a signed JWT (ProConnect), and as JSON (Keycloak)."""
    page = signing.sign_in()
    assert (page.status, page.title) == (200, "Tâches")
    assert "Karim Benali" in page.text_of("//header")


@BOTH
def test_signing_out_ends_the_session_here_and_at_the_provider(signing: SigningIn) -> None:
    visitor = signing.sign_in()
    page = sign_out(visitor)
    assert page.title == "Vous êtes déconnecté"
    there = page.headers["Refresh"].removeprefix("0; url=")
    assert there == page.page.xpath("//main//a/@href")[0], "also for who has no automatic page"
    assert is_out(visitor)
    back = requests.get(there, allow_redirects=False, timeout=30).headers["Location"]
    assert signing.process.told()["signed_out"] == [PERSON["sub"]]
    assert visitor.get(back.removeprefix(HOME)).title == "Vous êtes déconnecté"


def test_the_sign_in_page_leads_to_the_provider_and_lists_nobody(signing: SigningIn) -> None:
    page = signing.browser().get("/connexion")
    assert page.links() == ["Se connecter avec ProConnect"]
    assert "Karim" not in page.text
    assert page.client.post("/connexion", data={"person": "x"}).status_code in (400, 405)


def test_the_way_to_the_provider_carries_state_nonce_and_a_code_challenge(signing: SigningIn) -> None:
    asked = [
        query_of(signing.browser().client.get("/connexion/ouvrir").headers["Location"]) for _ in range(2)
    ]
    for each in asked:
        assert each["response_type"] == "code"
        assert each["code_challenge_method"] == "S256"
        assert each["scope"] == "openid email siret", "no more than what is used"
    for name in ("state", "nonce", "code_challenge"):
        assert len({each[name] for each in asked}) == 2, f"{name} is of one attempt"
        assert all(len(each[name]) >= 43 for each in asked)


def test_after_signing_in_one_is_where_one_wanted_to_be(signing: SigningIn) -> None:
    visitor = signing.browser().get("/preferences")
    way = visitor.page.xpath("//main//a/@href")[0]
    assert signing.sign_in(visitor, way).title == "Mes préférences"


def test_signing_in_never_leads_to_another_site(signing: SigningIn) -> None:
    for elsewhere in ("https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example"):
        client = signing.browser().client
        there = client.get("/connexion/ouvrir", query_string={"suite": elsewhere}).headers["Location"]
        back = requests.get(there, allow_redirects=False, timeout=30).headers["Location"].removeprefix(HOME)
        assert client.get(back).headers["Location"] == "/taches"


def test_a_session_planted_before_sign_in_is_worth_nothing_after_it(signing: SigningIn) -> None:
    visitor = signing.browser()
    visitor.client.set_cookie("ae_session", "planted-by-somebody")
    signing.sign_in(visitor)
    somebody = signing.browser()
    somebody.client.set_cookie("ae_session", "planted-by-somebody")
    assert is_out(somebody)


def test_signing_in_again_closes_the_session_that_the_browser_had(signing: SigningIn) -> None:
    visitor = signing.sign_in()
    before = visitor.client.get_cookie("ae_session")
    assert before
    signing.sign_in(visitor)
    somebody = signing.browser()
    somebody.client.set_cookie("ae_session", before.value)
    assert is_out(somebody)


def test_two_windows_of_one_browser_sign_in_side_by_side(signing: SigningIn) -> None:
    visitor = signing.browser()
    first, second = (brought_back(visitor.client) for _ in range(2))
    assert visitor.get(second).title == "Tâches"
    assert visitor.get(first).title == "Tâches", "this window finds the person signed in"


DISTRUSTED = {
    "nonce": "InvalidClaimError nonce",
    "audience": "InvalidClaimError aud",
    "issuer": "InvalidClaimError iss",
    "expired": "ExpiredTokenError exp",
    "at_hash": "InvalidClaimError at_hash",
    "alg none": "algorithm not allowed",
    "hmac": "algorithm not allowed",
    "foreign key": "BadSignatureError",
    "mixed up": "answer of another issuer",
    "userinfo of another": "userinfo of another subject",
    "userinfo audience": "InvalidClaimError aud",
    "unsigned userinfo": "userinfo is not signed",
}


def test_an_answer_that_cannot_be_trusted_signs_nobody_in(
    signing: SigningIn, caplog: pytest.LogCaptureFixture
) -> None:
    for fault, rule in DISTRUSTED.items():
        page = signing.with_faults(fault)
        assert (page.status, page.title) == (403, NOT_IN), fault
        assert "n’a pas pu être vérifiée" in page.text
        assert is_out(page)
        assert caplog.messages[-1] == f"sign-in refused: wrong_answer ({rule})"


@pytest.mark.parametrize("signing", ["keycloak"], indirect=True)
def test_nor_does_one_of_keycloak(signing: SigningIn, caplog: pytest.LogCaptureFixture) -> None:
    for fault in ("nonce", "audience", "expired", "alg none", "hmac", "foreign key", "userinfo of another"):
        page = signing.with_faults(fault)
        assert (page.status, page.title) == (403, NOT_IN)
        assert is_out(page)
        assert DISTRUSTED[fault] in caplog.messages[-1]


def test_a_token_of_another_hour_is_refused_by_our_clock(signing: SigningIn) -> None:
    visitor = signing.browser()
    back = brought_back(visitor.client)
    signing.process.behave(now=(signing.clock.now() - timedelta(minutes=10)).timestamp())
    assert visitor.get(back).status == 403
    signing.process.behave(now=(signing.clock.now() + timedelta(minutes=10)).timestamp())
    assert signing.sign_in().status == 403, "issued in the future"


def test_a_wrong_state_signs_nobody_in(signing: SigningIn) -> None:
    visitor = signing.browser()
    code = query_of(brought_back(visitor.client))["code"]
    for state in ("", "invented", "é"):
        page = visitor.get("/connexion/retour", query_string={"code": code, "state": state})
        assert (page.status, page.title) == (403, NOT_IN)
        assert "n’est plus valable" in page.text


def test_what_was_begun_in_one_browser_is_not_finished_in_another(signing: SigningIn) -> None:
    """Nobody is signed in as somebody else by a link."""
    back = brought_back(signing.browser().client)
    assert signing.browser().get(back).status == 403


def test_a_callback_is_good_once(signing: SigningIn) -> None:
    visitor = signing.browser()
    back = brought_back(visitor.client)
    before = visitor.client.get_cookie("ae_forms")
    assert before
    assert visitor.get(back).title == "Tâches"
    sign_out(visitor)
    assert visitor.get(back).status == 403
    copy = signing.browser()
    copy.client.set_cookie("ae_forms", before.value)
    page = copy.get(back)
    assert page.status == 403, "the provider takes a code once"
    assert is_out(copy)


def test_an_attempt_lasts_ten_minutes(signing: SigningIn) -> None:
    visitor = signing.browser()
    back = brought_back(visitor.client)
    signing.clock.advance(timedelta(minutes=11))
    assert "n’est plus valable" in visitor.get(back).text


def test_who_gives_up_at_the_provider_may_begin_again(
    signing: SigningIn, caplog: pytest.LogCaptureFixture
) -> None:
    page = signing.with_faults("refused")
    assert "n’a pas été terminée" in page.text
    assert page.links() == ["Recommencer"]
    assert caplog.messages[-1] == "sign-in refused: not_finished (access_denied)"
    page.get(brought_back(page.client).replace("access_denied", "Karim+Benali"))
    assert caplog.messages[-1] == "sign-in refused: not_finished (another error)"
    signing.process.behave(faults=[])
    assert signing.sign_in(page).title == "Tâches"


def test_the_level_that_is_asked_for_must_be_the_one_that_was_had(signing: SigningIn) -> None:
    strict = signing.again(acr_values="eidas2 eidas3")
    there = strict.browser().client.get("/connexion/ouvrir").headers["Location"]
    asked = json.loads(query_of(there)["claims"])
    assert asked == {"id_token": {"acr": {"essential": True, "values": ["eidas2", "eidas3"]}}}
    assert "pas assez sûre" in strict.sign_in().text
    signing.process.behave(acr="eidas2")
    assert strict.sign_in().title == "Tâches"
    strict.app.extensions["inbox"].close()


@pytest.mark.parametrize("signing", ["keycloak"], indirect=True)
def test_a_provider_that_takes_no_claims_is_asked_for_the_level_by_its_values(signing: SigningIn) -> None:
    strict = signing.again(acr_values="gold")
    there = strict.browser().client.get("/connexion/ouvrir").headers["Location"]
    assert query_of(there)["acr_values"] == "gold"
    strict.app.extensions["inbox"].close()


def test_only_accounts_of_the_named_identity_providers_are_taken(signing: SigningIn) -> None:
    for idps, title in (("idp-2 idp-3", NOT_IN), ("idp-1 idp-2", "Tâches")):
        choosy = signing.again(idps=idps)
        assert choosy.sign_in().title == title
        choosy.app.extensions["inbox"].close()


def test_sign_in_writes_nothing_personal_into_the_log(
    signing: SigningIn, caplog: pytest.LogCaptureFixture
) -> None:
    signing.sign_in()
    for fault in ("nonce", "userinfo of another", "hmac"):
        signing.with_faults(fault)
    signing.with_faults(person=PERSON | {"email": "inconnu@ailleurs.example", "sub": "sub-of-nobody"})
    written = " ".join(record.getMessage() for record in caplog.records)
    assert "unknown_person" in written
    for personal in (KARIM, "inconnu", "sub-of", "Benali", "eyJ"):
        assert personal not in written


def test_the_provider_s_pages_are_not_of_our_addresses(signing: SigningIn) -> None:
    """What we send people to is the provider's own address, whatever Host the request had."""
    client = signing.browser().client
    there = client.get("/connexion/ouvrir").headers["Location"]
    assert urlsplit(there).netloc == urlsplit(signing.process.base).netloc
    assert query_of(there)["redirect_uri"] == f"{HOME}/connexion/retour"


def test_the_first_sign_in_needs_the_address_the_next_ones_do_not(signing: SigningIn) -> None:
    signing.sign_in()
    moved = PERSON | {"email": "nouvelle@ailleurs.example", "email_verified": False}
    assert signing.with_faults(person=moved).title == "Tâches"
    import_rows(signing.database, [row("Karim Benali", "karim@autre.example")])
    assert "Karim Benali" in signing.sign_in().text_of("//header")
