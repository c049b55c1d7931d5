"""« En attente des autres » : what one's parcours wait for and for whom, out of the three services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names, with_holders
from services.inbox.tasklist import worklist
from services.inbox.tasklist.places import position_of, refuse_altered
from services.inbox.tasklist.worklist import Position

SHOWN_FIRST = 5
"""How many of them stand below one's own tasks; all are on a page of their own."""


@dataclass(frozen=True)
class Awaited:
    """``tasks``: by due date, each with its ``service``; ``places``: names of the organisations they wait for.

    ``next``: word of the link to what older parcours wait for; None when these are all.
    """

    tasks: Sequence[Mapping[str, Any]]
    places: Mapping[str, str]
    down: Sequence[str]
    next: str | None
    is_first: bool


def read_awaited(inbox: Inbox, who: SignedIn, after: str | None = None) -> Awaited:
    """What each service says of a page of the organisation's parcours, the newest. NotFound for an altered word."""
    position = position_of(inbox.sources, after)
    wanted = {name: {"after": cursor} if cursor else {} for name, cursor in position.pages.items()}
    replies, down = inbox.sources.ask_each(who.actor, "/tasks/awaited", wanted)
    refuse_altered(replies, position)
    pages = {name: reply.body for name, reply in replies.items() if reply.is_ok}
    silent = [name for name in inbox.sources.names if name in down or name in replies.keys() - pages.keys()]
    found = sorted(
        (task | {"service": name} for name, page in pages.items() for task in page["items"]),
        key=worklist.by_due,
    )
    following = {name: page["next"] for name, page in pages.items() if page["next"]}
    with inbox.database.read() as tx:
        tasks = with_holders(tx, found)
        places = names(tx, {task["organisation"]["id"] for task in found})
    word = worklist.encode(Position(None, following)) if following else None
    return Awaited(tasks, places, silent, word, after is None)
