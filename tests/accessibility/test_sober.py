"""The main pages weigh little, come from nowhere else, and are worth printing."""

import pytest

from tests.accessibility.looks import sideways
from tests.accessibility.main_pages import MAIN_PAGES
from tests.accessibility.windows import Windows
from tests.support.browser import violations

BYTES = 100_000
"""Of page, styles and scripts, as they are before any compression."""
PAPER_WIDTH = 718
"""Pixels: a sheet of A4 at 96 to the inch, between margins of 1 cm."""
WEIGHED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .map(each => [each.name, each.decodedBodySize])"""
SHOWN_OF = "elements => elements.filter(each => each.checkVisibility({visibilityProperty: true})).length"
FOR_THE_SCREEN = "nav, button, .button, input[type=file], input[type=search], .skip, .foot, summary"
"""The fields of a form stay: it can be filled in by hand."""


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_a_main_page_with_all_that_it_loads_stays_under_100_kilobytes(windows: Windows, name: str) -> None:
    entry = MAIN_PAGES[name]
    page, answer = windows.goto(entry.person, entry.path)
    assert answer is not None
    weighed = dict(page.evaluate(WEIGHED))
    origin = page.url.partition("/")[0] + "//" + page.url.split("/")[2]
    assert [address for address in weighed if not address.startswith(origin)] == []
    assert 0 < sum(weighed.values()) < BYTES, weighed


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_a_main_page_is_printed_without_what_only_a_screen_can_use(windows: Windows, name: str) -> None:
    """Also from a dark screen: paper is white."""
    entry = MAIN_PAGES[name]
    page, _ = windows.goto(entry.person, entry.path)
    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    page.evaluate("document.documentElement.dataset.theme = 'sombre'")
    page.emulate_media(media="print", reduced_motion="reduce")
    try:
        assert page.locator("h1").is_visible()
        assert page.locator(FOR_THE_SCREEN).evaluate_all(SHOWN_OF) == 0
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert violations(page, ["color-contrast"]) == []
        assert list(sideways(page, "on paper")) == []
    finally:
        page.emulate_media(media="screen")
