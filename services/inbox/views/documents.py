"""The documents of a parcours: read, saved, signed; files attached to it; appointments for a calendar."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import papers
from services.inbox.sources import Fetched, Reply
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date

SERVICE = "<any(enrolment, accompaniment, bilan):service>"


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("documents", __name__)

    def page(who: SignedIn, parcours_id: str, errors: Any = None, status: int = 200) -> ResponseReturnValue:
        found = papers.of_parcours(inbox, who, parcours_id)
        today = local_date(inbox.business_clock.now())
        return (
            render_template("documents.html", papers=found, errors=errors or {}, today=today),
            status,
        )

    @blueprint.get("/parcours/<uuid:parcours_id>/documents")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        return page(who, str(parcours_id))

    @blueprint.get(f"/documents/{SERVICE}/<uuid:parcours_id>/<uuid:document_id>.pdf")
    @require_person
    def pdf(who: SignedIn, service: str, parcours_id: UUID, document_id: UUID) -> ResponseReturnValue:
        found = papers.of_parcours(inbox, who, str(parcours_id))
        cites = next((each["cites"] for each in found.documents if each["id"] == str(document_id)), None)
        if cites is None:
            raise NotFound
        return saved(papers.pdf(inbox, who, service, str(document_id), cites))

    @blueprint.post(f"/documents/{SERVICE}/<uuid:parcours_id>/<uuid:document_id>/signer")
    @require_person
    def sign(who: SignedIn, service: str, parcours_id: UUID, document_id: UUID) -> ResponseReturnValue:
        path = f"/documents/{document_id}/signatures"
        reply = inbox.sources.ask(who.actor, service, "POST", path, body=_signature())
        if reply.is_ok:
            flash(sentence("documents.page_signed"))
            return redirect(url_for("documents.show", parcours_id=parcours_id), 303)
        return page(who, str(parcours_id), {str(document_id): reason(reply)}, 422)

    @blueprint.post("/parcours/<uuid:parcours_id>/documents")
    @require_person
    def attach(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return page(who, str(parcours_id), {"file": sentence("documents.no_file")}, 422)
        owner = papers.of_parcours(inbox, who, str(parcours_id)).owner
        side = who.actor.side if request.form.get("reserve") else "both"
        reply = inbox.sources.ask(
            who.actor, owner, "POST", f"/parcours/{parcours_id}/attachments", body={"side": side},
            files={"file": (sent.filename, sent.stream, "application/octet-stream")},
        )  # fmt: skip
        if reply.is_ok:
            flash(sentence("documents.page_attached", name=reply.body["name"]))
            return redirect(url_for("documents.show", parcours_id=parcours_id), 303)
        return page(who, str(parcours_id), {"file": reason(reply)}, 422)

    @blueprint.get(f"/pieces/{SERVICE}/<uuid:attachment_id>")
    @require_person
    def attached(who: SignedIn, service: str, attachment_id: UUID) -> ResponseReturnValue:
        return saved(inbox.sources.fetch(who.actor, service, "GET", f"/attachments/{attachment_id}"))

    @blueprint.post(f"/pieces/{SERVICE}/<uuid:parcours_id>/<uuid:attachment_id>/retirer")
    @require_person
    def remove(who: SignedIn, service: str, parcours_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
        reply = inbox.sources.ask(who.actor, service, "DELETE", f"/attachments/{attachment_id}")
        if reply.status == 404:
            raise NotFound
        if reply.status == 403:
            raise Forbidden
        flash(sentence("documents.page_removed"))
        return redirect(url_for("documents.show", parcours_id=parcours_id), 303)

    @blueprint.get(f"/invitations/{SERVICE}/<uuid:invitation_id>.ics")
    @require_person
    def invitation(who: SignedIn, service: str, invitation_id: UUID) -> ResponseReturnValue:
        return saved(inbox.sources.fetch(who.actor, service, "GET", f"/invitations/{invitation_id}"))

    return blueprint


def saved(found: Fetched | None) -> Response:
    """A file that the browser saves and never shows within our pages."""
    if found is None:
        raise NotFound
    answer = Response(found.content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = found.disposition
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def reason(reply: Reply) -> str:
    """Why a service did not do it, in its own French words."""
    if reply.status == 404:
        raise NotFound
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return " ".join(errors) or reply.body.get("detail") or sentence("inbox.error_400")


def _signature() -> dict[str, Any]:
    """What the form says; a date as people write it."""
    form = request.form
    if form.get("how") == "ecran":
        return {"as": form.get("as", ""), "how": "ecran"}
    day = read_date(form.get("on", "").strip())
    return {
        "as": form.get("as", ""), "how": "papier", "on": day.isoformat() if day else form.get("on", "?"),
        "name": form.get("name", "").strip() or None,
    }  # fmt: skip
