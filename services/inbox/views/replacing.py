"""The page on which the responsible person replaces who follows a parcours: référent or conseiller (R11)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import Person, SignedIn, people_of
from services.inbox.parcours import story
from services.inbox.sources import Reply
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import NotFound
from shared.identity import replaced_by


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("replacing", __name__)

    def page(who: SignedIn, parcours_id: str, errors: list[str], status: int = 200) -> ResponseReturnValue:
        role = replaced_by(who.actor)
        parcours = story.of_parcours(inbox, who, parcours_id)
        if role is None or "enrolment" not in parcours.parts:
            raise NotFound
        today = local_date(inbox.business_clock.now()).isoformat()
        return render_template(
            "replacing.html", parcours=parcours, role=role, people=_people(inbox, who, role), today=today,
            errors=errors, typed=request.form,
        ), status  # fmt: skip

    @blueprint.get("/parcours/<uuid:parcours_id>/remplacer")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        return page(who, str(parcours_id), [])

    @blueprint.post("/parcours/<uuid:parcours_id>/remplacer")
    @require_person
    def replace(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        role = replaced_by(who.actor)
        chosen = next(
            (p for p in _people(inbox, who, role or "") if p.id == request.form.get("personne")), None
        )
        if role is None or chosen is None:
            return page(who, str(parcours_id), [sentence("inbox.error_400")], 422)
        body = {
            "role": role, "person_id": chosen.id, "name": chosen.name,
            "from_on": request.form.get("depuis", ""), "reason": request.form.get("motif", "").strip(),
        }  # fmt: skip
        reply = inbox.sources.ask(
            who.actor, "enrolment", "POST", f"/parcours/{parcours_id}/people", body=body
        )
        if reply.status in (403, 404):
            raise NotFound
        if not reply.is_ok:
            return page(who, str(parcours_id), _reasons(reply), 422)
        flash(sentence("passations.replaced"))
        return redirect(url_for("parcours.show", parcours_id=parcours_id), 303)

    return blueprint


def _people(inbox: Inbox, who: SignedIn, role: str) -> list[Person]:
    with inbox.database.read() as look:
        return people_of(look, who.organisation.id, role=role)


def _reasons(reply: Reply) -> list[str]:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return errors or [reply.body.get("detail") or sentence("inbox.error_400")]
