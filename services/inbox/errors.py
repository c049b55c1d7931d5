"""Plain French pages for what goes wrong: no trace, no code to decipher, a way on."""

import logging
import traceback

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from services.inbox.session_ended import session_ended
from services.inbox.sources import ServiceDown
from shared.catalogue import has_sentence, sentence
from shared.errors import Problem, Unauthenticated

log = logging.getLogger(__name__)

KNOWN = frozenset({400, 401, 403, 404, 405, 409, 412, 413, 500, 503})


def add_error_pages(app: Flask) -> None:
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def error_page(status: int, title: str, text: str) -> ResponseReturnValue:
    return render_template("error.html", title=title, text=text, status=status), status


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    """Asked for under another host name: there is no address to build a page with."""
    return sentence("inbox.error_400"), 400


def _expired(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, sentence("inbox.error_expired_title"), sentence("inbox.error_expired"))


def _problem(error: Problem) -> ResponseReturnValue:
    if isinstance(error, ServiceDown):
        return error_page(503, _title(503), sentence(f"inbox.down_{error.service}_page"))
    if isinstance(error, Unauthenticated):
        return session_ended()
    status = error.status if error.status in KNOWN else 400 if error.status < 500 else 500
    said = sentence(error.code, **error.params) if has_sentence(error.code) else _text(status)
    return error_page(status, _title(status), said)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    status = error.code if error.code in KNOWN else 400
    return error_page(status, _title(status), _text(status))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    places = " < ".join(
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    # the message of an exception may quote people's data: the log has its class and its frames only
    log.error("a page failed: %s at %s", type(error).__qualname__, places)
    return error_page(500, _title(500), _text(500))


def _title(status: int) -> str:
    return sentence(f"inbox.error_{status}_title")


def _text(status: int) -> str:
    return sentence(f"inbox.error_{status}")
