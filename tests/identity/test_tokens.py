"""Tokens: who is believed, for what, and for how long."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from shared.clock import FixedClock
from shared.identity import (
    Actor,
    ActsFor,
    KeyRefused,
    TokenRefused,
    TokenSigner,
    TokenVerifier,
    actor_of,
    key_id,
    new_private_key,
    public_key,
)
from shared.ids import uuid7

CLAIRE = Actor("0190b5a0-0000-7000-8000-000000000001", "Claire", "0690001A", "lycee", frozenset({"referent"}))
OLD, NEW = new_private_key(), new_private_key()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 9, 15, 12, tzinfo=UTC))


@pytest.fixture
def signer(clock: FixedClock) -> TokenSigner:
    return TokenSigner({"old": OLD}, clock, uuid7)


@pytest.fixture
def verifier(clock: FixedClock) -> TokenVerifier:
    return TokenVerifier({"old": public_key(OLD), "new": public_key(NEW)}, "enrolment", clock)


def forged(clock: FixedClock, key: str = OLD, kid: str = "old", **changed: Any) -> str:
    """A token signed with `key` whose claims differ from good ones; None takes a claim away."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": "inbox", "aud": "enrolment", "sub": "p", "iat": now, "exp": now + 300, "jti": "j",
        "name": "n", "org": "o", "org_kind": "lycee", "roles": [], **changed,
    }  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm="EdDSA", headers={"kid": kid})


def test_a_token_carries_person_organisation_and_roles(signer: TokenSigner, verifier: TokenVerifier) -> None:
    assert verifier.verify(signer.sign(CLAIRE, "enrolment")) == CLAIRE


@pytest.mark.parametrize(
    "acts_for",
    [
        ActsFor("absence", "p2", "Karim"),
        ActsFor("delegation", "p2", "Hélène", "admissions"),
        ActsFor("support", "p2", "Karim"),
    ],
)
def test_a_token_says_in_whose_place_somebody_acts(
    signer: TokenSigner, verifier: TokenVerifier, acts_for: ActsFor
) -> None:
    acting = replace(CLAIRE, acts_for=acts_for)
    assert verifier.verify(signer.sign(acting, "enrolment")) == acting
    assert (acting.holder_id, CLAIRE.holder_id) == ("p2", CLAIRE.person_id)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "king"}, {"person_id": ""}, {"name": 3}, {"scope": "admissions"}, {"more": 1},
        {"kind": "delegation"}, {"kind": "delegation", "scope": "everything"},
    ],
)  # fmt: skip
def test_a_place_that_is_not_said_well_is_not_believed(
    clock: FixedClock, verifier: TokenVerifier, changed: dict[str, Any]
) -> None:
    told = {"kind": "absence", "person_id": "p2", "name": "Karim", "scope": None} | changed
    with pytest.raises(TokenRefused):
        verifier.verify(forged(clock, **{"for": told}))
    with pytest.raises(TokenRefused):
        verifier.verify(forged(clock, **{"for": "p2"}))


def test_the_last_key_signs_and_the_old_one_is_still_believed(
    signer: TokenSigner, verifier: TokenVerifier, clock: FixedClock
) -> None:
    rotated = TokenSigner({"old": OLD, "new": NEW}, clock, uuid7).sign(CLAIRE, "enrolment")
    assert jwt.get_unverified_header(rotated)["kid"] == "new"
    assert verifier.verify(rotated) == verifier.verify(signer.sign(CLAIRE, "enrolment")) == CLAIRE


def test_a_token_lives_five_minutes(signer: TokenSigner, verifier: TokenVerifier, clock: FixedClock) -> None:
    token = signer.sign(CLAIRE, "enrolment")
    clock.advance(timedelta(minutes=4, seconds=59))
    assert verifier.verify(token) == CLAIRE
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(token)
    assert refused.value.reason == "expired"


def test_a_token_is_for_one_service(signer: TokenSigner, verifier: TokenVerifier) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(signer.sign(CLAIRE, "bilan"))


def test_an_unknown_key_is_not_believed(clock: FixedClock, verifier: TokenVerifier) -> None:
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(TokenSigner({"mine": new_private_key()}, clock, uuid7).sign(CLAIRE, "enrolment"))
    assert refused.value.reason == "unknown key"


def test_a_known_key_id_with_another_key_is_not_believed(clock: FixedClock, verifier: TokenVerifier) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(forged(clock, key=new_private_key()))


def test_a_changed_claim_breaks_the_signature(signer: TokenSigner, verifier: TokenVerifier) -> None:
    header, claims, signature = signer.sign(CLAIRE, "enrolment").split(".")
    read = json.loads(urlsafe_b64decode(claims + "=="))
    read["roles"] = ["chef_etablissement"]
    changed = urlsafe_b64encode(json.dumps(read).encode()).decode().rstrip("=")
    with pytest.raises(TokenRefused):
        verifier.verify(f"{header}.{changed}.{signature}")


@pytest.mark.parametrize(
    "changed",
    [
        *({claim: None} for claim in ("iss", "aud", "sub", "iat", "exp", "jti", "name", "org", "org_kind", "roles")),
        {"iss": "somebody"},
        {"aud": ["enrolment", "bilan"]},
        {"sub": ""},
        {"sub": 1},
        {"org_kind": "ministry"},
        {"roles": "referent"},
        {"roles": [1]},
        {"iat": "now"},
        {"exp": True},
    ],
    ids=str,
)  # fmt: skip
def test_a_well_signed_but_malformed_token_is_refused(
    clock: FixedClock, verifier: TokenVerifier, changed: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefused):
        verifier.verify(forged(clock, **changed))


def test_a_token_that_lives_longer_or_comes_from_the_future_is_refused(
    clock: FixedClock, verifier: TokenVerifier
) -> None:
    now = int(clock.now().timestamp())
    for issued, expires in ((now, now + 301), (now + 31, now + 331)):
        with pytest.raises(TokenRefused):
            verifier.verify(forged(clock, iat=issued, exp=expires))
    assert verifier.verify(forged(clock, iat=now + 30, exp=now + 330)).person_id == "p"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_other_algorithm_is_believed(clock: FixedClock, verifier: TokenVerifier, algorithm: str) -> None:
    now = int(clock.now().timestamp())
    claims = {"iss": "inbox", "aud": "enrolment", "sub": "p", "iat": now, "exp": now + 300}
    key = "" if algorithm == "none" else "k" * 64
    with pytest.raises(TokenRefused):
        verifier.verify(jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "old"}))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer " + "x" * 5000]
)
def test_a_header_without_a_token_is_refused(verifier: TokenVerifier, header: str) -> None:
    with pytest.raises(TokenRefused):
        actor_of(verifier, header)


def test_a_refusal_never_quotes_the_token(signer: TokenSigner, verifier: TokenVerifier) -> None:
    token = signer.sign(replace(CLAIRE, name="Secret"), "bilan")
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(token)
    assert "Secret" not in str(refused.value) + refused.value.reason
    assert token not in str(refused.value) + refused.value.reason


@pytest.mark.parametrize("pem", ["", "not a key", public_key(OLD)])
def test_a_key_that_cannot_sign_is_refused_at_start_by_its_id(clock: FixedClock, pem: str) -> None:
    with pytest.raises(KeyRefused, match="k1"):
        TokenSigner({"k1": pem}, clock, uuid7)


def test_no_key_at_all_is_refused_at_start(clock: FixedClock) -> None:
    with pytest.raises(KeyRefused):
        TokenSigner({}, clock, uuid7)


def test_a_private_key_is_not_taken_for_a_public_one(clock: FixedClock) -> None:
    with pytest.raises(KeyRefused, match="k1"):
        TokenVerifier({"k1": OLD}, "enrolment", clock)


def test_a_key_id_can_be_made_from_the_key() -> None:
    assert key_id(public_key(OLD)) == key_id(public_key(OLD)) != key_id(public_key(NEW))


def test_people_and_workers_have_a_side() -> None:
    assert CLAIRE.side == "lycee"
    assert Actor("p", "n", "ml-lyon", "mission_locale").side == "ml"
    assert Actor.system("bilan").side == "system"
    assert Actor.system("bilan").person_id == "system:bilan"
