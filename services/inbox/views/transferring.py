"""The page on which who follows a parcours asks another organisation of the same kind to take it over (R43)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import Organisation, SignedIn, organisations_of_kind
from services.inbox.parcours import story
from services.inbox.sources import Reply
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import NotFound
from shared.identity import TRANSFERRING_ROLES


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("transferring", __name__)

    def ask(who: SignedIn, parcours_id: str, body: dict[str, Any] | None = None) -> Reply:
        path = f"/parcours/{parcours_id}/transfer"
        reply = inbox.sources.ask(who.actor, "enrolment", "POST" if body else "GET", path, body=body)
        if reply.status in (403, 404):
            raise NotFound
        return reply

    def page(who: SignedIn, parcours_id: str, errors: list[str], status: int = 200) -> ResponseReturnValue:
        parcours = story.of_parcours(inbox, who, parcours_id)
        if not who.actor.roles & TRANSFERRING_ROLES or "enrolment" not in parcours.parts:
            raise NotFound
        told = ask(who, parcours_id)
        if not told.is_ok:
            errors, status = errors or _reasons(told), 409
        return render_template(
            "transferring.html", parcours=parcours, errors=errors, typed=request.form, may_ask=told.is_ok,
            places=_places(inbox, who), proposed=told.body.get("proposed"),
        ), status  # fmt: skip

    @blueprint.get("/parcours/<uuid:parcours_id>/transferer")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        return page(who, str(parcours_id), [])

    @blueprint.post("/parcours/<uuid:parcours_id>/transferer")
    @require_person
    def transfer(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        target = next((p for p in _places(inbox, who) if p.id == request.form.get("destinataire")), None)
        if target is None:
            return page(who, str(parcours_id), [sentence("transferts.choose")], 422)
        body = {
            "target": target.id, "target_name": target.name, "own_name": who.organisation.name,
            "reason": request.form.get("motif", "").strip(),
        }  # fmt: skip
        reply = ask(who, str(parcours_id), body)
        if not reply.is_ok:
            return page(who, str(parcours_id), _reasons(reply), 422)
        flash(sentence("transferts.done"))
        return redirect(url_for("parcours.show", parcours_id=parcours_id), 303)

    return blueprint


def _places(inbox: Inbox, who: SignedIn) -> list[Organisation]:
    """The open organisations of the same kind, but one's own."""
    today = local_date(inbox.business_clock.now())
    with inbox.database.read() as look:
        found = organisations_of_kind(look, who.organisation.kind, near=who.organisation.id, today=today)
    return [place for place in found if place.id != who.organisation.id]


def _reasons(reply: Reply) -> list[str]:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return errors or [reply.body.get("detail") or sentence("inbox.error_400")]
