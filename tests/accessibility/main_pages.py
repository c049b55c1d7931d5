"""The ten main pages: whose reading tree is reviewed, whose weight is bounded, of which pictures are taken."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import sync_playwright

from tests.accessibility.routes import Page
from tests.accessibility.windows import Windows
from tests.accessibility.world import TEACHER, demonstration
from tests.journeys.test_outcomes import CONSEILLER, DROPOUT, HEAD, REFERENT
from tests.support.browser import ARGUMENTS, CHROMIUM

MAIN_PAGES: Mapping[str, Page] = {
    "connexion": Page("/connexion"),
    "taches": Page("/taches", REFERENT),
    "tache": Page("{task}", REFERENT),
    "attente": Page("/taches/attente", REFERENT),
    "a-valider": Page("/a-valider", HEAD),
    "parcours": Page("/parcours/{parcours}", CONSEILLER),
    "documents": Page("/parcours/{parcours}/documents", REFERENT),
    "eleves": Page("/eleves", DROPOUT),
    "ateliers": Page("/ateliers/{cycle}", TEACHER),
    "chiffres": Page("/chiffres", HEAD),
}
FIRST = "taches"
"""What people see after they have signed in."""


def opened() -> Iterator[tuple[str, BrowserPage]]:
    """Each of them by its name, open in a browser on a demonstration of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as world,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS) as browser,
    ):
        windows = Windows(browser, world)
        for name, entry in MAIN_PAGES.items():
            yield name, windows.goto(entry.person, entry.path)[0]
        windows.close()
