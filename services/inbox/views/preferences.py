"""A person's few preferences."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.access import require_person
from services.inbox.deps import Inbox
from services.inbox.people import PREFERENCES, SignedIn, prefer
from shared.catalogue import sentence


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("preferences", __name__)

    @blueprint.get("/preferences")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        return render_template("preferences.html", chosen=who.preferences, possible=PREFERENCES)

    @blueprint.post("/preferences")
    @require_person
    def keep(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            prefer(tx, who.actor.person_id, request.form)
        flash(sentence("inbox.preferences_kept"))
        return redirect(url_for("preferences.show"), 303)

    return blueprint
