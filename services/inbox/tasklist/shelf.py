"""What the list of tasks shows: read from the services, merged, under its sections."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, with_holders
from services.inbox.tasklist import tallies, worklist
from services.inbox.tasklist.filters import Filters
from services.inbox.tasklist.places import position_of, refuse_altered
from services.inbox.tasklist.tallies import Tallies
from services.inbox.tasklist.worklist import Page, Position, Section, Task
from shared.clock import local_date
from shared.errors import NotFound

PER_PAGE = 50
SEARCHED = 1000
"""How many tasks a filter or a search looks at for one page; the following page looks at the next ones."""
GRANTS_OWNER = "enrolment"
"""Who alone knows who is boursier."""
VIEWS: Mapping[str, Mapping[str, str]] = {
    "moi": {"scope": "mine", "status": "open", "told": "why"},
    "organisation": {"scope": "organisation", "status": "open", "told": "why"},
    "terminees": {"scope": "organisation", "status": "done"},
}
ORDERS = {"moi": worklist.by_due, "organisation": worklist.by_due, "terminees": worklist.by_end}


@dataclass(frozen=True)
class Shelf:
    """``next``: word of the link to what follows; ``text``: what was searched.

    ``untold``: services that did not tell the facts by which their tasks were to be narrowed: these are all shown.
    ``looked_at``: tasks, kept or not.
    """

    view: str
    filters: Filters
    sections: Sequence[Section]
    down: Sequence[str]
    next: str | None
    is_first: bool
    text: str = ""
    tallies: Tallies | None = None
    untold: Sequence[str] = ()
    looked_at: int = 0

    @property
    def count(self) -> int:
        return sum(len(section.tasks) for section in self.sections)


@dataclass
class _Read:
    """What one page has come to, as the services are read on."""

    kept: list[Task] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)
    told: list[Mapping[str, Any] | None] = field(default_factory=list)
    following: Position | None = None
    seen: int = 0


def read_tasks(
    inbox: Inbox, who: SignedIn, view: str, filters: Filters, after: str | None, *, text: str = "",
    tally: str = "all",
) -> Shelf:  # fmt: skip
    """One page of a view; with ``text``, the tasks whose subject or name has it.

    ``tally``: how much the tabs are to say (``shared.tasks.pages.Question``).
    """
    if view not in VIEWS:
        raise NotFound
    if view == "terminees":
        filters = replace(filters, echeance="")  # what is done has no deadline; the page does not offer it
    position = position_of(inbox.sources, after)
    today = local_date(inbox.business_clock.now())
    read = _read(inbox, who, view, position, filters, filters.keeper(text, today), tally)
    with inbox.database.read() as tx:
        tasks = with_holders(tx, read.kept)
    sections = (
        [Section("done", tuple(tasks))] * bool(tasks)
        if view == "terminees"
        else worklist.sections(tasks, today)
    )
    return Shelf(
        view=view, filters=filters, sections=sections, down=_in_order(inbox, read.down),
        next=worklist.encode(read.following) if read.following else None, is_first=after is None, text=text,
        tallies=tallies.together(read.told), untold=_in_order(inbox, read.untold),
        looked_at=read.seen,
    )  # fmt: skip


def _in_order(inbox: Inbox, names: set[str]) -> list[str]:
    return [name for name in inbox.sources.names if name in names]


def _read(
    inbox: Inbox, who: SignedIn, view: str, position: Position, filters: Filters, keep: Callable[[Task], bool],
    tally: str,
) -> _Read:  # fmt: skip
    """Read on until a page of kept tasks is there, SEARCHED tasks were looked at, or no service has more."""
    read = _Read(following=position)
    while read.following is not None and len(read.kept) < PER_PAGE and read.seen < SEARCHED:
        asked = VIEWS[view] if read.seen else {**VIEWS[view], "tally": tally}
        pages, told, silent = _ask(inbox, who, asked, read.following)
        read.told += told
        read.down.update(silent)
        found, read.following = worklist.merge(pages, read.following, PER_PAGE - len(read.kept), ORDERS[view])
        read.seen += max(len(found), 1)
        kept = [task for task in found if keep(task)]
        read.kept += _narrowed(inbox, who, filters, kept, read.untold) if filters.of_facts else kept
    return read


def _ask(
    inbox: Inbox, who: SignedIn, asked: Mapping[str, str], here: Position
) -> tuple[dict[str, Page], list[Mapping[str, Any] | None], list[str]]:
    wanted = {
        service: {**asked, "limit": PER_PAGE, **({"after": cursor} if cursor else {})}
        for service, cursor in here.pages.items()
    }
    replies, down = inbox.sources.ask_each(who.actor, "/tasks", wanted)
    refuse_altered(replies, here)
    bodies = {name: reply.body for name, reply in replies.items() if reply.is_ok}
    pages = {name: Page(body["items"], body["next"]) for name, body in bodies.items()}
    told = [body.get("tally") for body in bodies.values()]
    return pages, told, down + [name for name in replies if name not in pages]


def _narrowed(
    inbox: Inbox, who: SignedIn, filters: Filters, tasks: Sequence[Task], untold: set[str]
) -> list[Task]:
    """Those whose parcours is as ``filters`` want it, by what each task's own service tells of it."""
    wanted: dict[str, set[str]] = {}
    for task in tasks:
        wanted.setdefault(task["service"], set()).add(task["parcours_id"])
        if filters.boursier:
            wanted.setdefault(GRANTS_OWNER, set()).add(task["parcours_id"])
    asked = {service: {"ids": ",".join(sorted(ids))} for service, ids in wanted.items()}
    replies, _ = inbox.sources.ask_each(who.actor, "/parcours/facts", asked)
    known = {
        (name, item["parcours_id"]): item
        for name, reply in replies.items()
        if reply.is_ok
        for item in reply.body["items"]
    }
    silent = {name for name in asked if name not in replies or not replies[name].is_ok}
    untold |= silent

    def fits(task: Task) -> bool:
        if task["service"] in silent or (filters.boursier and GRANTS_OWNER in silent):
            return True
        facts = known.get((task["service"], task["parcours_id"]), {})
        grants = known.get((GRANTS_OWNER, task["parcours_id"]), {})
        return filters.fits({**facts, "boursier": grants.get("boursier")})

    return [task for task in tasks if fits(task)]
