"""The figures that a person may read, from the services, as tables for a page and for a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox import spreadsheets
from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names
from services.inbox.spreadsheets import Table
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound
from shared.parcours.campagne import load_campagnes

OWNER = "enrolment"
WORKSHOPS_OWNER = "accompaniment"


@dataclass(frozen=True)
class Figures:
    """``groups``: by what the person may group; ``down``: services that did not answer; ``hides``: some are hidden."""

    campagne: str
    campagnes: Sequence[str]
    group: str
    groups: Sequence[str]
    parcours: Table
    workshops: Table
    waiting: Table
    down: Sequence[str]
    hides: bool


def read(inbox: Inbox, who: SignedIn, campagne: str | None, group: str | None) -> Figures:
    """The figures of a campagne (by default the newest), by a group (by default the first that is allowed).

    Raises Forbidden for who may read none, NotFound for another campagne or group.
    """
    known = _campagnes(inbox, who)
    chosen = campagne or known[0]
    if chosen not in known:
        raise NotFound
    told = _funnel(inbox, who, chosen, group or _first_group(who))
    held = _workshops(inbox, who, chosen, group or _first_group(who))
    items, down = _waiting(inbox, who, chosen)
    with inbox.database.read() as look:
        known_names = names(look, [*told["rows"], *held.get("rows", ())])
    tables = (
        grouped(told, known_names, "not_known"),
        _workshops_table(held, known_names),
        _waiting_table(items),
    )
    return Figures(
        chosen, known, group or _first_group(who), told["groups"], *tables, down,
        hides=any(cell is None for table in tables for row in table.rows for cell in row),
    )  # fmt: skip


def as_csv(table: Table) -> str:
    return spreadsheets.as_csv(_with_words(table))


def as_xlsx(found: Figures) -> bytes:
    """One sheet for the parcours, one for the workshops, one for the tasks."""
    tables = (("parcours", found.parcours), ("workshops", found.workshops), ("waiting", found.waiting))
    return spreadsheets.as_xlsx(
        [(sentence(f"figures.sheet_{name}"), _with_words(table)) for name, table in tables]
    )


def _campagnes(inbox: Inbox, who: SignedIn) -> list[str]:
    reply = inbox.sources.ask(who.actor, OWNER, "GET", "/campagnes")
    if not reply.is_ok:
        raise Forbidden
    return [each["code"] for each in reply.body["items"]] or [load_campagnes()[-1].code]


def _first_group(who: SignedIn) -> str:
    return "mission_locale" if who.organisation.kind == "lycee" else "lycee"


def _funnel(inbox: Inbox, who: SignedIn, campagne: str, group: str) -> dict[str, Any]:
    params = {"campagne": campagne, "group": group}
    reply = inbox.sources.ask(who.actor, OWNER, "GET", "/figures/parcours", params=params)
    if reply.status == 403:
        raise Forbidden
    if not reply.is_ok:
        raise NotFound
    return reply.body


def _workshops(inbox: Inbox, who: SignedIn, campagne: str, group: str) -> Mapping[str, Any]:
    """Empty where the service does not answer."""
    asked = {WORKSHOPS_OWNER: {"campagne": campagne, "group": group}}
    replies, _ = inbox.sources.ask_each(who.actor, "/figures/workshops", asked)
    reply = replies.get(WORKSHOPS_OWNER)
    return reply.body if reply and reply.is_ok else {}


def _waiting(inbox: Inbox, who: SignedIn, campagne: str) -> tuple[list[dict[str, Any]], Sequence[str]]:
    asked: dict[str, Mapping[str, Any]] = {name: {"campagne": campagne} for name in inbox.sources.names}
    replies, down = inbox.sources.ask_each(who.actor, "/figures/waiting", asked)
    return [item for reply in replies.values() if reply.is_ok for item in reply.body["items"]], down


def grouped(told: Mapping[str, Any], known: Mapping[str, str], nobody: str) -> Table:
    """A row for each group and their total; ``nobody``: the phrase for what has no organisation to be grouped by."""
    figures = told["figures"]
    head = [sentence("figures.group"), *(sentence(f"figures.{name}") for name in figures)]
    rows = [
        [known.get(key, key) or sentence(f"figures.{nobody}"), *(counts[name] for name in figures)]
        for key, counts in told["rows"].items()
    ]
    rows.sort(key=lambda row: str(row[0]))
    whole = [sentence("figures.whole"), *(told["total"][name] for name in figures)]
    return Table(head, [*rows, whole] if rows else [])


def _workshops_table(told: Mapping[str, Any], known: Mapping[str, str]) -> Table:
    """A file says as well that the service does not answer."""
    return (
        grouped(told, known, "no_mission_locale") if told else Table([sentence("figures.workshops_down")], [])
    )


def _waiting_table(items: Sequence[Mapping[str, Any]]) -> Table:
    head = [sentence(f"figures.waiting_{name}") for name in ("task", "side", "done", "days", "late")]
    return Table(
        head,
        [
            [each["name"], sentence(f"figures.side_{each['organisation_kind']}"), each["done"], each["days"],
             each["late"]]
            for each in items
        ],
    )  # fmt: skip


def _with_words(table: Table) -> Table:
    """A count that is not told, in words."""
    few = sentence("figures.few")
    return Table(table.head, [[few if cell is None else cell for cell in row] for row in table.rows])
