"""What a page must hold beside axe's rules, as sentences about what is wrong with it."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from playwright.sync_api import Page

from tests.support.browser import violations

WIDE, HALF, NARROW = 1280, 640, 320
"""Pixels: a desk's screen; the same at 200 % zoom; at 400 %, or a small telephone (WCAG 1.4.10)."""
HEIGHT = 900
LOOKS: Sequence[tuple[int, Literal["light", "dark"]]] = (
    (WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light"),
)  # fmt: skip

SAID = """() => ({
  language: document.documentElement.lang,
  title: document.title,
  headings: document.querySelectorAll('h1').length,
  main: document.querySelectorAll('main#contenu').length,
  help: document.querySelectorAll('details.aide, main.aide').length,
})"""
UNFOCUSED = """() => {
  const seen = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const reached = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const without = [];
  for (const each of document.querySelectorAll(reached)) {
    each.focus();
    if (document.activeElement !== each) continue;
    if (!seen(getComputedStyle(each)) && !seen(getComputedStyle(each, '::after')))
      without.push(each.outerHTML.slice(0, 120));
  }
  return without;
}"""
AT_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""
SKIPS = """() => {
  const first = document.activeElement;
  return first.classList.contains('skip') && first.hash === '#contenu' && first.getBoundingClientRect().top >= 0;
}"""
LARGER = "size => { document.documentElement.style.fontSize = size }"


def faults(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands: a sentence each."""
    return [*_said(page), *_by_keyboard(page), *_drawn(page)]


def _said(page: Page) -> Iterator[str]:
    said: dict[str, Any] = page.evaluate(SAID)
    if said["language"] != "fr":
        yield f"its language is {said['language']!r}"
    if not said["title"].removesuffix(" – Ambition Emploi").strip():
        yield "its title is empty"
    for name in ("headings", "main", "help"):
        if said[name] != 1:
            yield f"{name}: {said[name]} instead of one"


def _by_keyboard(page: Page) -> Iterator[str]:
    """The first key leads to the skip link; whatever takes the focus shows it."""
    page.evaluate(AT_THE_TOP)
    page.keyboard.press("Tab")
    if not page.evaluate(SKIPS):
        yield "the first Tab does not show the skip link"
    for element in page.evaluate(UNFOCUSED):
        yield f"no visible focus: {element}"


def _drawn(page: Page) -> Iterator[str]:
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        yield from (f"axe, {width} px, {scheme}: {said}" for said in violations(page))
        yield from sideways(page, f"{width} px")
    page.set_viewport_size({"width": HALF, "height": HEIGHT})
    yield from sideways(page, "200 % zoom")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    page.evaluate(LARGER, "200%")
    yield from sideways(page, "letters twice as large")
    page.evaluate(LARGER, "")


def sideways(page: Page, where: str) -> Iterator[str]:
    """A wide table or diagram scrolls within its own frame; the page itself never does."""
    width, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if width > shown:
        yield f"it scrolls sideways, {where}: {width} px for {shown}"
