"""The one table from errors to HTTP (RFC 9457): every error of an API leaves here, without personal data."""

import json
import logging
import traceback
from collections.abc import Mapping
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from shared.catalogue import has_sentence, sentence
from shared.errors import BadInput, Problem
from shared.ids import Ids

PROBLEM_JSON = "application/problem+json"
TYPE = "urn:ambition-emploi:problem:"
RETRY_SECONDS = 5

log = logging.getLogger(__name__)

FAULT = 500
Headers = Mapping[str, str]
HEADERS: Mapping[int, Headers] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": str(RETRY_SECONDS)},
}


def problem_response(error: Problem) -> Response:
    """The answer to one of our own errors."""
    if error.status == FAULT:
        log.error("%s", error)  # its code and parameters: no error carries personal data
    errors = error.errors if isinstance(error, BadInput) else None
    body = problem_body(error.status, error.code, sentence(error.code, **error.params), errors)
    return _response(error.status, body)


def http_response(error: HTTPException) -> Response:
    """The answer to an error of Flask, Werkzeug or webargs: 400, 404, 405, 413, 415, 422…"""
    status = error.code or 500
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    code = f"web.http_{status}" if has_sentence(f"web.http_{status}") else "web.http_other"
    errors = flatten(data["messages"]) if "messages" in data else None
    allowed = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _response(status, problem_body(status, code, sentence(code), errors), allowed)


def unexpected_response(error: Exception, ids: Ids) -> Response:
    """A fault of ours: nothing of it is told but a number, under which the log has its kind and place."""
    incident = ids()
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    # the message of an exception may quote people's data: the log has its class and its frames only
    log.error("fault %s: %s at %s", incident, type(error).__qualname__, " < ".join(reversed(frames)))
    body = problem_body(500, "web.http_500", sentence("web.http_500"))
    return _response(500, {**body, "instance": f"urn:uuid:{incident}"})


def problem_body(
    status: int, code: str, detail: str, errors: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """RFC 9457 members, with `code` and, by field, `errors`."""
    title = f"web.title_{status}"
    body: dict[str, Any] = {
        "type": TYPE + code,
        "title": sentence(title if has_sentence(title) else "web.title_other"),
        "status": status,
        "detail": detail,
        "code": code,
    }
    return body if errors is None else {**body, "errors": dict(errors)}


def flatten(messages: Any) -> dict[str, list[str]]:
    """webargs' {place: {field: sentences}} without the place, nested fields joined by dots."""
    found: dict[str, list[str]] = {}
    for under in messages.values() if isinstance(messages, dict) else [messages]:
        _gather("", under, found)
    return found


def _gather(path: str, node: Any, found: dict[str, list[str]]) -> None:
    if isinstance(node, dict):
        for name, inner in node.items():
            _gather(f"{path}.{name}" if path and name != "_schema" else path or str(name), inner, found)
    else:
        said = node if isinstance(node, list) else [node]
        found.setdefault(path or "_schema", []).extend(str(each) for each in said)


def _response(status: int, body: Mapping[str, Any], headers: Headers | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(
        text,
        status,
        {**HEADERS.get(status, {}), **(headers or {})},
        content_type=f"{PROBLEM_JSON}; charset=utf-8",
    )
