"""A person's own sessions: where they are open, ending one or all; and for which organisation this one is."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn, names, organisations_of
from services.inbox.identity.sessions import close_one, sessions_of
from services.inbox.team import mandates
from services.inbox.views.session import leave
from shared.catalogue import sentence
from shared.errors import BadInput


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("connexions", __name__, url_prefix="/connexions")

    @blueprint.get("")
    @require_person
    def list_sessions(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.read() as look:
            listed = sessions_of(look, who.actor.person_id, access.brought_token(inbox), inbox.clock.now())
            places = {place.id: place.name for place in organisations_of(look, who.actor.person_id)}
            watched = mandates.watched(look, person_id=who.actor.person_id)
            known = names(look, {each.taker_id for each in watched})
        return render_template("connexions.html", listed=listed, places=places, watched=watched, names=known)

    @blueprint.post("/<key>/fin")
    @require_person
    def end_one(who: SignedIn, key: str) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            was_open = close_one(tx, who.actor.person_id, key)
        flash(sentence("connexion.mine_ended" if was_open else "connexion.mine_ended_before"))
        return redirect(url_for("connexions.list_sessions"), 303)

    @blueprint.post("/fin")
    @require_person
    def end_all(who: SignedIn) -> ResponseReturnValue:
        return leave(inbox, everywhere=who.actor.person_id)

    @blueprint.get("/organisation")
    @require_person
    def choose_place(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.read() as look:
            places = organisations_of(look, who.actor.person_id)
        wanted = access.safe_path(request.args.get("suite"), "")
        return render_template("choose_place.html", places=places, suite=wanted)

    @blueprint.post("/organisation")
    @require_person
    def change_place(who: SignedIn) -> ResponseReturnValue:
        chosen = request.form.get("organisation", "")
        with inbox.database.read() as look:
            places = organisations_of(look, who.actor.person_id)
        if chosen not in {place.id for place in places}:
            raise BadInput
        there = access.safe_path(request.form.get("suite"), url_for("tasks.list_tasks"))
        answer = make_response(redirect(there, 303))
        access.change_organisation(inbox, answer, chosen)
        return answer

    return blueprint
