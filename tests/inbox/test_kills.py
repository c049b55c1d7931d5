"""A browser is killed, a line is cut, by chance, while somebody types: at most the last two seconds are lost."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_lowercase

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.inbox.interview import OpenInterview, address
from tests.support.browser import with_its_scripts
from tests.support.inbox_world import World
from tests.support.killable import killable_browser
from tests.support.served import served

REPORT = "Compte rendu"
SEED = 20261122
TABS = 10
AT_MOST_LOST = 2.0
FATES = ("typing", "cut", "cut", "cut and back")


@dataclass
class Tab:
    """Somebody typing in one task; ``letters``: what was typed, and when."""

    path: str
    fate: str
    cut_at: float
    back_at: float
    letters: list[tuple[str, float]] = field(default_factory=list)
    page: Page | None = None
    line: CDPSession | None = None
    is_cut: bool = False

    @property
    def text(self) -> str:
        return "".join(letter for letter, _ in self.letters)

    def open(self, page: Page, site: str) -> None:
        self.page, self.line = page, page.context.new_cdp_session(page)
        self.line.send("Network.enable")
        page.goto(site + self.path)
        page.get_by_label(REPORT).focus()
        page.get_by_label(REPORT).evaluate("field => field.setSelectionRange(9999, 9999)")

    def type(self, letter: str, since_start: float) -> None:
        assert self.page is not None
        self._cut(
            self.fate != "typing" and since_start >= self.cut_at
            and not (self.fate == "cut and back" and since_start >= self.back_at)
        )  # fmt: skip
        self.letters.append((letter, time.monotonic()))
        self.page.keyboard.insert_text(letter)

    def lost(self, recovered: str, killed_at: float) -> float:
        """The age of the oldest letter that is not there any more, in seconds at the kill; 0 when all are."""
        assert self.text.startswith(recovered), (self.fate, self.text, recovered)
        gone = self.letters[len(recovered) :]
        return killed_at - gone[0][1] if gone else 0.0

    def _cut(self, wanted: bool) -> None:
        if wanted != self.is_cut and self.line is not None:
            self.is_cut = wanted
            self.line.send(
                "Network.emulateNetworkConditions",
                {"offline": wanted, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
            )


def sign_in(browser: Browser, site: str) -> Page:
    page = browser.contexts[0].new_page()
    page.goto(f"{site}/connexion")
    page.get_by_role("button", name="Karim Benali").click()
    return page


def kill_while_typing(
    browser: Browser, folder: Path, site: str, paths: list[str], chance: random.Random
) -> None:
    """One browser, a tab for each of ``paths``, killed at a random instant; then looked at in another one."""
    until = chance.uniform(3.0, 4.5)
    tabs = []
    for path in paths:
        cut_at = chance.uniform(0.2, until * 0.7)
        tabs.append(Tab(path, chance.choice(FATES), cut_at, cut_at + chance.uniform(0.2, 1.5)))
    with killable_browser(browser, folder) as (first, kill):
        sign_in(first, site)
        for tab in tabs:
            tab.open(first.contexts[0].new_page(), site)
        start = time.monotonic()
        while (since := time.monotonic() - start) < until:
            chance.choice(tabs).type(chance.choice(ascii_lowercase), since)
        killed_at = time.monotonic()
        kill()
    with killable_browser(browser, folder) as (second, _):
        page = sign_in(second, site)
        for tab in tabs:
            lost = tab.lost(recovered(page, site + tab.path), killed_at)
            assert lost <= AT_MOST_LOST, (tab.fate, tab.cut_at, tab.back_at, until, lost)


def recovered(page: Page, url: str) -> str:
    """What the page shows, once what it offers to take up again is taken up."""
    page.goto(url)
    with_its_scripts(page)
    wanted = page.get_by_role("button", name="La reprendre")
    if wanted.is_visible():
        wanted.click()
    return page.get_by_label(REPORT).input_value()


@contextmanager
def a_person(world: World, interview: OpenInterview) -> Iterator[tuple[str, list[str]]]:
    with served(world.app) as site:
        yield site, [address(interview()) for _ in range(TABS)]


@pytest.mark.parametrize("number", range(2))
def test_twenty_kills_and_cuts_lose_at_most_two_seconds(
    world: World, interview: OpenInterview, browser: Browser, tmp_path: Path, number: int
) -> None:
    with a_person(world, interview) as (site, paths):
        kill_while_typing(browser, tmp_path, site, paths, random.Random(SEED + number))


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
def test_two_hundred_kills_and_cuts_lose_at_most_two_seconds(
    world: World, interview: OpenInterview, browser: Browser, tmp_path: Path, number: int
) -> None:
    with a_person(world, interview) as (site, paths):
        kill_while_typing(browser, tmp_path, site, paths, random.Random(SEED + 100 + number))
