"""A window for each person of each inbox, in which faults of scripts and of the content policy are noted."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, Page, Response

from tests.accessibility.world import World
from tests.support.browser import PATIENCE_MS, is_fault


class Windows:
    """``faults``: what the pages' console said since it was last emptied."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser, self._world = browser, world
        self._open: dict[tuple[str | None, str], Page] = {}
        self.faults: list[str] = []

    def goto(self, person: str | None, path: str, at: str = "") -> tuple[Page, Response | None]:
        page = self.window(person, at)
        return page, page.goto(self._world.addresses[at] + self.address(path))

    def address(self, path: str) -> str:
        return path.format_map(self._world.ids)

    def forget(self, person: str | None, at: str = "") -> None:
        """Somebody's session was ended: the next window signs in again."""
        if page := self._open.pop((person, at), None):
            page.context.close()

    def close(self) -> None:
        for page in self._open.values():
            page.context.close()

    def window(self, person: str | None, at: str = "") -> Page:
        if (person, at) not in self._open:
            page = self._new()
            if person is not None:
                page.goto(self._world.addresses[at] + "/connexion")
                page.get_by_role("button", name=person).click()
                page.wait_for_url("**/taches")
            self._open[person, at] = page
        return self._open[person, at]

    def _new(self, **how: Mapping[str, Any]) -> Page:
        context = self._browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", **how)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._note(said.type, said.text))
        return page

    def _note(self, kind: str, text: str) -> None:
        if is_fault(kind, text):
            self.faults.append(text)
