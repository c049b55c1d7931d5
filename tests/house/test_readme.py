"""What the documents show is there, and small."""

import re
from pathlib import Path

import pytest

from tests.accessibility.pictures import IN_DOCUMENTS, MAGIC, SHOWN

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BYTES = 80_000
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_image_that_a_document_names_exists_and_is_said_in_words(document: Path) -> None:
    for words, path in IMAGE.findall(document.read_text(encoding="utf-8")):
        assert words.strip(), path
        assert (document.parent / path).is_file(), path


def test_the_readme_shows_the_pictures_that_are_kept_and_each_is_small() -> None:
    """``make screenshots DOCS=1`` renews them."""
    named = {path for _, path in IMAGE.findall((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert named == {f"docs/screens/{name}.png" for name in IN_DOCUMENTS}
    assert {path.stem for path in SHOWN.iterdir()} == set(IN_DOCUMENTS)
    for path in SHOWN.iterdir():
        content = path.read_bytes()
        assert content.startswith(MAGIC), path.name
        assert len(content) < BYTES, path.name
