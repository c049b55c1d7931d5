"""What a task's page sends and shows of a draft that a colleague may have changed meanwhile (ADR 31).

Each field of a page goes with a mark of what it showed. A field that both have changed is shown twice, with a choice;
what of a draft has no place in the form any more is shown beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from services.inbox.answering.typed import typed
from shared.merging import Page, mark

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


class Again(NamedTuple):
    """``shown``: in the field; ``theirs``: what is kept now, when somebody else has changed it too."""

    shown: Any
    theirs: Any


def answers_of(page: MultiDict[str, str]) -> dict[str, Any]:
    """As ``typed``, with None for the fields that the page had and that nobody ticked: browsers do not send those."""
    return dict.fromkeys(marks_of(page)) | typed(page)


def page_of(page: MultiDict[str, str]) -> Page | None:
    """What a page says that it showed, with what its person chose of two answers; None when it says nothing."""
    marks = marks_of(page)
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


def marks_of(page: Mapping[str, str]) -> dict[str, str]:
    """Field → mark of what a page showed there."""
    return {name.removeprefix(READ): page[name] for name in page if name.startswith(READ)}


def shown_again(name: str, now: Any, page: Mapping[str, str]) -> Again:
    """A field of a record whose page comes back: what its person changed there stays, else it is as kept now."""
    read, there = page.get(READ + name), page.get(name)
    if there is None or mark(there) == read:
        return Again(now, None)
    return Again(there, now if mark(now) not in (read, mark(there)) else None)
