"""Errors are nouns with a stable code and parameters; the French sentence is in ``shared.catalogue``.

No error carries personal data. ``shared.web`` maps them to HTTP (RFC 9457) by their ``status``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class Problem(Exception):
    """Something a person or a program can be told about. ``code`` is a key of the catalogue."""

    code: ClassVar[str]
    status: ClassVar[int] = 500

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in sorted(self.params.items()))])


class BadInput(Problem):
    """Values that cannot be accepted. ``errors``: field name → French sentences."""

    code: ClassVar[str] = "errors.bad_input"
    status: ClassVar[int] = 422

    def __init__(self, errors: Mapping[str, Sequence[str]] | None = None, **params: Any) -> None:
        self.errors = {field: list(sentences) for field, sentences in (errors or {}).items()}
        super().__init__(**params)


class Unauthenticated(Problem):
    code: ClassVar[str] = "errors.unauthenticated"
    status: ClassVar[int] = 401


class Forbidden(Problem):
    code: ClassVar[str] = "errors.forbidden"
    status: ClassVar[int] = 403


class NotFound(Problem):
    code: ClassVar[str] = "errors.not_found"
    status: ClassVar[int] = 404


class Conflict(Problem):
    code: ClassVar[str] = "errors.conflict"
    status: ClassVar[int] = 409


class StaleVersion(Problem):
    code: ClassVar[str] = "errors.stale_version"
    status: ClassVar[int] = 412


class PreconditionRequired(Problem):
    code: ClassVar[str] = "errors.precondition_required"
    status: ClassVar[int] = 428


class Unavailable(Problem):
    """A server that we need (database, neighbour) does not answer: try again later, nothing was done."""

    code: ClassVar[str] = "errors.unavailable"
    status: ClassVar[int] = 503
