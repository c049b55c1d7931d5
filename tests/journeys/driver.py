"""People at their browsers, so that a journey reads like its story.

Each person has a window of her or his own, signed in once. Tasks are found by their name on the parcours's page,
forms are filled in by their labels. What crosses from service to service is awaited, never slept for.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from services.simulate.clock import morning
from tests.journeys.stack import Stack
from tests.support.waiting import PATIENCE_SECONDS, wait_until

Answers = Mapping[str, Any]
OPTIONAL = r"( \(facultatif\))?"


class Journey:
    """One pupil's parcours. ``address`` of the parcours is known once it is open."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser, self._stack = browser, stack
        self._windows: dict[str, Page] = {}
        self.address = ""

    @property
    def today(self) -> date:
        return self._stack.clock.today()

    def close(self) -> None:
        for page in self._windows.values():
            page.context.close()

    def as_(self, name: str) -> Page:
        """The window of a person of the demonstration, signed in at the first call."""
        if name not in self._windows:
            context: BrowserContext = self._browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
            context.set_default_timeout(PATIENCE_SECONDS * 1000)
            page = self._windows[name] = context.new_page()
            page.goto(self._stack.address)
            page.get_by_role("button", name=name).click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Tâches")
        return self._windows[name]

    def imports(self, name: str, csv: str) -> str:
        """Somebody imports a file of pupils; the page's words."""
        page = self._go(name, "/eleves/import")
        page.get_by_label("Fichier de votre lycée").set_input_files(
            {"name": "eleves.csv", "mimeType": "text/csv", "buffer": csv.encode()}
        )
        page.get_by_role("button", name="Importer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Résultat de l’import")
        return page.locator("main").inner_text()

    def opens(self, name: str, pupil: str) -> None:
        """Somebody opens the parcours of a pupil, found by the family name."""
        page = self._go(name, "/eleves")
        page.get_by_role("searchbox").fill(pupil)
        page.get_by_role("button", name="Rechercher").click()
        page.get_by_role("row").filter(has_text=pupil).get_by_role(
            "button", name="Ouvrir un parcours"
        ).click()
        expect(page.get_by_text("Le parcours est ouvert.")).to_be_visible()
        self.address = page.url.removeprefix(self._stack.address)

    def does(self, name: str, task: str, answers: Answers) -> None:
        """Somebody finds an open task of the parcours, fills in its form and finishes it."""
        page = self.finds(name, task)
        for label, answer in answers.items():
            fill_in(page, label, answer)
        page.get_by_role("button", name="Terminer la tâche").click()
        said = page.get_by_role("status").filter(has_text="La tâche est terminée.")
        expect(said.or_(page.get_by_role("alert")).or_(page.locator("main > .narrow"))).to_be_visible()
        assert said.count() == 1, f"{task} : {page.locator('main').inner_text()}"

    def finds(self, name: str, task: str) -> Page:
        """Somebody opens a task of the parcours, once it is there."""
        page = self.as_(name)
        row = page.locator("tbody tr:not(.past)").filter(has=page.get_by_role("link", name=task, exact=True))
        self._await(page, row, task)
        row.first.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(task)
        return page

    def sees(self, name: str, *words: str) -> None:
        """Somebody reads words on the page of the parcours, once they are there: not on the diagram, where what may
        come is named, too."""
        page = self.as_(name)
        outside = page.locator(":not([aria-labelledby='schema'] *)")
        for each in words:
            self._await(page, page.get_by_text(each).and_(outside), each)

    def does_not_see(self, name: str, *words: str) -> None:
        """Nothing on the page of the parcours, as it is now, has these words."""
        text = self._go(name, self.address).locator("main").inner_text()
        assert not [each for each in words if each in text]

    def does_not_find(self, name: str) -> None:
        """The parcours is not there for somebody."""
        page = self._go(name, self.address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Page introuvable")

    def later(self, day: date) -> None:
        """Time goes on to the morning of a day."""
        self._stack.clock.jump_to(max(morning(day), self._stack.clock.now()))

    def _go(self, name: str, path: str) -> Page:
        page = self.as_(name)
        page.goto(self._stack.address + path)
        return page

    def _await(self, page: Page, what: Locator, said: str) -> None:
        def is_there() -> bool:
            page.goto(self._stack.address + self.address)
            return what.count() > 0

        is_there.__qualname__ = said
        wait_until(is_there)


def fill_in(page: Page, label: str, answer: Any) -> None:
    """Answer a question by its label; ``Période 1 > Premier jour`` for one inside a group.

    ``answer``: an option's label (a list of them for several), a text, a date, or True and False for a box.
    """
    scope: Page | Locator = page.locator("form[action$='/terminer']")
    *groups, question = label.split(" > ")
    for group in groups:
        scope = scope.get_by_role("group", name=group, exact=True)
    named = re.compile(rf"^\s*{re.escape(question)}{OPTIONAL}$")  # a box's label begins with the box
    field, choices = scope.get_by_label(named), scope.get_by_role("group", name=named)
    field.or_(choices).first.wait_for()
    if choices.count():
        for option in answer if isinstance(answer, list) else [answer]:
            choices.get_by_label(option, exact=True).check()
    else:
        _answer(field, answer)


def _answer(field: Locator, answer: Any) -> None:
    if isinstance(answer, bool):
        field.set_checked(answer)
    elif field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(label=answer)
    else:
        field.fill(answer.isoformat() if isinstance(answer, date) else str(answer))
