"""Pages for everybody, signed in or not: accessibility, legal pages, figures, and whom to tell of a weakness."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.site.public_figures import PublicFigures
from services.inbox.site.security_txt import PATH, security_txt
from services.inbox.site.statement import grid
from shared.errors import NotFound

PROCESSING = Path(__file__).parents[1] / "processing.toml"
COOKIES = (access.COOKIE, "ae_forms", access.USED)
"""Every cookie that the inbox sets; each is needed for what the person asks for, so that none needs consent."""


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("site", __name__)
    figures = PublicFigures(inbox.sources, inbox.clock)

    @blueprint.get("/accessibilite")
    def accessibility() -> ResponseReturnValue:
        return render_template("accessibility.html", grid=grid(), site=inbox.site)

    @blueprint.get("/mentions-legales")
    def legal() -> ResponseReturnValue:
        return render_template("legal.html", site=inbox.site)

    @blueprint.get("/donnees-personnelles")
    def personal_data() -> ResponseReturnValue:
        return render_template(
            "personal_data.html", site=inbox.site, processing=_processing(), cookies=COOKIES
        )

    @blueprint.get("/stats")
    def stats() -> ResponseReturnValue:
        return render_template("stats.html", told=figures.read())

    @blueprint.get(PATH)
    def security() -> ResponseReturnValue:
        contact = inbox.site.said.get("security")
        if contact is None:
            raise NotFound
        text = security_txt(contact, inbox.site.address, inbox.clock.now())
        return Response(text, content_type="text/plain; charset=utf-8")

    @blueprint.get("/apparence.css")
    def style() -> ResponseReturnValue:
        if inbox.site.theme is None:
            raise NotFound
        return _kept(Response(inbox.site.theme.style, content_type="text/css; charset=utf-8"))

    @blueprint.get("/apparence/logo")
    def logo() -> ResponseReturnValue:
        if inbox.site.theme is None or inbox.site.theme.logo is None:
            raise NotFound
        found = inbox.site.theme.logo
        answer = _kept(Response(found.content, content_type=found.media_type))
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return answer

    return blueprint


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@cache
def _processing() -> Any:
    return tomllib.loads(PROCESSING.read_text(encoding="utf-8"))["processing"]
