"""Somebody at the pages without a browser: a session, and forms sent as they are on the page."""

import secrets
from collections.abc import Mapping
from typing import Any

import requests
from lxml import html

from services.inbox.identity.access import COOKIE
from services.inbox.identity.sessions import Opened, open_session
from shared.clock import SystemClock
from shared.database import Database

SECONDS = 60
MOST_TRIES = 5


class Browsing:
    """One signed-in person. ``page``: the last one that was read; ``sent_again``: how often a service was not there."""

    def __init__(self, address: str, inbox: Database, person_id: str, organisation_id: str) -> None:
        token = secrets.token_urlsafe(32)
        with inbox.begin() as tx:
            open_session(tx, token, Opened(person_id, organisation_id, "bench"), SystemClock().now())
        self.person_id, self._address = person_id, address
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.cookies.set(COOKIE, token)
        self.page: Any = None
        self.sent_again = 0

    def get(self, path: str) -> str:
        """The text of a page. RuntimeError unless it is one."""
        for _ in range(MOST_TRIES):
            answer = self._http.get(self._address + path, timeout=SECONDS)
            if answer.status_code != requests.codes.unavailable:
                break
            self.sent_again += 1
        if answer.status_code != requests.codes.ok:
            raise RuntimeError(f"GET {path}: {answer.status_code}")
        self.page = html.fromstring(answer.content)
        return answer.text

    def search(self, text: str) -> None:
        """The list of those tasks of the organisation that have these words."""
        token = self.page.xpath("//input[@name='csrf_token']/@value")[0]
        sent = {"csrf_token": token, "texte": text}
        answer = self._http.post(f"{self._address}/taches", data=sent, timeout=SECONDS)
        if answer.status_code != requests.codes.ok:
            raise RuntimeError(f"POST /taches: {answer.status_code}")
        self.page = html.fromstring(answer.content)

    def send(self, verb: str, answers: Mapping[str, Any] | None = None, *, by_itself: bool = False) -> None:
        """The form of the page that posts to ``…/verb``, or the task's to another verb. RuntimeError when refused."""
        forms = [form for form in self.page.forms if (form.get("action") or "").endswith(f"/{verb}")]
        form = forms[0] if forms else next(
            each for each in self.page.forms if (each.get("action") or "").endswith("/terminer")
        )  # fmt: skip
        path = f"{form.get('action').rsplit('/', 1)[0]}/{verb}"
        values: dict[str, Any] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        values |= answers or {}
        headers = {"HX-Request": "true"} if by_itself else {}
        for _ in range(MOST_TRIES):
            answer = self._http.post(
                self._address + path, data=values, headers=headers, timeout=SECONDS, allow_redirects=False
            )
            if answer.status_code != requests.codes.unavailable:
                break
            self.sent_again += 1  # as the page proposes, under the same key
        if answer.status_code not in (200, 303):
            said = html.fromstring(answer.content).text_content().split() if answer.content else []
            raise RuntimeError(f"POST {verb}: {answer.status_code} {' '.join(said)[:600]}")

    def link(self, subject: str, name: str) -> str | None:
        """The address of a task in the list that was read: by its pupil's name and its own."""
        for row in self.page.xpath("//a[contains(@class, 'row-main')]"):
            text = row.text_content()
            if subject in text and name in text:
                return str(row.get("href"))
        return None

    def close(self) -> None:
        self._http.close()
