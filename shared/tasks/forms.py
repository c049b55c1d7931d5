"""The forms of tasks: read once, and the shape of a draft."""

import hashlib
from collections.abc import Mapping
from typing import Any

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.forms import Checks, Form, parse_form
from shared.forms.profile import TEXT_LENGTH

MOST_FORMS = 500


class TaskForms:
    """Forms by the hash of their content; `checks` are the service's named checks."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._read: dict[str, Form] = {}

    def read(self, content: bytes) -> Form:
        """The form of a file, compiled at most once."""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._read:
            if len(self._read) >= MOST_FORMS:
                self._read.clear()
            self._read[digest] = parse_form(content, self._checks)
        return self._read[digest]


def refuse_bad_draft(form: Form, values: Mapping[str, Any]) -> None:
    """A draft may be wrong or incomplete, but holds only fields of its form, of a reasonable size."""
    form.refuse_unknown(values)
    if errors := {key: [said] for key, value in values.items() if (said := _wrong_shape(value))}:
        raise BadInput(errors)


def _wrong_shape(value: Any) -> str | None:
    texts = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        return sentence("tasks.not_an_answer")
    if not all(each is None or isinstance(each, str | bool | int | float) for each in texts):
        return sentence("tasks.not_an_answer")
    if sum(len(each) for each in texts if isinstance(each, str)) > TEXT_LENGTH:
        return sentence("tasks.answer_too_long", max=TEXT_LENGTH)
    return None
