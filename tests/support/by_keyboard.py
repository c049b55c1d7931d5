"""A page without a mouse."""

from playwright.sync_api import Page

MOST_STOPS = 80
FOCUSED = (
    "() => { const e = document.activeElement; return e === document.body ? '' : "
    "(e.labels?.[0]?.innerText || '') + ' ' + e.innerText }"
)
"""What the focused element says: not the page, which says everything."""


def press_until(page: Page, key: str, name: str) -> None:
    """Press a key until the element that says ``name`` has the focus. Raises LookupError."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if name in page.evaluate(FOCUSED):
            return
    raise LookupError(name)


def tab_to(page: Page, name: str) -> None:
    """Raises LookupError."""
    press_until(page, "Tab", name)
