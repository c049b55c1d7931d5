"""The forms of tasks: read once, and the shape of a draft."""

import hashlib
from collections.abc import Mapping
from typing import Any

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.forms import Checks, Form, parse_form
from shared.forms.profile import MOST_ROWS, TEXT_LENGTH
from shared.forms.section import Section

MOST_FORMS = 500
SEVERAL = ("checklist", "filepicker")
"""Fields whose answer is a list."""


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
    """A draft may be wrong or incomplete, but holds only fields of its form, of their shape and a reasonable size."""
    form.refuse_unknown(values)
    found = ((key, _wrong(form.section, key, value)) for key, value in values.items())
    if errors := {key: [said] for key, said in found if said}:
        raise BadInput(errors)


def _wrong(section: Section, key: str, value: Any) -> str | None:
    if key in section.rows:
        return _wrong_rows(section.rows[key], value)
    if isinstance(value, list) and section.fields[key].kind not in SEVERAL:
        return sentence("tasks.one_answer")
    return _wrong_shape(value)


def _wrong_rows(row: Section, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return sentence("tasks.not_an_answer")
    if len(value) > MOST_ROWS:
        return sentence("forms.rows_many", max=MOST_ROWS)
    return next(
        filter(None, (_wrong(row, key, each) for given in value for key, each in given.items())), None
    )


def _wrong_shape(value: Any) -> str | None:
    texts = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        return sentence("tasks.not_an_answer")
    if not all(each is None or isinstance(each, str | bool | int | float) for each in texts):
        return sentence("tasks.not_an_answer")
    if sum(len(each) for each in texts if isinstance(each, str)) > TEXT_LENGTH:
        return sentence("tasks.answer_too_long", max=TEXT_LENGTH)
    return None
