"""What the provider signed: by a key of its own, in its name, for us, now, for this very sign-in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import extract_compact

from services.inbox.oidc.problems import SignInRefused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a private key. Neither ``none`` nor HMAC: the key of that would be one that everybody may read."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
LONGEST = 20_000
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LASTS = 300
"""Seconds after which a logout token is no longer believed."""
LONGEST_SUBJECT = 255

OF_THE_PROTOCOL = frozenset(
    ("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "auth_time", "acr", "amr", "azp", "sid", "at_hash",
     "c_hash", "s_hash", "typ", "session_state", "email_verified")
)  # fmt: skip

FindKey = Callable[[str | None], Key]


@dataclass(frozen=True)
class Expected:
    """``nonce`` and ``access_token``: of the sign-in that the ID token must be of."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def read_id_token(token: str, find_key: FindKey, expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 3.1.3.7). Raises SignInRefused."""
    header, claims = _verified(token, find_key)
    wanted = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "nonce": {"essential": True, "value": expected.nonce},
    }
    of_this = {
        "client_id": expected.client_id, "nonce": expected.nonce, "access_token": expected.access_token,
    }  # fmt: skip
    _check(CodeIDToken(claims, header, wanted, of_this), now)
    return claims


@dataclass(frozen=True)
class Logout:
    """A session that the provider has ended, by its name or by its person; one of the two is there."""

    issuer: str
    subject: str | None
    sid: str | None
    issued_at: int

    def covers(self, id_token: str) -> bool:
        """Whether a session was there when this was said. Both instants, in seconds, are by the provider's clock."""
        return int(_claims(id_token).get("iat", 0)) <= self.issued_at


def read_logout_token(token: str, find_key: FindKey, issuer: str, client_id: str, now: datetime) -> Logout:
    """A logout token (Back-Channel Logout 2.6), of the last minutes. Raises SignInRefused."""
    _, claims = _verified(token, find_key)
    _check_registered(claims, issuer, client_id, now)
    told, issued_at = claims.get("events"), claims.get("iat")
    subject, sid = claims.get("sub"), claims.get("sid")
    if not isinstance(told, dict) or LOGOUT not in told or "nonce" in claims:
        raise SignInRefused("wrong_answer", "no logout token")
    if not isinstance(issued_at, int) or now.timestamp() - issued_at > LOGOUT_LASTS:
        raise SignInRefused("wrong_answer", "old logout token")
    if not all(each is None or (isinstance(each, str) and each) for each in (subject, sid)):
        raise SignInRefused("wrong_answer", "logout of nobody")
    if subject is None and sid is None:
        raise SignInRefused("wrong_answer", "logout of nobody")
    return Logout(issuer, subject, sid, issued_at)


def read_userinfo(
    token: str, find_key: FindKey, issuer: str, client_id: str, now: datetime
) -> dict[str, Any]:
    """The claims of a signed answer of the userinfo address (Core 5.3.2), for us and by the provider."""
    _, claims = _verified(token, find_key)
    _check_registered(claims, issuer, client_id, now)
    return claims


def subject_of(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise SignInRefused("wrong_answer", "no subject")
    return subject


def is_hint(id_token: str) -> bool:
    """Whether it may stand in an address: nothing in it says who somebody is, save the provider's own number."""
    return set(_claims(id_token)) <= OF_THE_PROTOCOL


def _claims(token: str) -> dict[str, Any]:
    """Of a token of ours, verified when it came."""
    found: dict[str, Any] = json.loads(extract_compact(token.encode()).payload)
    return found


def _verified(token: str, find_key: FindKey) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Header and claims, once the signature is found good. The algorithm is ours to allow, the key the provider's."""
    if len(token) > LONGEST:
        raise SignInRefused("wrong_answer", "token too long")
    try:
        header = extract_compact(token.encode()).headers()
        if header.get("alg") not in ALGORITHMS:
            raise SignInRefused("wrong_answer", "algorithm not allowed")
        key = find_key(header.get("kid"))
        if key.alg not in (None, header["alg"]):
            raise SignInRefused("wrong_answer", "key of another algorithm")
        found = jwt.decode(token, key, algorithms=[header["alg"]])
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(error) from None
    return found.header, dict(found.claims)


def _check_registered(claims: dict[str, Any], issuer: str, client_id: str, now: datetime) -> None:
    """Signed by the provider, for us, now."""
    registry = jwt.JWTClaimsRegistry(
        int(now.timestamp()), LEEWAY,
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": client_id},
    )  # fmt: skip
    try:
        registry.validate(claims)
    except JoseError as error:
        raise _refused(error) from None


def _check(claims: Any, now: datetime) -> None:
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(error) from None


def _refused(error: Exception) -> SignInRefused:
    """The log says which rule was broken; a claim's value never is in it."""
    return SignInRefused("wrong_answer", f"{type(error).__name__} {getattr(error, 'claim', '')}".strip())
