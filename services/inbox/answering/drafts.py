"""What a task's page sends and shows of a draft that a colleague may have changed meanwhile (ADR 31).

Each field of a page goes with a mark of what it showed. A field that both have changed is shown twice, with a choice;
what of a draft has no place in the form any more is shown beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from services.inbox.answering.typed import typed
from shared.tasks.drafts import Page, mark

READ, SEEN, CHOICE = "lu-", "vu-", "choix-"
"""``lu-key``: mark of what the field showed; ``vu-key``: of the other answer that was shown with it; ``choix-key``:
which of the two is right, ``MINE`` or ``THEIRS``."""
MINE, THEIRS = "mien", "autre"
PAGE = "page"


@dataclass(frozen=True)
class Dispute:
    """A field that two people have answered, each otherwise. ``mine`` and ``theirs`` as they are read on screen."""

    key: str
    label: str
    mine: Any
    theirs: Any
    mark: str


@dataclass(frozen=True)
class Leftover:
    """An answer of the draft that the form has no place for. ``label``: of its field, or the field's name in words."""

    label: str
    answer: Any


def answers_of(page: MultiDict[str, str]) -> dict[str, Any]:
    """As ``typed``, with None for the fields that the page had and that nobody ticked: browsers do not send those."""
    return dict.fromkeys(_marks(page)) | typed(page)


def page_of(page: MultiDict[str, str]) -> Page | None:
    """What a page says that it showed, with what its person chose of two answers; None when it says nothing."""
    marks = _marks(page)
    if not marks:
        return None
    answers = answers_of(page)
    for key in marks.keys() & {name.removeprefix(CHOICE) for name in page if name.startswith(CHOICE)}:
        if page[CHOICE + key] == MINE:
            marks[key] = page.get(SEEN + key, "")
        elif page[CHOICE + key] == THEIRS:
            marks[key] = mark(answers.get(key))
    return Page(marks, page.get(PAGE) or None)


def leaves_theirs(page: MultiDict[str, str]) -> frozenset[str]:
    """Fields whose own answer their person gives up for the other that was shown."""
    return frozenset(
        name.removeprefix(CHOICE) for name in page if name.startswith(CHOICE) and page[name] == THEIRS
    )


def in_words(key: str) -> str:
    return key.replace("_", " ")


def _marks(page: MultiDict[str, str]) -> dict[str, str]:
    return dict(_read(page))


def _read(page: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name.removeprefix(READ), page[name]) for name in page if name.startswith(READ))
