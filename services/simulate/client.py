"""Calls of the services' HTTP APIs in the name of a person, repeated while a service is away."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from shared.identity import Actor, TokenSigner

TOKEN_SECONDS = 200.0  # tokens live five minutes
TIMEOUT_SECONDS = 30.0
PATIENCE_SECONDS = 90.0
PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
AWAY = frozenset({502, 503, 504})


class Refused(Exception):
    """An answer that the simulation did not expect."""

    def __init__(self, method: str, path: str, answer: requests.Response) -> None:
        self.status = answer.status_code
        super().__init__(f"{method} {path}: {answer.status_code} {answer.text[:400]}")


@dataclass
class Client:
    """Safe to share between threads. ``urls``: service → address; ``stop`` ends the repeating."""

    urls: Mapping[str, str]
    signer: TokenSigner
    stop: threading.Event
    _tokens: dict[tuple[Actor, str], tuple[float, str]] = field(default_factory=dict)
    _local: threading.local = field(default_factory=threading.local)
    _sessions: list[requests.Session] = field(default_factory=list)

    def get(self, actor: Actor, service: str, path: str, **query: Any) -> dict[str, Any]:
        return self._ask(actor, service, "GET", path, params=query).json()  # type: ignore[no-any-return]

    def post(
        self, actor: Actor, service: str, path: str, body: Any = None, *,
        version: int | None = None, key: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """``version`` goes as If-Match, ``key`` as Idempotency-Key: the same for each repetition."""
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        return self._ask(actor, service, "POST", path, json=body, headers=headers).json()  # type: ignore[no-any-return]

    def upload(self, actor: Actor, service: str, path: str, name: str, content: bytes) -> dict[str, Any]:
        """``content`` as the multipart part ``file``."""
        answer = self._ask(actor, service, "POST", path, files={"file": (name, content)})
        return answer.json()  # type: ignore[no-any-return]

    def close(self) -> None:
        """Give up repeating and close every thread's connections."""
        self.stop.set()
        for session in self._sessions:
            session.close()

    def _ask(self, actor: Actor, service: str, method: str, path: str, **parts: Any) -> requests.Response:
        """Raises Refused for any other answer than a success, ConnectionError when patience ends."""
        answer = self._patiently(lambda: self._send(actor, service, method, path, parts))
        if not answer.ok:
            raise Refused(method, path, answer)
        return answer

    def _patiently(self, send: Callable[[], requests.Response]) -> requests.Response:
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, PAUSE_SECONDS
        while True:
            try:
                answer = send()
            except (requests.ConnectionError, requests.Timeout):
                if time.monotonic() > deadline or self.stop.is_set():
                    raise
            else:
                if answer.status_code not in AWAY or time.monotonic() > deadline or self.stop.is_set():
                    return answer
            self.stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _send(
        self, actor: Actor, service: str, method: str, path: str, parts: Mapping[str, Any]
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token(actor, service)}", **parts.get("headers", {})}
        rest = {name: part for name, part in parts.items() if name != "headers"}
        url = self.urls[service] + path
        return self._session().request(method, url, headers=headers, timeout=TIMEOUT_SECONDS, **rest)

    def _session(self) -> requests.Session:
        """One per thread: connections are kept, and not shared."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False  # the stack is on this machine: no proxy
            self._sessions.append(self._local.session)
        session: requests.Session = self._local.session
        return session

    def _token(self, actor: Actor, service: str) -> str:
        made_at, token = self._tokens.get((actor, service), (0.0, ""))
        if not token or time.monotonic() - made_at > TOKEN_SECONDS:
            token = self.signer.sign(actor, service)
            self._tokens[actor, service] = (time.monotonic(), token)
        return token
