"""The provider's process, and a browser's way through a sign-in at it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

import requests
from flask.testing import FlaskClient
from requests.cookies import RequestsCookieJar

from services.inbox.oidc import Provider, provider_of
from shared.clock import Clock
from shared.settings import OidcSettings
from tests.support.openid_provider import CLIENT, SECRET

HOME = "http://localhost"
"""Where Flask's test client is."""
ROOT = Path(__file__).parents[2]
_AT_PROVIDER: WeakKeyDictionary[FlaskClient, RequestsCookieJar] = WeakKeyDictionary()


@dataclass
class OpenIdProcess:
    """``certificate``: the file of the one that it shows, when it speaks HTTPS."""

    port: int
    certificate: str | None = None

    @property
    def base(self) -> str:
        return f"http{'s' if self.certificate else ''}://127.0.0.1:{self.port}"

    def behave(self, **how: Any) -> None:
        requests.post(f"{self.base}/test", json=how, timeout=30, verify=self.certificate).raise_for_status()

    def fresh(self, now: datetime, person: Mapping[str, Any]) -> None:
        self.behave(
            reset=True, now=now.timestamp(), person=dict(person), redirects=[f"{HOME}/connexion/retour"],
            ends=[f"{HOME}/connexion/fin"],
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.base}/test", timeout=30).json()
        return found

    def settings(self, kind: str, **changed: str) -> OidcSettings:
        usual = {
            "issuer": f"{self.base}/{kind}", "provider": kind, "client_id": CLIENT, "client_secret": SECRET,
        }  # fmt: skip
        return OidcSettings(**(usual | changed))

    def provider(self, kind: str, clock: Clock, **changed: str) -> Provider:
        found = provider_of("test", self.settings(kind, **changed), HOME, clock)
        assert found is not None
        return found


@contextmanager
def openid_process(certificate: Path | None = None, key: Path | None = None) -> Iterator[OpenIdProcess]:
    files = [str(each) for each in (certificate, key) if each is not None]
    command = [sys.executable, "-m", "tests.support.openid_provider", *files]
    silent = {
        "stderr": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "env": os.environ | {"PYTHONUNBUFFERED": "1"},
    }
    with subprocess.Popen(command, cwd=ROOT, text=True, **silent) as process:  # type: ignore[call-overload]
        assert process.stdout is not None
        try:
            yield OpenIdProcess(int(process.stdout.readline()), files[0] if files else None)
        finally:
            process.kill()


def brought_back(client: FlaskClient, path: str = "/connexion/ouvrir", certificate: str | None = None) -> str:
    """Begin a sign-in and follow it through the provider: the address with which the browser comes back."""
    return followed(client, client.get(path).headers["Location"], certificate)


def followed(client: FlaskClient, there: str, certificate: str | None = None) -> str:
    """Where the provider leads back to, from an address of its own; it knows the browser by its cookies."""
    cookies = _AT_PROVIDER.setdefault(client, RequestsCookieJar())
    answer = requests.get(there, allow_redirects=False, timeout=30, verify=certificate, cookies=cookies)
    assert answer.status_code == 302, answer.text
    cookies.update(answer.cookies)
    return answer.headers["Location"].removeprefix(HOME)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
