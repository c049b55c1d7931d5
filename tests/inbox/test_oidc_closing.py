"""The provider ends a session by itself, without a browser (Back-Channel Logout)."""

from datetime import timedelta

import pytest
import requests

from tests.inbox.openid import SigningIn, is_out

pytestmark = pytest.mark.parametrize("signing", ["keycloak"], indirect=True)


def told(signing: SigningIn, *about: str) -> str:
    address = f"{signing.process.base}/keycloak/test/logout-token?{'&'.join(about)}"
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    return answer.text


def close(signing: SigningIn, token: str) -> int:
    """Told without any cookie, as a provider does."""
    return signing.app.test_client().post("/connexion/fermeture", data={"logout_token": token}).status_code


def test_the_session_that_the_provider_names_ends_and_no_other(signing: SigningIn) -> None:
    first, second = signing.sign_in(), signing.sign_in()
    assert close(signing, told(signing, "sid", "sub")) == 200
    assert is_out(second)
    assert not is_out(first)


def test_all_sessions_of_an_account_end_when_the_provider_names_none(signing: SigningIn) -> None:
    visitors = [signing.sign_in() for _ in range(2)]
    assert close(signing, told(signing, "sub")) == 200
    assert all(is_out(each) for each in visitors)


def test_an_old_word_heard_again_ends_no_new_session(signing: SigningIn) -> None:
    signing.sign_in()
    word = told(signing, "sub")
    signing.clock.advance(timedelta(seconds=2))
    signing.process.behave(now=signing.clock.now().timestamp())
    later = signing.sign_in()
    assert close(signing, word) == 200
    assert not is_out(later)
    signing.clock.advance(timedelta(minutes=6))
    assert close(signing, word) == 400


def test_a_clock_that_differs_from_the_provider_s_spares_no_session(signing: SigningIn) -> None:
    signing.process.behave(now=(signing.clock.now() - timedelta(seconds=50)).timestamp())
    inside = signing.sign_in()
    assert close(signing, told(signing, "sub")) == 200
    assert is_out(inside)


def test_what_is_no_word_of_the_provider_ends_nothing(
    signing: SigningIn, caplog: pytest.LogCaptureFixture
) -> None:
    inside = signing.sign_in()
    faults = {
        "audience": "InvalidClaimError aud", "issuer": "InvalidClaimError iss", "hmac": "algorithm not allowed",
        "alg none": "algorithm not allowed", "foreign key": "BadSignatureError", "nonce": "no logout token",
        "no event": "no logout token", "expired": "ExpiredTokenError exp",
    }  # fmt: skip
    for fault, rule in faults.items():
        signing.process.behave(faults=[fault])
        assert close(signing, told(signing, "sub")) == 400, fault
        assert caplog.messages[-1] == f"logout refused: {rule}"
    signing.process.behave(faults=[])
    assert close(signing, told(signing)) == 400, "of nobody"
    assert close(signing, "") == close(signing, "a.b.c") == 400
    assert not is_out(inside)


def test_an_account_that_is_nobody_s_ends_nothing(signing: SigningIn) -> None:
    inside = signing.sign_in()
    signing.process.behave(person={"sub": "sub-of-nobody"})
    assert close(signing, told(signing, "sub")) == 200
    assert not is_out(inside)
