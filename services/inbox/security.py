"""Headers of every answer, limits of every request, and the CSRF check of every post."""

from collections.abc import Mapping

from flask import Flask, Response, request

from services.inbox.characters import refuse_control_characters
from services.inbox.identity.places import FormsOfAPlace, form_token, kept_form_token

MEGABYTE = 1024 * 1024
PAGE_BYTES = MEGABYTE
FILE_BYTES: Mapping[str, int] = {
    "pupils.import_file": 20 * MEGABYTE,
    "documents.attach": 11 * MEGABYTE,
    "annuaire.import_file": 6 * MEGABYTE,
    "tasks.terminer": 21 * MEGABYTE,
    "tasks.brouillon": 21 * MEGABYTE,
    "tasks.formulaire": 21 * MEGABYTE,
}
"""The pages that take a file, and how large the whole request may be."""
KEPT = frozenset(("static", "site.style", "site.logo", "calendars.feed"))
"""What may be kept, each as it says: files of ours, an organisation's look, and a calendar by whom its address was
given."""
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]", "::1"]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(app: Flask, *, is_secure: bool) -> None:
    """Install the limits first: the CSRF check reads the form, so its size must be bounded before."""
    app.config.update(
        MAX_CONTENT_LENGTH=PAGE_BYTES,
        MAX_FORM_MEMORY_SIZE=PAGE_BYTES,
        MAX_FORM_PARTS=1_000,  # a list of rows has some for each
        SESSION_COOKIE_NAME="__Host-ae_forms" if is_secure else "ae_forms",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: a form left open over lunch still counts
    )
    app.before_request(_let_files_be_larger)
    refuse_control_characters(app)
    app.after_request(_add_headers)
    if is_secure:
        app.after_request(_only_https)
    FormsOfAPlace(app)
    app.context_processor(lambda: {"csrf_token": form_token, "kept_csrf_token": kept_form_token})


def _let_files_be_larger() -> None:
    if request.endpoint is not None and request.endpoint in FILE_BYTES:
        request.max_content_length = FILE_BYTES[request.endpoint]


def _add_headers(answer: Response) -> Response:
    answer.headers.extend({name: value for name, value in HEADERS.items() if name not in answer.headers})
    if request.endpoint not in KEPT:
        answer.headers["Cache-Control"] = "no-store"  # the next person at a shared computer sees nothing
    return answer


def _only_https(answer: Response) -> Response:
    answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer
