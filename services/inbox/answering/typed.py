"""What a page sent of a task's form: answers, rows, and what people did with its buttons.

``champ-key`` has one text, ``liste-key`` those that are ticked, or the files that are joined; in a row the key is
``list-1-key``. ``lignes-list`` says how many rows the page had, ``fichier-key`` brings a file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.forms import Component
from shared.forms.model import every_part
from shared.forms.profile import MOST_ROWS
from shared.forms.rows import sent_rows

ONE, SEVERAL, ROWS, FILE = "champ-", "liste-", "lignes-", "fichier-"
GESTURE = "geste"
FORM_POSTS = frozenset(("tasks.terminer", "tasks.brouillon", "tasks.formulaire"))
"""Where the page of a task sends its form."""
IN_ROW = re.compile(r"([a-z][a-z0-9_]*)-([1-9]\d{0,2})-([a-z][a-z0-9_]*)")
Answers = dict[str, Any]


@dataclass(frozen=True)
class Gesture:
    """``verb``: ajouter or retirer a row of the list ``key``, the one with ``what`` as number; oter a file from the
    field ``key``, that with ``what`` as id."""

    verb: str
    key: str
    what: str = ""


def typed(page: MultiDict[str, str]) -> Answers:
    """The answers: field → text, or list of texts; list → its rows."""
    one = {name.removeprefix(ONE): page[name] for name in page if name.startswith(ONE)}
    several = {name.removeprefix(SEVERAL): page.getlist(name) for name in page if name.startswith(SEVERAL)}
    answers: Answers = {}
    rows: dict[str, dict[int, Answers]] = {name: {} for name in _lists(page)}
    for key, value in (one | several).items():
        found = IN_ROW.fullmatch(key)
        if found and int(found[2]) <= MOST_ROWS:
            rows.setdefault(found[1], {}).setdefault(int(found[2]), {})[found[3]] = value
        else:
            answers[key] = value
    for name, given in rows.items():
        last = max([_count(page, name), *given])
        answers[name] = [given.get(number, {}) for number in range(1, last + 1)]
    return answers


def gesture(page: Mapping[str, str]) -> Gesture | None:
    """What the button that sent the page asks for, beside sending it."""
    verb, _, rest = page.get(GESTURE, "").partition(":")
    key, _, what = rest.partition(":")
    return Gesture(verb, key, what) if verb in ("ajouter", "retirer", "oter") and key else None


def after(did: Gesture, answers: Mapping[str, Any], components: Sequence[Component]) -> Answers:
    """The answers once it is done; as they were when it names nothing that is there."""
    if did.verb == "oter":
        return _without_file(did, answers)
    rows, part = sent_rows(answers.get(did.key)), _list(components, did.key)
    if part is None:
        return dict(answers)
    if did.verb == "ajouter" and len(rows) < part.most:
        rows.append(fresh_row(part))
    elif did.verb == "retirer" and did.what.isdecimal() and int(did.what) <= len(rows):
        rows = [row for number, row in enumerate(rows, start=1) if number != int(did.what)]
    return {**answers, did.key: rows}


def fresh_row(part: Component) -> Answers:
    """A row that nobody has filled in yet."""
    inside = (each for each in every_part(part.row_parts) if each.key)
    return {str(each.key): each.default for each in inside if each.default is not None}


def given(answers: Mapping[str, Any], key: str) -> Any:
    """The answer to the field of a layout: ``key``, or ``list-1-key``."""
    found = IN_ROW.fullmatch(key)
    if found is None:
        return answers.get(key)
    rows = sent_rows(answers.get(found[1]))
    row = rows[int(found[2]) - 1] if int(found[2]) <= len(rows) else {}
    return row.get(found[3])


def _without_file(did: Gesture, answers: Mapping[str, Any]) -> Answers:
    named = given(answers, did.key)
    if not isinstance(named, list):
        return dict(answers)
    kept, found = [each for each in named if each != did.what], IN_ROW.fullmatch(did.key)
    if found is None:
        return {**answers, did.key: kept}
    rows = [
        {**row, found[3]: kept} if number == int(found[2]) else row
        for number, row in enumerate(sent_rows(answers.get(found[1])), start=1)
    ]
    return {**answers, found[1]: rows}


def _list(components: Sequence[Component], key: str) -> Component | None:
    lists = (part for part in every_part(components) if part.kind == "dynamiclist")
    return next((part for part in lists if part.key == key), None)


def _lists(page: MultiDict[str, str]) -> Iterator[str]:
    return (name.removeprefix(ROWS) for name in page if name.startswith(ROWS))


def _count(page: MultiDict[str, str], name: str) -> int:
    count = page.get(ROWS + name, "")
    return min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 4 else 0
