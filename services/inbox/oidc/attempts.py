"""The sign-ins that a browser has begun: kept in its signed cookie, each good once, for a few minutes."""

import hmac
from collections.abc import Callable, MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.inbox.oidc.problems import SignInRefused

KEPT_UNDER = "attempts"
USED = "begun_elsewhere"
MOST = 3
"""Windows of one browser that sign in side by side; the oldest gives way."""
LASTS = timedelta(minutes=10)
LONGEST_WANTED = 400
"""A cookie has 4 kB: a longer address is not come back to."""


@dataclass(frozen=True)
class Attempt:
    """``state``, ``nonce``, ``verifier``: unguessable, of this attempt only. ``wanted``: the page to come back to."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    wanted: str
    begun_at: str


def begin(
    kept: MutableMapping[str, Any], new_secret: Callable[[], str], wanted: str, now: datetime
) -> Attempt:
    """A new attempt, added to what the browser keeps."""
    page = wanted if len(wanted) <= LONGEST_WANTED else ""
    # RFC 7636: a verifier has 43 to 128 characters
    attempt = Attempt(new_secret(), new_secret(), new_secret() + new_secret(), page, now.isoformat())
    kept[KEPT_UNDER] = [*_known(kept), asdict(attempt)][-MOST:]
    return attempt


def finish(kept: MutableMapping[str, Any], state: str, now: datetime) -> Attempt:
    """The attempt of ``state``, which is forgotten. Raises SignInRefused: begun elsewhere, long ago, or used."""
    known = _known(kept)
    found = [each for each in known if hmac.compare_digest(each["state"].encode(), state.encode())]
    kept[KEPT_UNDER] = [each for each in known if each not in found]
    if not found or now - datetime.fromisoformat(found[0]["begun_at"]) > LASTS:
        raise SignInRefused(USED, "state")
    return Attempt(**found[0])


def _known(kept: MutableMapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kept.get(KEPT_UNDER, [])
    return found
