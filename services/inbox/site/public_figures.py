"""The figures that everybody may read: those of all académies, small counts untold, asked for once an hour.

However many people open the page, enrolment counts at most once an hour for each web process.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.inbox.figures import OWNER, grouped
from services.inbox.sources import ServiceDown, Sources
from services.inbox.spreadsheets import Table
from shared.clock import Clock
from shared.identity import Actor

KEPT_FOR = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=1)
"""When to ask again where there was no answer."""
CAMPAGNES = 2
"""The newest ones that have something to show."""
ANYBODY = Actor("system:inbox", "inbox", "system:inbox", "system", frozenset(("analyst",)))
"""Reads the figures of all académies as an analyst does: counts from 1 to 4 are not told (R38)."""


@dataclass(frozen=True)
class Told:
    """``tables``: campagne → its parcours by académie; ``at``: when they were counted."""

    tables: Sequence[tuple[str, Table]]
    at: datetime


class PublicFigures:
    def __init__(self, sources: Sources, clock: Clock) -> None:
        self._sources, self._clock = sources, clock
        self._told: Told | None = None
        self._again_at: datetime | None = None
        self._asking = threading.Lock()

    def read(self) -> Told | None:
        """The figures as they were last counted; None when no service has answered yet."""
        if self._is_old() and self._asking.acquire(blocking=self._told is None):
            try:
                if self._is_old():  # somebody else has asked while this request waited
                    self._refresh()
            finally:
                self._asking.release()
        return self._told

    def _is_old(self) -> bool:
        return self._again_at is None or self._clock.now() >= self._again_at

    def _refresh(self) -> None:
        now = self._clock.now()
        try:
            self._told, self._again_at = Told(self._tables(), now), now + KEPT_FOR
        except ServiceDown:
            self._again_at = now + AGAIN_AFTER

    def _tables(self) -> list[tuple[str, Table]]:
        found: list[tuple[str, Table]] = []
        for each in self._ask("/campagnes", {})["items"]:
            told = self._ask("/figures/parcours", {"campagne": each["code"], "group": "academie"})
            if told["rows"]:
                found.append((each["code"], grouped(told, {}, "not_known")))
            if len(found) == CAMPAGNES:
                break
        return found

    def _ask(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        reply = self._sources.ask(ANYBODY, OWNER, "GET", path, params=params)
        if not reply.is_ok:
            raise ServiceDown(OWNER)
        return reply.body
