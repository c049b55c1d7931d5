"""The few words of help that each page has: which page one is on, and the words of ``shared/catalogue/aide.toml``."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from shared.catalogue import has_sentence, sentence

EVERYWHERE = "aide.toutes"


def help_here(key: str = "") -> str:
    """The help of the page with that key, or of the page that was asked for; a general one where there is none."""
    endpoint = key or _endpoint()
    return sentence(f"aide.{endpoint}") if has_sentence(f"aide.{endpoint}") else sentence(EVERYWHERE)


def _endpoint() -> str:
    """That of the page; of an answer to a post, that of the page from which it was sent: the nearest one above."""
    if request.method == "GET":
        return request.endpoint or ""
    pages, path = current_app.url_map.bind(""), request.path
    while path:
        try:
            endpoint, _ = pages.match(path, "GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return str(endpoint)
    return ""
