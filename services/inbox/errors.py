"""Plain French pages for what goes wrong: no trace, no code to decipher, a way on."""

import logging
import math
import traceback

from flask import Flask, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from services.inbox.answering.not_taken import sent_fields, typed_texts
from services.inbox.answering.uploads import has_files
from services.inbox.identity.arriving import MandateOver, OtherPlace
from services.inbox.identity.session_ended import WHILE_TYPING, session_ended
from services.inbox.limits.guard import TooManyRequests
from services.inbox.security import FILE_BYTES
from services.inbox.sources import ServiceDown
from shared.catalogue import has_sentence, sentence
from shared.errors import Problem, Unauthenticated

TOO_LARGE = 413

log = logging.getLogger(__name__)

KNOWN = frozenset({400, 401, 403, 404, 405, 409, 412, 413, 429, 500, 503})


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
        return _down(error.service)
    if isinstance(error, Unauthenticated):
        return session_ended()
    if isinstance(error, TooManyRequests):
        return _too_many(error)
    if isinstance(error, (MandateOver, OtherPlace)):
        return _not_in_this_place(error)
    status = error.status if error.status in KNOWN else 400 if error.status < 500 else 500
    said = sentence(error.code, **error.params) if has_sentence(error.code) else _text(status)
    return error_page(status, _title(status), said)


def _down(service: str) -> ResponseReturnValue:
    return _page_with_what_was_sent(503, sentence(f"inbox.down_{service}_page"))


def _too_many(error: TooManyRequests) -> ResponseReturnValue:
    text = sentence(error.code, minutes=math.ceil(error.seconds / 60))
    answer = make_response(_page_with_what_was_sent(429, text))
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _not_in_this_place(error: MandateOver | OtherPlace) -> ResponseReturnValue:
    """What was typed is there to be read, and to be sent again when that place can be taken again."""
    page = render_template(
        "other_place.html", title=sentence("equipe.other_place_title"), text=sentence(error.code),
        sent=sent_fields() if isinstance(error, OtherPlace) else [], typed=typed_texts(),
        address=request.full_path.rstrip("?"), has_files=has_files(request.files),
    )  # fmt: skip
    answer = make_response(page, error.status)
    if "HX-Request" in request.headers and request.endpoint not in WHILE_TYPING:
        answer.headers["HX-Refresh"] = "true"  # a part of a page has no room for this one
    return answer


def _page_with_what_was_sent(status: int, text: str) -> ResponseReturnValue:
    """The page keeps what was sent; sent again under the same key, it is done once (`shared.tasks.second_clicks`)."""
    sent = sent_fields()
    page = render_template(
        "down.html", title=_title(status), text=text, sent=sent, typed=typed_texts() if sent else [],
        address=request.full_path.rstrip("?"), has_files=bool(request.files),
    )  # fmt: skip
    return page, status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    status = error.code if error.code in KNOWN else 400
    if status == TOO_LARGE and request.endpoint not in FILE_BYTES:
        return error_page(status, sentence("saisie.too_long_title"), sentence("saisie.too_long"))
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
