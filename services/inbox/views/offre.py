"""The local offer, for those who keep it in their Mission Locale: list, add, import, change, close."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_offer_keeper
from services.inbox.identity.people import SignedIn
from services.inbox.sources import Reply, as_header
from services.inbox.views.ateliers import day, reasons, whole
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound
from shared.parcours.offer import KINDS, OLDEST, YOUNGEST
from shared.parcours.pfmp import FRAMES

OWNER = "accompaniment"
STALE = 412
EMPTY: Mapping[str, Any] = {}


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("offre", __name__, url_prefix="/offre")

    def ask(who: SignedIn, method: str, path: str = "", **how: Any) -> Reply:
        reply = inbox.sources.ask(who.actor, OWNER, method, f"/offers{path}", **how)
        if reply.status == 403:
            raise Forbidden
        if reply.status == 404:
            raise NotFound
        return reply

    @blueprint.get("")
    @require_offer_keeper
    def list_offers(who: SignedIn) -> ResponseReturnValue:
        return _list(who)

    def _list(who: SignedIn, error: str | None = None) -> str:
        return render_template("offers.html", offers=ask(who, "GET").body, error=error)

    @blueprint.get("/ajouter")
    @require_offer_keeper
    def new(who: SignedIn) -> ResponseReturnValue:
        return _form(EMPTY, key=inbox.ids())

    @blueprint.post("/ajouter")
    @require_offer_keeper
    def add(who: SignedIn) -> ResponseReturnValue:
        """A second click sends the same key, and adds nothing."""
        key, terms = as_header(request.form.get("key", "")) or inbox.ids(), _typed()
        reply = ask(who, "POST", body=terms | {"id": key})
        return _back("offre.added") if reply.is_ok else (_form(terms, reply, key=key), 422)

    @blueprint.post("/import")
    @require_offer_keeper
    def import_file(who: SignedIn) -> ResponseReturnValue:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _list(who, sentence("offre.file_missing")), 422
        reply = ask(who, "POST", "/import", files={"file": ("offres.csv", sent.stream, "text/csv")})
        if not reply.is_ok:
            return _list(who, reasons(reply)[0]), 422
        return render_template("offers_imported.html", result=reply.body)

    @blueprint.get("/<uuid:offer_id>")
    @require_offer_keeper
    def edit(who: SignedIn, offer_id: UUID) -> ResponseReturnValue:
        return _form(ask(who, "GET", f"/{offer_id}").body)

    @blueprint.post("/<uuid:offer_id>")
    @require_offer_keeper
    def change(who: SignedIn, offer_id: UUID) -> ResponseReturnValue:
        reply = ask(who, "PUT", f"/{offer_id}", body=_typed(), headers=_read())
        return _back("offre.changed") if reply.is_ok else _again(who, offer_id, reply)

    @blueprint.post("/<uuid:offer_id>/clore")
    @require_offer_keeper
    def close(who: SignedIn, offer_id: UUID) -> ResponseReturnValue:
        reply = ask(who, "POST", f"/{offer_id}/close", headers=_read())
        return _back("offre.is_closed") if reply.is_ok else _again(who, offer_id, reply)

    def _again(who: SignedIn, offer_id: UUID, reply: Reply) -> ResponseReturnValue:
        """The form as it was typed; as the offer is now, when somebody has changed or closed it meanwhile."""
        there = ask(who, "GET", f"/{offer_id}").body
        is_mine = reply.status == 422
        return _form(there | _typed() if is_mine else there, reply), 422 if is_mine else reply.status

    return blueprint


def _back(said: str) -> ResponseReturnValue:
    flash(sentence(said))
    return redirect(url_for("offre.list_offers"), 303)


def _read() -> dict[str, str]:
    """The version that the page showed."""
    return {"If-Match": f'"{as_header(request.form.get("version", ""))}"'}


def _typed() -> dict[str, Any]:
    """The offer as the page describes it; what cannot be read is sent as it is, for the service to refuse."""
    form = request.form
    texts = {
        name: form.get(name, "").strip() or None
        for name in ("title", "partner", "contact", "place", "conditions")
    }
    chosen = {name: form.get(name) or None for name in ("kind", "frame")}
    return {
        **texts, **chosen, "first_on": day("first_on"), "last_on": day("last_on"), "seats": whole("seats"),
        "minimum_age": whole("minimum_age"), "is_psad": form.get("is_psad") == "oui",
    }  # fmt: skip


def _form(offer: Mapping[str, Any], refused: Reply | None = None, key: str = "") -> str:
    errors = (refused.body.get("errors") or {}) if refused else {}
    said = reasons(refused)[0] if refused and not errors else ""
    return render_template(
        "offer.html", offer=offer, errors=errors, said=said, key=key, kinds=KINDS, frames=FRAMES,
        ages=range(YOUNGEST, OLDEST + 1),
    )  # fmt: skip
