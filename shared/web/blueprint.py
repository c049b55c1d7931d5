"""A flask-smorest blueprint whose operations are declared in one place and whose arguments are strict."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, missing
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from shared.strict_json import read_json

View = TypeVar("View", bound=Callable[..., Any])
NO_OTHERS: Mapping[int, str] = MappingProxyType({})
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class StrictParser(FlaskParser):
    """JSON bodies are JSON; an unknown name is an error in a body and in a query."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE}  # noqa: RUF012 — webargs' own

    def load_json(self, req: Request, schema: Any) -> Any:
        """Raises UnsupportedMediaType for another media type than JSON, BadRequest for what is no JSON (RFC 8259)."""
        content = req.get_data(cache=True)
        if not content:
            return missing
        if not is_json(req.mimetype):
            raise UnsupportedMediaType
        try:
            return read_json(content)
        except ValueError as error:
            raise BadRequest from error


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """The blueprint of our APIs."""

    ARGUMENTS_PARSER = StrictParser()

    def operation(
        self,
        method: str,
        path: str,
        *,
        guard: Decorator,
        answer: type[Schema],
        status: int = 200,
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        also: Mapping[int, str] = NO_OTHERS,
        errors: Sequence[int] = (),
        headers: Sequence[str] = (),
        optional_headers: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """Declare a view: who is let in, what it takes and answers, which errors and headers are documented.

        The view gets the guard's actor, then the body or the query, then the path's parameters by name.
        `also`: other statuses with the same answer, and what they mean.
        """
        if query is not None and (headers or optional_headers):
            raise ValueError("flask-smorest documents either a query or headers, not both")
        told: dict[str, Any] = {"security": [{"bearer": []}]}
        if headers or optional_headers:
            told["parameters"] = [_header(name, name in headers) for name in (*headers, *optional_headers)]

        def declare(view: View) -> View:
            answered = _one(answer)
            made: Callable[..., Any] = self.response(status, answered)(view)
            if body is not None:
                made = self.arguments(_one(body))(made)
            if query is not None:
                made = self.arguments(_one(query), location="query")(made)
            for other, meaning in also.items():
                made = self.alt_response(other, schema=answered, description=meaning, success=True)(made)
            for error in errors:
                made = self.alt_response(error, HTTPStatus(error).name)(made)
            made = self.doc(**told)(made)
            self.route(path, methods=[method])(guard(made))
            return view

        return declare


@cache
def _one(schema: type[Schema]) -> Schema:
    """The one instance of a schema, which keeps nothing of what it reads and writes.

    flask-smorest copies all that is said of a view at each of its decorators: the schema is not copied with it.
    """
    made = schema()
    made.__deepcopy__ = lambda _memo: made  # type: ignore[attr-defined]
    return made


def _header(name: str, required: bool) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}
