"""One sign-in at the provider: the address to go to, and from the answer's code to a verified identity."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from services.inbox.oidc import tokens
from services.inbox.oidc.attempts import Attempt
from services.inbox.oidc.discovery import Discovery, Metadata
from services.inbox.oidc.http import TIMEOUTS, Http, read_object
from services.inbox.oidc.pause import Pause
from services.inbox.oidc.problems import ProviderDown, SignInRefused
from shared.clock import Clock

log = logging.getLogger(__name__)

SIGNED = "application/jwt"
TOLD_ERRORS = frozenset(
    ("access_denied", "invalid_request", "invalid_scope", "login_required", "server_error",
     "temporarily_unavailable", "unauthorized_client", "unmet_authentication_requirements")
)  # fmt: skip
"""For the log: anybody can write another text into that address."""
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class Kind:
    """``name``: as people know it. ``signs_userinfo``: it answers by a JWT, and anything else is refused."""

    name: str
    scope: str
    signs_userinfo: bool


@dataclass(frozen=True)
class Client:
    """We, as the provider knows us. ``acr_values``: asked for, and one of them wanted in the answer.

    ``trusts_emails``: the provider gives no address that it did not verify, says whoever set us up.
    ``idps``: whose accounts are taken (``idp_id``); empty: everybody's that the provider takes.
    """

    kind: Kind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    return_address: str
    ended_address: str
    trusts_emails: bool
    acr_values: tuple[str, ...]
    idps: frozenset[str]

    @property
    def scope(self) -> str:
        """No name is asked for: the directory has it."""
        return f"{self.kind.scope} idp_id" if self.idps else self.kind.scope


@dataclass(frozen=True)
class Identity:
    """Who signed in, as the provider has verified. ``email``: None when the provider does not vouch for it."""

    issuer: str
    subject: str
    email: str | None
    siret: str | None
    id_token: str = field(repr=False)
    sid: str | None = None
    """The provider's own session, where it names it."""


class Provider:
    def __init__(self, client: Client, discovery: Discovery, http: Http, clock: Clock) -> None:
        self._client, self._discovery, self._http, self._clock = client, discovery, http, clock
        self._pause = Pause(
            clock, ProviderDown
        )  # a code that is refused is no failure: anybody can invent one
        self.name = client.kind.name

    def address_to_go(self, attempt: Attempt, *, is_again: bool) -> str:
        """Where the browser signs in (code flow with PKCE). Raises ProviderDown, SignInRefused.

        ``is_again``: somebody signed in from this browser before; the provider asks who is there now (Core 3.1.2.1),
        although its own session may still be open.
        """
        self._pause.check()
        found = self._discovery.metadata()
        wanted = self._level(found) | ({"prompt": "login"} if is_again else {})
        with self._session(found) as session:
            address, _ = session.create_authorization_url(
                found.authorization,
                state=attempt.state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                **wanted,
            )
        return str(address)

    def identify(self, answer: Mapping[str, str], attempt: Attempt) -> Identity:
        """From the parameters that the browser brought back. Raises SignInRefused, ProviderDown."""
        found = self._discovery.metadata()
        if answer.get("iss", "" if found.names_itself else self._client.issuer) != self._client.issuer:
            raise SignInRefused("wrong_answer", "answer of another issuer")
        if "error" in answer:
            said = answer["error"] if answer["error"] in TOLD_ERRORS else "another error"
            raise SignInRefused("not_finished", said)
        with self._pause.asking():
            access_token, id_token = self._exchange(found, answer.get("code", ""), attempt)
        expected = tokens.Expected(self._client.issuer, self._client.client_id, attempt.nonce, access_token)
        claims = tokens.read_id_token(id_token, self._discovery.key, expected, self._clock.now())
        subject = tokens.subject_of(claims)
        if self._client.acr_values and claims.get("acr") not in self._client.acr_values:
            raise SignInRefused("level", "acr")
        person = self._userinfo(found, access_token)
        if tokens.subject_of(person) != subject:
            raise SignInRefused("wrong_answer", "userinfo of another subject")
        return self._identity(subject, claims, person, id_token)

    def read_logout(self, token: str) -> tokens.Logout:
        """What the provider says has ended. Raises SignInRefused, ProviderDown."""
        return tokens.read_logout_token(
            token, self._discovery.key, self._client.issuer, self._client.client_id, self._clock.now()
        )

    def address_to_leave(self, id_token: str | None, state: str) -> str | None:
        """Where the browser ends the provider's session too; None when it has no such address, or is down.

        Without ``id_token``, or with one that holds more than the protocol needs, the provider knows us by our name,
        and may ask the person to confirm (RP-Initiated Logout 2).
        """
        try:
            found = self._discovery.metadata()
        except (ProviderDown, SignInRefused):
            return None
        if found.end_session is None:
            return None
        query = {
            "post_logout_redirect_uri": self._client.ended_address, "state": state,
            "client_id": self._client.client_id,
        }  # fmt: skip
        if id_token is not None and tokens.is_hint(id_token):
            query["id_token_hint"] = id_token
        return f"{found.end_session}{'&' if '?' in found.end_session else '?'}{urlencode(query)}"

    def _level(self, found: Metadata) -> dict[str, str]:
        """The level that we ask for: as a claim that has to be there (Core 5.5.1.1) where the provider takes that."""
        if not self._client.acr_values:
            return {}
        if found.takes_claims:
            essential = {"essential": True, "values": self._client.acr_values}
            return {"claims": json.dumps({"id_token": {"acr": essential}})}
        return {"acr_values": " ".join(self._client.acr_values)}

    def _session(self, found: Metadata) -> Any:
        session = OAuth2Session(
            client_id=self._client.client_id, client_secret=self._client.client_secret,
            token_endpoint_auth_method="client_secret_post" if found.authenticates_by_post else "client_secret_basic",
            redirect_uri=self._client.return_address, scope=self._client.scope, code_challenge_method="S256",
            default_timeout=TIMEOUTS,
        )  # fmt: skip
        return self._http.prepare(session)

    def _exchange(self, found: Metadata, code: str, attempt: Attempt) -> tuple[str, str]:
        """(access token, ID token) for the code, which the provider takes once."""
        if not code:
            raise SignInRefused("wrong_answer", "no code")
        try:
            with self._session(found) as session:
                told = session.fetch_token(
                    found.token, grant_type="authorization_code", code=code, code_verifier=attempt.verifier,
                    allow_redirects=False,
                )  # fmt: skip
        except AuthlibBaseError as error:
            raise SignInRefused("wrong_answer", f"the code is refused: {type(error).__name__}") from None
        except (requests.RequestException, ValueError, OSError) as error:
            log.warning("the sign-in provider does not answer: %s", type(error).__name__)
            raise ProviderDown from None
        access_token, id_token = told.get("access_token"), told.get("id_token")
        if not isinstance(access_token, str) or not isinstance(id_token, str):
            raise SignInRefused("wrong_answer", "no token")
        return access_token, id_token

    def _userinfo(self, found: Metadata, access_token: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}", "Accept": f"{SIGNED}, application/json"}
        with self._pause.asking():
            content, media_type = self._http.get(found.userinfo, headers)
        if media_type == SIGNED:
            return tokens.read_userinfo(
                content.decode("ascii", "replace"), self._discovery.key, self._client.issuer,
                self._client.client_id, self._clock.now(),
            )  # fmt: skip
        if self._client.kind.signs_userinfo:
            raise SignInRefused("wrong_answer", "userinfo is not signed")
        return read_object(content)

    def _identity(
        self, subject: str, claims: dict[str, Any], person: dict[str, Any], id_token: str
    ) -> Identity:
        idp = person.get("idp_id", claims.get("idp_id"))
        if self._client.idps and idp not in self._client.idps:
            raise SignInRefused("idp", "idp_id")
        return Identity(
            self._client.issuer,
            subject,
            self._email(person),
            _text(person, "siret", 14),
            id_token,
            _text(claims, "sid", 255),
        )

    def _email(self, person: dict[str, Any]) -> str | None:
        """Only an address that was verified: by a claim, or by what the provider promises of all it gives.

        ASCII only: in small letters the Kelvin sign is a k, and the address of somebody else becomes a colleague's.
        """
        verified = person.get("email_verified", self._client.trusts_emails)
        email = _text(person, "email", LONGEST_EMAIL)
        return email if verified is True and email is not None and email.isascii() else None


def _text(person: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = person.get(name)
    return value.strip() if isinstance(value, str) and 0 < len(value.strip()) <= longest else None
