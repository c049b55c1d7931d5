"""The pupils whom AvenirPro proposes for a parcours (R33): for who may open one."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_lycee
from services.inbox.identity.people import SignedIn
from shared.clock import local_date
from shared.errors import Forbidden


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("proposals", __name__)

    @blueprint.get("/eleves/proposes")
    @require_lycee
    def list_proposals(who: SignedIn) -> ResponseReturnValue:
        reply = inbox.sources.ask(who.actor, "enrolment", "GET", "/proposals")
        if not reply.is_ok:
            raise Forbidden
        today = local_date(inbox.business_clock.now()).isoformat()
        return render_template(
            "proposals.html", proposals=reply.body["items"], today=today, new_key=inbox.ids
        )

    return blueprint
