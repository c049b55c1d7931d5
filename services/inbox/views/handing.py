"""Several tasks given to one colleague."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.identity.access import require_assigner
from services.inbox.identity.people import SignedIn, people_of
from services.inbox.tasklist import handing
from shared.catalogue import sentence


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("handing", __name__)

    @blueprint.post("/taches/confier")
    @require_assigner
    def give(who: SignedIn) -> ResponseReturnValue:
        """All is looked at before anything is done: a wrong page, or nobody chosen, gives nothing to anybody."""
        chosen = handing.chosen_of(request.form.getlist("choix"), inbox.sources.names)
        if chosen is None:
            return _refused("worklist.hand_wrong")
        if not chosen:
            return _refused("worklist.hand_choose")
        with inbox.database.read() as tx:
            found = people_of(tx, who.actor.organisation_id, person_id=request.form.get("assignee", ""))
        if not found:
            return _refused("inbox.choose_colleague")
        lines = handing.give(inbox, who, chosen, found[0])
        return render_template("handed.html", lines=lines, colleague=found[0])

    return blueprint


def _refused(said: str) -> ResponseReturnValue:
    return error_page(422, sentence("worklist.hand_refused"), sentence(said, most=handing.MOST))
