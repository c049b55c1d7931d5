"""Debian's Chromium, driven by Playwright: a real browser for the pages.

``browser`` is one process per session; ``page`` a fresh window per test, whose console and faults are watched;
``page_without_javascript`` the same with JavaScript off.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
EXPECTED = "Failed to load resource"
"""Chromium's own note on an answer of 4xx: those answers are what tests ask for."""


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
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    yield page
    context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, the RGAA and good practice, as ``rule: element`` lines."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _is_fault(said: Any) -> bool:
    return said.type == "error" and EXPECTED not in said.text
