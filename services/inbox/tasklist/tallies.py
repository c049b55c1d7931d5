"""What the tabs of the list say before one opens them: late, today, this week; what the others are waited for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.tasklist.awaited import Awaited

URGENCIES = ("late", "today", "week")


@dataclass(frozen=True)
class Tallies:
    """``by_view``: view → urgency → how many; ``awaited``: None when it is not known.

    ``is_whole``, ``awaited_is_whole``: false when there may be more.
    """

    by_view: Mapping[str, Mapping[str, int]]
    is_whole: bool
    awaited: int | None
    awaited_is_whole: bool


def together(told: Iterable[Mapping[str, Any] | None]) -> Tallies | None:
    """The services' tallies as one; None when none has said any. Who is down is said beside the list."""
    known = [each for each in told if each]
    if not known:
        return None
    awaited = [each["awaited"] for each in known if each["awaited"] is not None]
    return Tallies(
        {
            view: _sum(each[scope] for each in known)
            for view, scope in (("moi", "mine"), ("organisation",) * 2)
        },
        all(each["is_whole"] for each in known),
        sum(awaited) if awaited else None,
        all(each["awaited_is_whole"] for each in known),
    )


def read_tallies(inbox: Inbox, who: SignedIn) -> Tallies | None:
    """For a page that asks for no list of tasks."""
    wanted = {name: {"limit": 1, "tally": "due"} for name in inbox.sources.names}
    replies, _ = inbox.sources.ask_each(who.actor, "/tasks", wanted)
    return together(reply.body.get("tally") for reply in replies.values() if reply.is_ok)


def with_awaited(known: Tallies | None, awaited: Awaited | None) -> Tallies | None:
    """With what the page itself has read of what is awaited, when that is its first page."""
    if known is None or awaited is None or not awaited.is_first:
        return known
    return replace(known, awaited=len(awaited.tasks), awaited_is_whole=awaited.next is None)


def _sum(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found = list(each)
    return {urgency: sum(counts[urgency] for counts in found) for urgency in URGENCIES}
