"""What the list of tasks shows: read from the services, merged, under its sections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.inbox import worklist
from services.inbox.deps import Inbox
from services.inbox.filters import Filters
from services.inbox.people import SignedIn, with_holders
from services.inbox.worklist import Page, Position, Section, Task
from shared.clock import local_date
from shared.errors import NotFound

PER_PAGE = 50
SEARCHED = 1000
"""How many tasks a filter or a search looks at for one page."""
VIEWS: Mapping[str, Mapping[str, str]] = {
    "moi": {"scope": "mine", "status": "open", "told": "why"},
    "organisation": {"scope": "organisation", "status": "open", "told": "why"},
    "terminees": {"scope": "organisation", "status": "done"},
}


@dataclass(frozen=True)
class Shelf:
    """``next``: word of the link to what follows; ``text``: what was searched; ``has_more`` beyond that."""

    view: str
    filters: Filters
    sections: Sequence[Section]
    down: Sequence[str]
    next: str | None
    is_first: bool
    text: str = ""
    has_more: bool = False

    @property
    def count(self) -> int:
        return sum(len(section.tasks) for section in self.sections)


def read_tasks(
    inbox: Inbox, who: SignedIn, view: str, filters: Filters, after: str | None, *, text: str = ""
) -> Shelf:
    """One page of a view; with ``text``, the tasks among the first thousand whose subject or name has it."""
    if view not in VIEWS:
        raise NotFound
    if view == "terminees":
        filters = replace(filters, echeance="")  # what is done has no deadline; the page does not offer it
    position = _position(inbox, after)
    today = local_date(inbox.business_clock.now())
    tasks, down, following = _read(inbox, who, view, position, filters.keeper(text, today))
    with inbox.database.read() as tx:
        tasks = with_holders(tx, tasks)
    sections = (
        [Section("done", tuple(tasks))] * bool(tasks)
        if view == "terminees"
        else worklist.sections(tasks, today)
    )
    following_word = worklist.encode(following) if following and not text else None
    return Shelf(
        view=view, filters=filters, sections=sections, down=down, next=following_word, is_first=after is None,
        text=text, has_more=bool(text and following),
    )  # fmt: skip


def _position(inbox: Inbox, after: str | None) -> Position:
    if after is None:
        return Position(pages=dict.fromkeys(inbox.sources.names))
    position = worklist.decode(after, inbox.sources.names)
    if position is None:
        raise NotFound
    return position


def _read(
    inbox: Inbox, who: SignedIn, view: str, position: Position, keep: Callable[[Task], bool]
) -> tuple[list[Task], list[str], Position | None]:
    """Read on until a page of kept tasks is there, SEARCHED tasks were looked at, or no service has more."""
    kept: list[Task] = []
    down: set[str] = set()
    seen = 0
    here: Position | None = position
    while here is not None and len(kept) < PER_PAGE and seen < SEARCHED:
        pages, silent = _ask(inbox, who, view, here)
        down.update(silent)
        found, here = worklist.merge(pages, here, PER_PAGE - len(kept))
        seen += max(len(found), 1)
        kept.extend(task for task in found if keep(task))
    return kept, [name for name in inbox.sources.names if name in down], here


def _ask(inbox: Inbox, who: SignedIn, view: str, here: Position) -> tuple[dict[str, Page], list[str]]:
    wanted = {
        service: {**VIEWS[view], "limit": PER_PAGE, **({"after": cursor} if cursor else {})}
        for service, cursor in here.pages.items()
    }
    replies, down = inbox.sources.ask_each(who.actor, "/tasks", wanted)
    pages = {
        name: Page(reply.body["items"], reply.body["next"]) for name, reply in replies.items() if reply.is_ok
    }
    return pages, down + [name for name in replies if name not in pages]
