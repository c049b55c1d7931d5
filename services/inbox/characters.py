"""Characters that no text of ours has: refused at the door, before a page, a service or the database meets them.

PostgreSQL keeps no NUL, spreadsheets and PDFs no control character. Nobody types one; a program sends it, or it comes
with a text that was pasted.
"""

import unicodedata
from collections.abc import Iterator
from typing import ClassVar

from flask import Flask, request

from shared.errors import NotFound, Problem
from shared.forms.french import clean_text

NUL = "\0"
ALLOWED = "\t\n\r"
ANSWERS = ("champ-", "liste-")
"""Fields of a task's form, whose service takes control characters out of what was pasted (``shared.forms``)."""
TEXTS = {
    "tasks.commenter": "text", "tasks.refuser": "reason", "tasks.rouvrir": "reason", "family.write": "texte",
}  # fmt: skip
"""Address → where people write freely: its page takes them out of what was pasted (``free_text``)."""


class ControlCharacter(Problem):
    """An address or a form brought one. Says nothing of the text: it may be about somebody."""

    code: ClassVar[str] = "inbox.control_character"
    status: ClassVar[int] = 400


def refuse_control_characters(app: Flask) -> None:
    """No path has one (404), no query and no form may bring one (400)."""

    @app.before_request
    def _refuse() -> None:
        if has_control(request.path):
            raise NotFound
        if any(_is_wrong(name, value) for name, value in _brought()):
            raise ControlCharacter


def free_text(name: str) -> str:
    """What was written in a field of TEXTS."""
    return clean_text(request.form.get(name, ""))


def has_control(text: str) -> bool:
    return any(unicodedata.category(each) == "Cc" and each not in ALLOWED for each in text)


def _brought() -> Iterator[tuple[str, str]]:
    """Names and values, those of files with the name that each has."""
    yield from request.args.items(multi=True)
    yield from request.form.items(multi=True)
    yield from ((name, file.filename or "") for name, file in request.files.items(multi=True))


def _is_wrong(name: str, value: str) -> bool:
    if (name.startswith(ANSWERS) and name.isprintable()) or name == TEXTS.get(request.endpoint or ""):
        return NUL in value
    return has_control(name + value)
