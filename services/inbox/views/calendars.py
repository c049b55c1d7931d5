"""One's own calendar: its secret address is made, renewed and ended here, and answers with the file."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.calendars import feeds
from services.inbox.calendars.entries import entries_of
from services.inbox.calendars.feeds import Owner
from services.inbox.calendars.icalendar import digest, icalendar_of
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn, signed_in
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import NotFound

LONGEST = 100
"""Characters of a secret; ours are shorter."""


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("calendars", __name__)

    def page(who: SignedIn, secret: str | None = None) -> ResponseReturnValue:
        with inbox.database.read() as look:
            made_at = feeds.made_at(look, _owner(who))
        return render_template(
            "calendar.html",
            made_at=made_at,
            address=_address(secret) if secret else None,
            key=inbox.secrets(),
        )

    def _address(secret: str) -> str:
        """Of ours, not of the host that a request names: somebody else's would be handed the secret."""
        return f"{inbox.address or request.host_url.rstrip('/')}{url_for('calendars.feed', secret=secret)}"

    @blueprint.get("/preferences/agenda")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        return page(who)

    @blueprint.post("/preferences/agenda")
    @require_person
    def renew(who: SignedIn) -> ResponseReturnValue:
        """The answer shows the address: it is kept nowhere, so there is no page to lead to."""
        secret = feeds.secret_of(request.form.get("cle") or inbox.secrets(), _owner(who))
        with inbox.database.begin() as tx:
            feeds.renew(tx, _owner(who), secret, inbox.clock.now())
        return page(who, secret)

    @blueprint.post("/preferences/agenda/fin")
    @require_person
    def end(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            feeds.end(tx, _owner(who))
        flash(sentence("calendar.ended"))
        return redirect(url_for("calendars.show"), 303)

    @blueprint.get("/agenda/<secret>.ics")
    def feed(secret: str) -> ResponseReturnValue:
        with inbox.database.read() as look:
            owner = feeds.owner_of(look, secret) if len(secret) <= LONGEST else None
            who = signed_in(look, *owner) if owner else None
            if who is None:
                raise NotFound
            found = entries_of(look, who, local_date(inbox.business_clock.now()))
        answer = Response(icalendar_of(found, inbox.clock.now()), content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = 'inline; filename="ambition-emploi.ics"'
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.set_etag(digest(found))
        return answer.make_conditional(request)

    return blueprint


def _owner(who: SignedIn) -> Owner:
    return Owner(who.actor.person_id, who.actor.organisation_id)
