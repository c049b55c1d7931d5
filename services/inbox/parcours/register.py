"""The parcours of an organisation, newest first, each once with the part where it stands.

Enrolment knows every parcours, so its pages are the list; the two other services are asked for the parcours
that may have gone on to them. While enrolment is down, the next service's own list stands in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.parcours.story import ORDER, Parcours
from services.inbox.sources import ServiceDown
from shared.errors import NotFound
from shared.french import normalised

PER_PAGE = 25
READ_AT_ONCE = 75
SEARCHED = 1000
"""How many of an organisation's parcours a search looks at; it goes on with the next ones."""
HANDED_OVER_FROM = 3
"""Before étape 3 ends, only enrolment has a part in a parcours."""


@dataclass(frozen=True)
class Found:
    """``next``: word of the link to the following page; of a search, where it goes on."""

    items: Sequence[Parcours]
    down: Sequence[str]
    next: str | None = None


def read_page(inbox: Inbox, who: SignedIn, after: str | None) -> Found:
    """One page. ``after``: ``service.cursor``, the service whose list is being read and its own cursor."""
    spine, cursor = _place(after)
    down: list[str] = []
    for service in ORDER[ORDER.index(spine) :]:
        try:
            items, following = _ask(inbox, who, service, cursor, PER_PAGE)
        except ServiceDown:
            down.append(service)
            cursor = None
            continue
        word = f"{service}.{following}" if following else None
        found, silent = _with_later_parts(inbox, who, service, items)
        return Found(found, [name for name in ORDER if name in {*down, *silent}], word)
    return Found([], down)


def search(inbox: Inbox, who: SignedIn, text: str, after: str | None = None) -> Found:
    """Those whose label has every word of ``text``, among the SEARCHED parcours from ``after`` on (a cursor)."""
    words = normalised(text).split()
    kept: list[Mapping[str, Any]] = []
    cursor, seen = after, 0
    while seen < SEARCHED and len(kept) < PER_PAGE:
        try:
            items, cursor = _ask(inbox, who, ORDER[0], cursor, READ_AT_ONCE)
        except ServiceDown as down:
            return Found([], [down.service])
        seen += READ_AT_ONCE
        kept += [item for item in items if all(word in normalised(item["label"] or "") for word in words)]
        if cursor is None:
            break
    found, silent = _with_later_parts(inbox, who, ORDER[0], kept)
    return Found(found, silent, cursor)


def _place(after: str | None) -> tuple[str, str | None]:
    if after is None:
        return ORDER[0], None
    service, _, cursor = after.partition(".")
    if service not in ORDER:
        raise NotFound
    return service, cursor


def _ask(
    inbox: Inbox, who: SignedIn, service: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    params = {"limit": limit, **({"after": cursor} if cursor else {})}
    reply = inbox.sources.ask(who.actor, service, "GET", "/parcours", params=params)
    if not reply.is_ok:
        raise NotFound
    return reply.body["items"], reply.body["next"]


def _with_later_parts(
    inbox: Inbox, who: SignedIn, spine: str, items: Sequence[Mapping[str, Any]]
) -> tuple[list[Parcours], list[str]]:
    """Each item as a Parcours with the parts that later services have; and who did not answer."""
    ids = [item["parcours_id"] for item in items if _may_have_gone_on(item)]
    later = ORDER[ORDER.index(spine) + 1 :] if ids else ()
    asked = {service: {"ids": ",".join(ids), "limit": len(ids)} for service in later}
    replies, down = inbox.sources.ask_each(who.actor, "/parcours", asked)
    found = {
        (part["parcours_id"], service): part
        for service, reply in replies.items()
        if reply.is_ok
        for part in reply.body["items"]
    }
    return [_parcours(item, spine, found) for item in items], down


def _may_have_gone_on(item: Mapping[str, Any]) -> bool:
    return item["status"] == "ended" or (item["etape"] or 0) >= HANDED_OVER_FROM


def _parcours(
    item: Mapping[str, Any], spine: str, found: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Parcours:
    id_ = item["parcours_id"]
    parts = {spine: item} | {name: found[id_, name] for name in ORDER if (id_, name) in found}
    return Parcours(id_, parts, (), {})
