"""Who of another organisation has looked at a parcours (R41): for the organisations that have a part in it."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn, names
from services.inbox.sources import ServiceDown
from shared.errors import NotFound


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("accesses", __name__)

    @blueprint.get("/parcours/<uuid:parcours_id>/consultations")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        replies, down = inbox.sources.ask_all(who.actor, f"/parcours/{parcours_id}/access")
        known = [reply for reply in replies.values() if reply.is_ok]
        if not known:
            raise ServiceDown(down[0]) if down else NotFound
        rows = [row for reply in known for row in reply.body["items"]]
        rows.sort(key=lambda row: str(row["at"]), reverse=True)
        with inbox.database.read() as tx:
            places = names(tx, [row["organisation"] for row in rows])
        return render_template("accesses.html", rows=rows, places=places, down=down, parcours_id=parcours_id)

    return blueprint
