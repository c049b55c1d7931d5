"""A person's few preferences: how pages look, and when she or he is written to."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import PREFERENCES, SignedIn, prefer
from services.inbox.notifications import choices, contacts
from shared.catalogue import sentence


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("preferences", __name__)

    @blueprint.get("/preferences")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        person_id = who.actor.person_id
        with inbox.database.read() as look:
            told, address = choices.chosen(look, person_id), contacts.find(look, person_id)
        return render_template(
            "preferences.html", chosen=who.preferences, possible=PREFERENCES, told=told,
            to_tell=choices.POSSIBLE, address=address,
        )  # fmt: skip

    @blueprint.post("/preferences")
    @require_person
    def keep(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            prefer(tx, who.actor.person_id, request.form)
            choices.choose(tx, who.actor.person_id, request.form)
        flash(sentence("inbox.preferences_kept"))
        return redirect(url_for("preferences.show"), 303)

    return blueprint
