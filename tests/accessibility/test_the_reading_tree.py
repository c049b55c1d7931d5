"""What a screen reader is told of the main pages, as it was reviewed; ``python -m tests.accessibility`` writes it."""

from pathlib import Path

import pytest

from tests.accessibility.main_pages import MAIN_PAGES
from tests.accessibility.reading_tree import reading_tree
from tests.accessibility.windows import Windows

TREES = Path(__file__).parent / "trees"


@pytest.mark.parametrize("name", MAIN_PAGES)
def test_a_main_page_is_read_as_it_was_reviewed(windows: Windows, name: str) -> None:
    """After a change that is meant: write the trees anew, and read the difference as a screen reader would say it."""
    entry = MAIN_PAGES[name]
    page, _ = windows.goto(entry.person, entry.path)
    assert reading_tree(page).splitlines() == (TREES / f"{name}.txt").read_text("utf-8").splitlines()


def test_no_reviewed_tree_is_of_a_page_that_is_no_more() -> None:
    assert {path.stem for path in TREES.glob("*.txt")} == MAIN_PAGES.keys()
