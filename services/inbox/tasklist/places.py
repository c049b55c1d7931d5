"""The word of a link to what follows of a list, as somebody may have altered it: there is no such page."""

from collections.abc import Mapping

from services.inbox.sources import Reply, Sources
from services.inbox.tasklist import worklist
from services.inbox.tasklist.worklist import Position
from shared.errors import NotFound

NOT_A_CURSOR = 422


def position_of(sources: Sources, after: str | None) -> Position:
    """Where a list goes on; without a word, where it begins."""
    if after is None:
        return Position(pages=dict.fromkeys(sources.names))
    position = worklist.decode(after, sources.names)
    if position is None:
        raise NotFound
    return position


def refuse_altered(replies: Mapping[str, Reply], position: Position) -> None:
    """A service that does not know the cursor that the word brought is not down."""
    if any(reply.status == NOT_A_CURSOR and position.pages.get(name) for name, reply in replies.items()):
        raise NotFound
