"""Those whom one follows: who is not reached yet, and a Mission Locale's young people of all lycées."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_mission_locale, require_party
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import following
from shared.catalogue import sentence
from shared.clock import local_date


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("following", __name__)

    @blueprint.get("/suivis/a-joindre")
    @require_party
    def unreached(who: SignedIn) -> ResponseReturnValue:
        found = following.unreached(inbox, who, request.args.get("suite"), is_all=_is_all())
        return render_template("unreached.html", found=found, today=local_date(inbox.business_clock.now()))

    @blueprint.get("/suivis")
    @require_mission_locale
    def young_people(who: SignedIn) -> ResponseReturnValue:
        return _young_people(who)

    def _young_people(
        who: SignedIn, wrong: str | None = None, error: str | None = None, typed: str = ""
    ) -> ResponseReturnValue:
        found = following.young_people(inbox, who, request.args.get("suite"), is_all=_is_all())
        page = render_template(
            "young_people.html", found=found, card=following.card, wrong=wrong, error=error, typed=typed
        )
        return page, 422 if error else 200

    @blueprint.post("/suivis/<uuid:parcours_id>/imilo")
    @require_mission_locale
    def write_number(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        typed = request.form.get("numero", "")
        if error := following.write_number(inbox, who, str(parcours_id), typed):
            return _young_people(who, str(parcours_id), error, typed)
        flash(sentence("following.kept"))
        there = url_for(".young_people", tous=request.args.get("tous"), suite=request.args.get("suite"))
        return redirect(f"{there}#j-{parcours_id}", 303)

    return blueprint


def _is_all() -> bool:
    return request.args.get("tous") == "oui"
