"""Short-lived tokens: Ed25519 JWT (RFC 8037) from the inbox for one service: person, organisation, roles.

Rotation: put the new public key beside the old one in every service, then let the new private key sign, and
take the old public key away five minutes later at the earliest.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

import jwt
from jwt.types import Options

from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.identity.acting import scopes
from shared.identity.actor import ACTING, ROLES, Actor, ActsFor
from shared.identity.family import FAMILY_KIND, FAMILY_SIGNERS, FamilyMember
from shared.identity.keys import KeyRefused, load_private, load_public
from shared.ids import Ids

ISSUER = "inbox"
ALGORITHM = "EdDSA"
LIFETIME = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
"""How far the clocks of two machines may differ."""
CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti", "name", "org", "org_kind", "roles")
LONGEST = 4_096


class TokenRefused(Unauthenticated):
    """No token, or one that is not to be trusted. `reason` is for logs: never the token or a claim."""

    code: ClassVar[str] = "identity.token_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class TokenSigner:
    """Signs with the last of its keys. `private_keys`: kid → PEM, as the settings give them."""

    def __init__(self, private_keys: Mapping[str, str], clock: Clock, ids: Ids) -> None:
        if not private_keys:
            raise KeyRefused("no private token key is given")
        loaded = {kid: load_private(kid, pem) for kid, pem in private_keys.items()}
        self._kid, self._key = list(loaded.items())[-1]
        self._clock, self._ids = clock, ids

    def sign(self, actor: Actor | FamilyMember, audience: str) -> str:
        """A token of five minutes for one service."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": actor.person_id,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
            "jti": self._ids(),
            "name": actor.name,
            "org": actor.organisation_id,
            "org_kind": actor.organisation_kind,
            "roles": sorted(actor.roles),
            **({"for": asdict(actor.acts_for)} if isinstance(actor, Actor) and actor.acts_for else {}),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._kid})


class TokenVerifier:
    """Trusts the inbox's tokens for one audience. `public_keys`: kid → PEM."""

    def __init__(self, public_keys: Mapping[str, str], audience: str, clock: Clock) -> None:
        self._keys = {kid: load_public(kid, pem) for kid, pem in public_keys.items()}
        self._audience, self._clock = audience, clock

    def verify(self, token: str) -> Actor:
        """The actor that the token names. Raises TokenRefused."""
        claims = self._claims(token)
        self._in_time(claims)
        return _actor(claims)

    def verify_family(self, token: str) -> FamilyMember:
        """Who of a family the token names. Raises TokenRefused, also for the token of an Actor."""
        claims = self._claims(token)
        self._in_time(claims)
        return _family_member(claims)

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise TokenRefused("too long")
        try:
            header, _, _ = token.partition(".")
            kid = jwt.get_unverified_header(f"{header}..").get("kid")  # without reading the claims twice
            if not isinstance(kid, str) or kid not in self._keys:
                raise TokenRefused("unknown key")
            # times are judged below, by our clock: PyJWT would ask the machine's
            options: Options = {
                "require": list(CLAIMS),
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            }
            return dict(
                jwt.decode(
                    token, self._keys[kid], algorithms=[ALGORITHM], audience=self._audience, issuer=ISSUER,
                    options=options,
                )
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            raise TokenRefused(type(error).__name__) from error

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        issued, expires = claims["iat"], claims["exp"]
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in (issued, expires)):
            raise TokenRefused("malformed times")
        if expires - issued > LIFETIME.total_seconds():
            raise TokenRefused("lives too long")
        now = self._clock.now().timestamp()
        if now >= expires:
            raise TokenRefused("expired")
        if issued > now + SKEW.total_seconds():
            raise TokenRefused("from the future")


def _actor(claims: Mapping[str, Any]) -> Actor:
    texts = {name: claims[name] for name in ("sub", "name", "org", "org_kind")}
    roles = claims["roles"]
    if not all(isinstance(text, str) and text for text in texts.values()) or texts["org_kind"] not in ROLES:
        raise TokenRefused("malformed claims")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenRefused("malformed roles")
    return Actor(
        person_id=texts["sub"],
        name=texts["name"],
        organisation_id=texts["org"],
        organisation_kind=texts["org_kind"],
        roles=frozenset(roles),
        acts_for=_acts_for(claims["for"]) if "for" in claims else None,
    )


def _family_member(claims: Mapping[str, Any]) -> FamilyMember:
    texts = [claims[name] for name in ("sub", "name", "org")]
    roles = claims["roles"]
    if claims["org_kind"] != FAMILY_KIND or not all(isinstance(text, str) and text for text in texts):
        raise TokenRefused("malformed claims")
    if not isinstance(roles, list) or len(roles) != 1 or roles[0] not in FAMILY_SIGNERS:
        raise TokenRefused("malformed roles")
    return FamilyMember(texts[0].removeprefix("lien:"), texts[1], texts[2], roles[0])


def _acts_for(told: Any) -> ActsFor:
    if not isinstance(told, dict) or told.keys() != {"kind", "person_id", "name", "scope"}:
        raise TokenRefused("malformed acting")
    texts = (told["person_id"], told["name"])
    if told["kind"] not in ACTING or not all(isinstance(text, str) and text for text in texts):
        raise TokenRefused("malformed acting")
    is_delegation = told["kind"] == "delegation"
    if is_delegation != (told["scope"] is not None) or (is_delegation and told["scope"] not in scopes()):
        raise TokenRefused("unknown scope")
    return ActsFor(told["kind"], told["person_id"], told["name"], told["scope"])
