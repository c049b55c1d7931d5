"""How long data are kept (R40): what enrolment, which owns the campagnes, has published, never the delivered files."""

from datetime import date
from typing import Any

from services.inbox.sources import ServiceDown, Sources
from shared.identity import Actor
from shared.parcours.campagne import Retention, campagne_from, campagne_on
from shared.parcours.campagne_data import from_json

OWNER = "enrolment"


def terms_on(sources: Sources, actor: Actor, day: date) -> Retention:
    """The terms of the campagne that covers ``day``, as they are published now.

    Raises ServiceDown, UnknownCampagne.
    """
    items = _ask(sources, actor, "/campagnes")["items"]
    known = [each["code"] for each in items if date.fromisoformat(each["rentree"]) <= day]
    # of those that have begun the last one covers the day, or is the last that is configured
    codes = [max(known)] if known else []
    campagnes = [
        campagne_from(from_json(_ask(sources, actor, f"/campagnes/{each}")["data"])) for each in codes
    ]
    return campagne_on(day, campagnes).retention


def _ask(sources: Sources, actor: Actor, path: str) -> dict[str, Any]:
    reply = sources.ask(actor, OWNER, "GET", path)
    if not reply.is_ok:
        raise ServiceDown(OWNER)
    return reply.body
