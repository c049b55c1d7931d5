"""The services behind the pages, over HTTP: a token per audience, time-outs, and calls side by side.

A service that does not answer, or fails, is *down*: a banner on a list, a plain page where it alone has
what was asked for. Every other answer comes back as it is.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter

from shared.errors import Unavailable
from shared.identity import Actor, FamilyMember

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0
READ_SECONDS = 8.0
IMPORT_SECONDS = 60.0
WORKERS = 12
FOUND, NOT_FOUND = 200, 404
UNTRUSTED = 401
"""The service does not trust our tokens: nothing that the person before the screen can mend."""
INCIDENT = "process.incident"
"""The parcours cannot go on, an operator will look at it. A 5xx answer, and no service down."""
START_FAILED = "process.start_failed"
"""The parcours could not be opened. As above."""


Asker = Actor | FamilyMember
"""Who is before the screen: a person signed in, or one who came by a personal link."""


class Signer(Protocol):
    """Signs the short-lived token that says to one service who is asking."""

    def sign(self, actor: Asker, audience: str) -> str: ...


@dataclass(frozen=True)
class Reply:
    """A service's answer. ``version``: the ETag's value, without quotes. ``code``: of a problem (RFC 9457)."""

    service: str
    status: int
    body: dict[str, Any] = field(default_factory=dict)
    version: str | None = None

    @property
    def is_ok(self) -> bool:
        return self.status < 300

    @property
    def code(self) -> str | None:
        return self.body.get("code") if not self.is_ok else None


@dataclass(frozen=True)
class Fetched:
    """A file, with how its service says that it is to be saved."""

    content: bytes
    media_type: str
    disposition: str


class ServiceDown(Unavailable):
    """``service`` does not answer: nothing was done there that we know of."""

    code = "inbox.service_down"

    def __init__(self, service: str) -> None:
        super().__init__(service=service)
        self.service = service


class Sources:
    """The services by name (enrolment, accompaniment, bilan) and their base addresses."""

    def __init__(self, addresses: Mapping[str, str], signer: Signer) -> None:
        self.names = tuple(addresses)
        self._addresses = {name: address.rstrip("/") for name, address in addresses.items()}
        self._signer = signer
        self._http = _client()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="inbox-sources")

    def ask(
        self,
        actor: Asker,
        service: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Reply:
        """One call. Raises ServiceDown when there is no answer in time, or a 5xx one."""
        answer = self._send(actor, service, method, path, params, body, headers, files)
        reply = Reply(service, answer.status_code, _json(service, answer), _version(answer))
        if reply.status == UNTRUSTED or (reply.status >= 500 and reply.code not in (INCIDENT, START_FAILED)):
            log.warning("service %s answers %s", service, answer.status_code)
            raise ServiceDown(service)
        return reply

    def fetch(
        self, actor: Asker, service: str, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Fetched | None:
        """A file of a service; None when it is not found there. Raises ServiceDown for every other answer."""
        answer = self._send(actor, service, method, path, body=body)
        if answer.status_code == NOT_FOUND:
            return None
        if answer.status_code != FOUND:
            log.warning("service %s answers %s", service, answer.status_code)
            raise ServiceDown(service)
        told = answer.headers
        return Fetched(
            answer.content, told.get("Content-Type", ""), told.get("Content-Disposition", "attachment")
        )

    def _send(
        self, actor: Asker, service: str, method: str, path: str, params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> requests.Response:  # fmt: skip
        token = self._signer.sign(actor, service)
        data, parts = (body, files) if files else (None, None)
        try:
            return self._http.request(
                method,
                self._addresses[service] + path,
                params=dict(params or {}),
                json=None if files else body,
                data=data,
                files=parts,
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json", **(headers or {})},
                timeout=(CONNECT_SECONDS, IMPORT_SECONDS if files else READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            log.warning("service %s does not answer: %s", service, type(error).__name__)
            raise ServiceDown(service) from None

    def ask_each(
        self, actor: Asker, path: str, params: Mapping[str, Mapping[str, Any]]
    ) -> tuple[dict[str, Reply], list[str]]:
        """GET ``path`` of each service that is a key of ``params``, side by side: replies, and who is down."""
        running = {
            service: self._pool.submit(self.ask, actor, service, "GET", path, params=query)
            for service, query in params.items()
        }
        replies: dict[str, Reply] = {}
        for service, future in running.items():
            with suppress(ServiceDown):
                replies[service] = future.result()
        return replies, [name for name in self.names if name in running.keys() - replies.keys()]

    def ask_all(self, actor: Asker, path: str) -> tuple[dict[str, Reply], list[str]]:
        return self.ask_each(actor, path, {name: {} for name in self.names})

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._http.close()


def as_header(text: str) -> str:
    """What a page brought as the value of a header; nothing when it cannot be one (a forged page)."""
    return text.strip() if text.isascii() and text.isprintable() else ""


def _client() -> requests.Session:
    client = requests.Session()
    client.trust_env = False  # neither a proxy nor a .netrc of the machine comes between the services
    client.mount("http://", HTTPAdapter(pool_connections=4, pool_maxsize=WORKERS))
    client.mount("https://", HTTPAdapter(pool_connections=4, pool_maxsize=WORKERS))
    return client


def _json(service: str, answer: requests.Response) -> dict[str, Any]:
    if not answer.content:
        return {}
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        log.warning("service %s answers %s without JSON", service, answer.status_code)
        raise ServiceDown(service) from None
    return body if isinstance(body, dict) else {"items": body}


def _version(answer: requests.Response) -> str | None:
    etag = answer.headers.get("ETag")
    return etag.removeprefix("W/").strip('"') if etag else None
