"""Debian's Chromium, driven by Playwright: a real browser for the pages.

``browser`` is one process per session; ``page`` a fresh window per test, whose console and faults are watched;
``page_without_javascript`` the same with JavaScript off.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.waiting import PATIENCE_SECONDS

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
PATIENCE_MS = PATIENCE_SECONDS * 1000
EXPECTED = ("Failed to load resource", "Response Status Error Code")
"""Chromium's own note, and htmx's, on an answer of 4xx or 5xx: those answers are what tests ask for."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser)


@pytest.fixture
def page_without_javascript(browser: Browser) -> Iterator[Page]:
    yield from watched(browser, java_script_enabled=False)


def watched(browser: Browser, **how: Any) -> Iterator[Page]:
    """A window in French; a fault of a script or a breach of the content security policy fails the test."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris", **how)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if is_fault(said.type, said.text) else None)
    yield page
    context.close()
    assert faults == []


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 AA, the RGAA and good practice, as ``rule: element`` lines.

    ``only``: the rules that are asked; without, all.
    """
    page.wait_for_load_state("load")  # the style, too
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    asked = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": RULES}
    found = page.evaluate("asked => axe.run(document, {runOnly: asked, resultTypes: ['violations']})", asked)
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def is_fault(kind: str, text: str) -> bool:
    """Whether a line of the console is one that no page may write."""
    return kind == "error" and not any(words in text for words in EXPECTED)


def with_its_scripts(page: Page) -> None:
    """Wait for the page's scripts: before, a page works as without them."""
    page.locator("html[data-saisie=ready]").wait_for(state="attached")
