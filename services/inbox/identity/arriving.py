"""Who is before the screen at the beginning of a request: oneself, or in somebody's place (ADR 30)."""

from typing import ClassVar

from flask import Flask, flash, g, request

from services.inbox.deps import Inbox
from services.inbox.identity import places
from services.inbox.identity.access import cookie_name
from services.inbox.identity.people import SignedIn, signed_in
from services.inbox.identity.session_ended import WHILE_TYPING
from services.inbox.identity.sessions import act_by, find_session, touch
from services.inbox.team import mandates
from shared.catalogue import sentence
from shared.errors import Conflict, Forbidden
from shared.identity import ReadingOnly

BY_ITSELF = frozenset(("tasks.still_there",))
"""What a page asks without its person doing anything: a session is not kept open by it."""
GIVES_NOTHING_BACK = BY_ITSELF | WHILE_TYPING
"""Sent by a page, not by a click: nobody reads the answer that a place has ended, so the next click has to hear it."""
GOING = frozenset(("acting.leave", "session.sign_out", "dev_login.enter"))
"""What goes back to one's own place, leaves or comes: from whichever page."""
SUPPORT_MAY_POST = frozenset(
    ("acting.leave", "session.sign_out", "tasks.search", "tasks.still_there", "parcours.search")
)
"""What posts without doing anything: names that are sought do not stand in addresses."""
SUPPORT_NEVER_SEES = frozenset(
    ("connexions", "preferences", "calendars", "contacts", "exports", "team", "acting", "support", "dpo")
)
READING = ("GET", "HEAD", "OPTIONS")


class MandateOver(Conflict):
    """Somebody's place was held until now: what was sent in it is not done."""

    code: ClassVar[str] = "equipe.mandate_over_nothing"


class OtherPlace(Conflict):
    """Sent from a page that was drawn in another place than the one of the session now: it is not done."""

    code: ClassVar[str] = "equipe.other_place"


def load_who(app: Flask, inbox: Inbox) -> None:
    """Before each request, ``g.who`` is the person signed in, or None; read by this module and the layout."""

    @app.before_request
    def load() -> None:
        g.who = None
        if request.endpoint != "static" and (token := request.cookies.get(cookie_name(inbox))):
            g.who, is_over = _recognise(inbox, token, is_acting=request.endpoint not in BY_ITSELF)
            if is_over:
                _give_back(inbox, token)
            if g.who is not None and request.endpoint not in GOING and places.is_elsewhere(g.who):
                raise OtherPlace
            if g.who is not None and g.who.actor.is_support:
                _refuse_doing()


def _recognise(inbox: Inbox, token: str, *, is_acting: bool) -> tuple[SignedIn | None, bool]:
    """Who is there; true when it is she or he again, because a mandate has ended meanwhile."""
    now = inbox.clock.now()
    seen: SignedIn | None = None
    with inbox.database.read() as tx:
        found = find_session(tx, token, now)
        who = signed_in(tx, found.person_id, found.organisation_id) if found else None
        if who is not None and found is not None and found.mandate_id is not None:
            seen = mandates.seen_as(tx, who, found.mandate_id, inbox.business_clock.now())
    if found and found.is_stale and is_acting:
        with inbox.database.begin() as tx:
            touch(tx, token, now)
    is_over = who is not None and found is not None and found.mandate_id is not None and seen is None
    return seen or who, is_over


def _give_back(inbox: Inbox, token: str) -> None:
    """A mandate has ended under who acts by it: what was sent in the other's place is not done in one's own."""
    if request.endpoint in GIVES_NOTHING_BACK:
        raise MandateOver
    with inbox.database.begin() as tx:
        act_by(tx, token, None, None)
    if request.method not in READING and request.endpoint not in GOING:
        raise MandateOver
    flash(sentence("equipe.mandate_over"))


def _refuse_doing() -> None:
    """Support reads, and goes back to its own place; what is about the person's account and devices it does not see."""
    if request.method not in READING and request.endpoint not in SUPPORT_MAY_POST:
        raise ReadingOnly
    if request.blueprint in SUPPORT_NEVER_SEES and request.endpoint not in SUPPORT_MAY_POST:
        raise Forbidden
