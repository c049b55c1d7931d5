"""Sign-in by an OpenID provider: ProConnect or Keycloak (ADR 27).

``settings`` says what an operator must give, ``discovery`` asks the provider what it is and for its keys, ``tokens``
verifies what it signed, ``provider`` is one sign-in from its address to the person's claims, ``attempts`` what the
browser keeps meanwhile, ``pause`` when nobody asks, ``linking`` who of the directory that is. Nothing else of the
inbox knows the protocol.
"""

from services.inbox.oidc.problems import ProviderDown, SignInRefused
from services.inbox.oidc.provider import Identity, Provider
from services.inbox.oidc.settings import provider_of

__all__ = ["Identity", "Provider", "ProviderDown", "SignInRefused", "provider_of"]
