"""From an operator's settings to a provider, or to a refusal that names the setting."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from services.inbox.identity.loopback import is_loopback
from services.inbox.oidc.discovery import Discovery
from services.inbox.oidc.http import Http
from services.inbox.oidc.provider import Client, Kind, Provider
from shared.clock import Clock
from shared.settings import PREFIX, OidcSettings, SettingsRefused

KINDS: Mapping[str, Kind] = {
    "proconnect": Kind("ProConnect", "openid email siret", signs_userinfo=True),
    "keycloak": Kind("votre compte professionnel", "openid email", signs_userinfo=False),
}
EMAILS = ("claim", "provider")
RETURN, ENDED = "/connexion/retour", "/connexion/fin"


def provider_of(env: str, said: OidcSettings, public_address: str, clock: Clock) -> Provider | None:
    """None when no setting is said, which is refused in production. Raises SettingsRefused.

    ``public_address``: of the inbox, without a path; where the provider sends people back to.
    """
    if said == OidcSettings() and env != "production":
        return None
    _need("OIDC_ISSUER", said.issuer, " (people sign in by an OpenID provider)")
    _need("OIDC_CLIENT_ID", said.client_id)
    _need("OIDC_CLIENT_SECRET", said.client_secret)
    _need("PUBLIC_ADDRESS", public_address, " (the provider sends people back to it)")
    kind = KINDS[_one_of("OIDC_PROVIDER", said.provider, tuple(KINDS))]
    emails = _one_of("OIDC_EMAILS", said.emails or "claim", EMAILS)
    if (said.provider, emails) == ("proconnect", "provider"):
        why = f" ({PREFIX}OIDC_EMAILS=provider: any account of a federation could claim an address; name whose may)"
        _need("OIDC_IDPS", said.idps.strip(), why)
    issuer = _address("OIDC_ISSUER", said.issuer, env)
    home = _address("PUBLIC_ADDRESS", public_address.rstrip("/"), env, is_bare=True)
    http = Http(_ca_file(said.ca_file))
    client = Client(
        kind=kind, issuer=issuer, client_id=said.client_id, client_secret=said.client_secret,
        return_address=home + RETURN, ended_address=home + ENDED, trusts_emails=emails == "provider",
        acr_values=tuple(said.acr_values.split()), idps=frozenset(said.idps.split()),
    )  # fmt: skip
    return Provider(client, Discovery(issuer, http, clock), http, clock)


def _need(name: str, value: str, why: str = "") -> None:
    if not value:
        raise SettingsRefused(f"{PREFIX}{name} is missing{why}")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsRefused(f"{PREFIX}{name} is {value!r}; allowed: {', '.join(allowed)}")
    return value


def _address(name: str, value: str, env: str, *, is_bare: bool = False) -> str:
    """https, or http on this very machine outside production; never with a user, a query or a fragment."""
    refusal = f"{PREFIX}{name} is {value!r}; allowed: https://… without user or query{' or path' if is_bare else ''}"
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsRefused(refusal) from None
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and env != "production" and is_loopback(host)
    )
    has_more = any((parts.query, parts.fragment, parts.username, parts.password, is_bare and parts.path))
    if not is_safe or not host or has_more:
        raise SettingsRefused(refusal)
    return value


def _ca_file(path: str) -> str | None:
    if path and not Path(path).is_file():
        raise SettingsRefused(f"{PREFIX}OIDC_CA_FILE is no file: {path!r}")
    return path or None
