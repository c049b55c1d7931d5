"""What a page sent and nobody has taken: to be sent again as it was, and to be read."""

from collections.abc import Mapping
from typing import Any

from flask import request

from services.inbox.answering.drafts import Leftover, in_words
from services.inbox.answering.typed import FORM_POSTS, typed
from services.inbox.answering.uploads import has_files

FREE_TEXTS = ("text", "reason")
"""What people write outside of a task's form."""


def sent_fields() -> list[tuple[str, str]]:
    """The fields of the request, to be sent again from another page; none when there are files, which pages lose.

    Of a task's form the fields are kept: its files are joined again.
    """
    if request.method != "POST" or (has_files(request.files) and request.endpoint not in FORM_POSTS):
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def typed_texts() -> list[Leftover]:
    """What people had typed, to be read and copied."""
    answers = typed(request.form) | {name: request.form.get(name, "") for name in FREE_TEXTS}
    words = {key: _in_words(each) for key, each in answers.items()}
    return [Leftover("" if key in FREE_TEXTS else in_words(key), said) for key, said in words.items() if said]


def _in_words(answer: Any) -> str:
    """A text, several, or rows of either."""
    if isinstance(answer, Mapping):
        return ", ".join(filter(None, map(_in_words, answer.values())))
    if isinstance(answer, list):
        return ("\n" if any(isinstance(each, Mapping) for each in answer) else ", ").join(
            map(_in_words, answer)
        )
    return str(answer).strip()
