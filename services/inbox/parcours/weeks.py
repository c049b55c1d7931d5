"""The week of a pupil, as the follow-up tells it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.sources import ServiceDown

FOLLOW_UP = "accompaniment"


def week_of(inbox: Inbox, who: SignedIn, parcours_id: str, day: date) -> Sequence[Mapping[str, Any]]:
    """The days of the week of ``day``; none when there is no follow-up yet, or when it does not answer."""
    try:
        path = f"/parcours/{parcours_id}/week"
        reply = inbox.sources.ask(who.actor, FOLLOW_UP, "GET", path, params={"day": day.isoformat()})
    except ServiceDown:
        return ()
    return tuple(reply.body["days"]) if reply.is_ok else ()
