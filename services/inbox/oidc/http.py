"""Calls to the provider: a time limit on each, no redirect followed, no proxy or password file of the machine."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import requests

from services.inbox.oidc.problems import ProviderDown

log = logging.getLogger(__name__)

TIMEOUTS = (2.0, 5.0)
"""Seconds to connect, and to wait for an answer."""
MOST_BYTES, PART_BYTES = 1_000_000, 65_536
OK = 200


class Http:
    """``ca_file``: who vouches for the provider's certificate, when it is none of the usual ones."""

    def __init__(self, ca_file: str | None = None) -> None:
        self.verify: str | bool = ca_file or True

    def prepare(self, session: requests.Session) -> requests.Session:
        session.trust_env = False
        session.verify = self.verify
        return session

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> tuple[bytes, str]:
        """Content and media type of a 200 answer. Raises ProviderDown for anything else."""
        content = b""
        try:
            with (
                self.prepare(requests.Session()) as session,
                session.get(
                    address, headers=dict(headers or {}), timeout=TIMEOUTS, allow_redirects=False, stream=True
                ) as answer,
            ):
                for part in answer.iter_content(PART_BYTES):
                    content += part
                    if len(content) > MOST_BYTES:
                        break
        except (requests.RequestException, OSError) as error:
            raise _down(type(error).__name__) from None
        if answer.status_code != OK or len(content) > MOST_BYTES:
            raise _down(f"status {answer.status_code}")
        return content, answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def json(self, address: str) -> dict[str, Any]:
        content, _ = self.get(address)
        return read_object(content)


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object, as the provider must answer. Raises ProviderDown."""
    try:
        found = json.loads(content)
    except ValueError:
        raise _down("no JSON") from None
    if not isinstance(found, dict):
        raise _down("no JSON object")
    return found


def _down(why: str) -> ProviderDown:
    log.warning("the sign-in provider does not answer: %s", why)
    return ProviderDown()
