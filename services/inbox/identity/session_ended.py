"""What becomes of a request of somebody whose session has ended: nothing is done, and nothing typed is lost.

The page that answers holds what was sent, in the browser only. Whoever signs in again in another window of it sends
it from there; the forms of a browser are valid again once the same person is back (``access.begin_visit``), and for
nobody else. What is typed in a form that saves itself stays in its page.
"""

from urllib.parse import urlsplit

from flask import make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from services.inbox.answering.not_taken import sent_fields, typed_texts
from services.inbox.answering.uploads import has_files
from services.inbox.identity import access
from shared.catalogue import sentence

STATUS = 401
WHILE_TYPING = frozenset(("tasks.brouillon", "tasks.formulaire"))
"""Asked by a page that goes on standing there, with what is typed in it."""


def session_ended() -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return _told_to_htmx()
    sent = sent_fields() if access.WHO in session else []
    page = render_template(
        "session_ended.html", sent=sent, typed=typed_texts() if sent else [], before=_page_before(),
        address=request.full_path.rstrip("?"), has_files=has_files(request.files),
    )  # fmt: skip
    return page, STATUS


def _told_to_htmx() -> ResponseReturnValue:
    if request.endpoint in WHILE_TYPING:
        answer = make_response(render_template("_session_ended.html"), STATUS)
        answer.headers.update({"HX-Retarget": "#brouillon", "HX-Reswap": "innerHTML"})
    else:
        answer = make_response(sentence("inbox.error_401"), STATUS)
        answer.headers["HX-Redirect"] = url_for("session.sign_in", suite=_page_before() or None)
    answer.headers["Vary"] = "HX-Request"
    return answer


def _page_before() -> str:
    """The page of ours from which the request came, if the browser says."""
    told = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if told.netloc != request.host:
        return ""
    return access.safe_path(told.path + (f"?{told.query}" if told.query else ""), "")
