"""The pages of who comes by a personal link: no account, no cookie; the code in the address is all there is.

A GET shows; only a POST, by a button of the page, signs or writes. Programs that look into links do no harm, a link
that is opened twice does none either. No answer is kept by browsers, none tells other sites where it was asked for.
"""

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.characters import free_text
from services.inbox.deps import Inbox
from services.inbox.family import links
from services.inbox.family import page as family_page
from services.inbox.family.page import FamilyPage, GoneLink
from services.inbox.limits.guard import TooManyRequests
from services.inbox.sources import Reply, ServiceDown
from services.inbox.views.by_link import keep_to_itself
from services.inbox.views.documents import SERVICE, reason, saved
from shared.catalogue import sentence
from shared.errors import NotFound

PREFIX = "/mon-parcours"
DONE = ("signature", "mot")
"""What the page says once it was done: words of ``?fait=``."""
WORD, WORDS = "mot", ("trouve", "arret")
"""The form by which something is said, and what can be."""
SIGNED = "documents.already_signed"
DOCUMENT = "document"
"""Where the page says what concerns a document that it no longer has."""
SENT: Mapping[str | None, tuple[str, ...]] = {"family.sign": ("lu",), "family.write": ("objet", "apres")}
"""Endpoint → what its form says beside a text. What has no answer is offered to be sent again, with them."""


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("family", __name__, url_prefix=PREFIX)
    keep_to_itself(blueprint)

    @blueprint.before_request
    def as_nobody() -> None:
        """Somebody may be signed in at the same computer: not here."""
        g.who = None

    @blueprint.errorhandler(GoneLink)
    def gone(_error: GoneLink) -> ResponseReturnValue:
        return _stopped(404, "family.gone_title", sentence("family.gone"))

    @blueprint.errorhandler(ServiceDown)
    def down(_error: ServiceDown) -> ResponseReturnValue:
        done = request.args.get("fait") if request.endpoint == "family.show" else None
        said = [sentence(f"family.done_{done}")] if done in DONE else []
        said.append(sentence(f"family.{'sent' if _is_sent() else 'down'}"))
        return _stopped(503, "family.down_title", " ".join(said))

    @blueprint.errorhandler(TooManyRequests)
    def too_many(error: TooManyRequests) -> ResponseReturnValue:
        text = sentence(error.code, minutes=math.ceil(error.seconds / 60))
        answer = make_response(_stopped(429, "inbox.error_429_title", text))
        answer.headers["Retry-After"] = str(error.seconds)
        return answer

    @blueprint.get("/<code>")
    def show(code: str) -> ResponseReturnValue:
        return _page(code, _opened(inbox, code))

    @blueprint.get("/<code>/mot")
    @blueprint.get(f"/<code>/{SERVICE}/<uuid:document_id>/signer")
    def come_back(code: str, **_document: Any) -> ResponseReturnValue:
        """A browser that asks anew for the page of an answer, as one does that was closed: the page itself."""
        return redirect(url_for("family.show", code=code), 303)

    @blueprint.get(f"/<code>/{SERVICE}/<uuid:document_id>.pdf")
    def pdf(code: str, service: str, document_id: UUID) -> ResponseReturnValue:
        page = _opened(inbox, code)
        try:
            return saved(family_page.pdf(inbox, page, service, str(document_id)))
        except NotFound:
            return _anew(inbox, code, DOCUMENT, sentence("family.document_gone"), 404)

    @blueprint.post(f"/<code>/{SERVICE}/<uuid:document_id>/signer")
    def sign(code: str, service: str, document_id: UUID) -> ResponseReturnValue:
        page, about = _opened(inbox, code), str(document_id)
        try:
            page.document(service, about)
            if request.form.get("lu") != "oui":
                return _page(code, page, {about: sentence("family.sign_unread")}, 422)
            reply = family_page.sign(inbox, page, service, about)
            if not reply.is_ok and not _is_signed_already(inbox, code, about, reply):
                return _anew(inbox, code, about, reason(reply))
        except NotFound:
            return _anew(inbox, code, DOCUMENT, sentence("family.document_gone"), 404)
        return redirect(url_for("family.show", code=code, fait="signature"), 303)

    @blueprint.post("/<code>/mot")
    def write(code: str) -> ResponseReturnValue:
        page = _opened(inbox, code)
        what = request.form.get("objet", "")
        if what not in WORDS:
            return _page(code, page, {WORD: sentence("family.word_choose")}, 422)
        reply = family_page.write(inbox, page, what, _text(), request.form.get("apres", ""))
        if not reply.is_ok:
            return _anew(inbox, code, WORD, reason(reply))
        return redirect(url_for("family.show", code=code, fait="mot", _anchor="mot"), 303)

    return blueprint


def _opened(inbox: Inbox, code: str) -> FamilyPage:
    """The page of a living link, which is noted as opened. Raises GoneLink, ServiceDown."""
    now = inbox.business_clock.now()
    with inbox.database.read() as look:
        link = links.find(look, code, now)
    if link is None:
        raise GoneLink
    page = family_page.of_link(inbox, link)
    if links.is_seen_stale(link, now):
        with inbox.database.begin() as tx:
            links.note_seen(tx, link, now)
    return page


def _is_signed_already(inbox: Inbox, code: str, document_id: str, reply: Reply) -> bool:
    """By this person on screen: a second click, or sent again as no answer came."""
    return reply.code == SIGNED and _opened(inbox, code).is_signed_on_screen(document_id)


def _anew(inbox: Inbox, code: str, about: str, why: str, status: int = 422) -> ResponseReturnValue:
    """The page as it is now, for something changed since it was read, with why nothing was done."""
    page = _opened(inbox, code)
    places = {WORD, *(each["id"] for each in page.documents)}
    return _page(code, page, {about if about in places else DOCUMENT: why}, status)


def _page(code: str, page: FamilyPage, errors: Any = None, status: int = 200) -> ResponseReturnValue:
    done = request.args.get("fait")
    shown = render_template(
        "family/page.html", page=page, code=code, errors=errors or {}, done=done if done in DONE else None,
        own="parent" if page.member.is_parent else "eleve", words=WORDS, typed={**request.form, "texte": _text()},
    )  # fmt: skip
    return make_response(shown, status)


def _stopped(status: int, title: str, text: str) -> ResponseReturnValue:
    """A page of its own; what was sent stays on it, for whom the link is good."""
    sent = {name: request.form[name] for name in SENT.get(request.endpoint, ()) if name in request.form}
    page = render_template(
        "family/stopped.html", title=sentence(title), text=text, sent=sent, address=request.path,
        is_kept=status != 404 and _is_sent(), texte=_text() if request.endpoint == "family.write" else None,
    )  # fmt: skip
    return page, status


def _is_sent() -> bool:
    return request.method == "POST" and request.endpoint in SENT


def _text() -> str:
    """What was typed, its ends of lines counted as the page counts them."""
    return free_text("texte")
