"""What the provider says of itself, and its keys: asked for once, kept for an hour, asked again for an unknown key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from services.inbox.oidc.http import Http
from services.inbox.oidc.pause import Pause
from services.inbox.oidc.problems import ProviderDown, SignInRefused
from shared.clock import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
FRESH = timedelta(hours=1)
BETWEEN_REFRESHES = timedelta(seconds=30)
"""Tokens with invented key names do not make us ask the provider more often than this."""


@dataclass(frozen=True)
class Metadata:
    """Addresses of the provider. ``authenticates_by_post``: the client secret goes in the body, not in a header."""

    authorization: str
    token: str
    userinfo: str
    jwks: str
    end_session: str | None
    authenticates_by_post: bool
    names_itself: bool
    """Its answer at sign-in has an ``iss`` (RFC 9207)."""
    takes_claims: bool
    """One may ask it for single claims (Core 5.5)."""


class Discovery:
    """One provider, shared by the threads of a process."""

    def __init__(self, issuer: str, http: Http, clock: Clock) -> None:
        self._issuer, self._http, self._clock = issuer, http, clock
        self._lock = Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, dict[str | None, Key]] | None = None
        self._metadata_pause = Pause(clock, ProviderDown, SignInRefused)
        self._keys_pause = Pause(clock, ProviderDown, SignInRefused)

    def metadata(self) -> Metadata:
        """An old answer is better than none, and than one that cannot be read or is another provider's.

        When it was never known, raises ProviderDown (no answer, or one of the last seconds failed), SignInRefused.
        """
        with self._lock:
            if self._metadata is None or self._is_old(self._metadata[0], FRESH):
                try:
                    with self._metadata_pause.asking():
                        said = self._http.json(self._issuer.rstrip("/") + WELL_KNOWN)
                        found = _read(said, self._issuer)
                except (ProviderDown, SignInRefused):
                    if self._metadata is None:
                        raise
                    return self._metadata[1]
                self._metadata = (self._clock.now(), found)
            return self._metadata[1]

    def key(self, kid: str | None) -> Key:
        """The provider's public key of that name; the keys are asked for again when there is none.

        Raises SignInRefused when there is still none, ProviderDown.
        """
        address = self.metadata().jwks
        with self._lock:
            found = self._known(kid)
            if found is None and (self._keys is None or self._is_old(self._keys[0], BETWEEN_REFRESHES)):
                with self._keys_pause.asking():
                    self._keys = (self._clock.now(), _keys(self._http.json(address)))
                found = self._known(kid)
        if found is None:
            raise SignInRefused("wrong_answer", "unknown key")
        return found

    def _known(self, kid: str | None) -> Key | None:
        """A key that was withdrawn is no longer known after FRESH."""
        if self._keys is None or self._is_old(self._keys[0], FRESH):
            return None
        return self._keys[1].get(kid)

    def _is_old(self, asked_at: datetime, age: timedelta) -> bool:
        return self._clock.now() - asked_at >= age


def _read(said: dict[str, Any], issuer: str) -> Metadata:
    if said.get("issuer") != issuer:
        raise SignInRefused("wrong_answer", "metadata of another issuer")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    end = said.get("end_session_endpoint")
    return Metadata(
        authorization=_endpoint(said, "authorization_endpoint", issuer),
        token=_endpoint(said, "token_endpoint", issuer),
        userinfo=_endpoint(said, "userinfo_endpoint", issuer),
        jwks=_endpoint(said, "jwks_uri", issuer),
        end_session=_endpoint(said, "end_session_endpoint", issuer) if end else None,
        authenticates_by_post="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        takes_claims=said.get("claims_parameter_supported") is True,
    )


def _endpoint(said: dict[str, Any], name: str, issuer: str) -> str:
    """As safe as the issuer's own address: no provider by https leads to http."""
    address = said.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(issuer).scheme:
        raise SignInRefused("wrong_answer", f"metadata without {name}")
    return address


def _keys(said: dict[str, Any]) -> dict[str | None, Key]:
    """Public signing keys by name; the only one also answers for a token that names none."""
    try:
        usable = [key for key in said["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use") != "enc"]
        found = list(KeySet.import_key_set({"keys": usable}))
    except (JoseError, KeyError, TypeError, ValueError, AttributeError):
        raise SignInRefused("wrong_answer", "keys that cannot be read") from None
    named: dict[str | None, Key] = {key.kid: key for key in found}
    return named | ({None: found[0]} if len(found) == 1 else {})
