"""Those whom one follows, as pages show them: who is not reached yet; for a Mission Locale all of them, by lycée."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names
from services.inbox.tasklist.worklist import DATE_LENGTH
from services.inbox.wording import short_day
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound

OWNER = "enrolment"
LATER = ("accompaniment", "bilan")
Person = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """``people``: as enrolment tells them, with ``names`` of people and organisations by id.

    ``next``: cursor to older parcours. ``is_all``: of the whole organisation; ``down``: who did not tell the étape.
    """

    people: Sequence[Person]
    names: Mapping[str, str]
    next: str | None
    is_all: bool
    down: Sequence[str] = ()

    @property
    def by_lycee(self) -> list[tuple[str, list[Person]]]:
        """(the lycée's name, its young people by name)."""

        def place(person: Person) -> str:
            return self.names.get(person["lycee"] or "", person["lycee"] or "")

        ordered = sorted(self.people, key=lambda each: (place(each), each["label"]))
        return [(name, list(some)) for name, some in groupby(ordered, key=place)]


def unreached(inbox: Inbox, who: SignedIn, after: str | None, *, is_all: bool) -> Page:
    """Who has no rendez-vous yet: the longest without a call first. Raises ServiceDown, Forbidden, NotFound."""
    items, following = _read(inbox, who, after, is_all, "unreached")
    items.sort(key=lambda each: (each["calls"][0]["on"] or "") if each["calls"] else "")
    return Page(items, _names(inbox, items), following, is_all)


def young_people(inbox: Inbox, who: SignedIn, after: str | None, *, is_all: bool) -> Page:
    """All that run, with the étape where each stands by now."""
    items, following = _read(inbox, who, after, is_all, "running")
    etapes, down = _etapes(inbox, who, [each["parcours_id"] for each in items])
    items = [each | {"etape": etapes.get(each["parcours_id"]) or each["etape"]} for each in items]
    return Page(items, _names(inbox, items), following, is_all, down)


def card(person: Person, known: Mapping[str, str]) -> str:
    """The block to copy: a line for each fact, in plain text."""
    lines = [f"{line['label']} : {_said(line['value'], known)}" for line in person["card"]]
    if person["etape"]:
        lines.append(sentence("following.card_etape", number=person["etape"], name=_etape(person["etape"])))
    if person["imilo"]:
        lines.append(sentence("following.card_imilo", number=person["imilo"]))
    return "\n".join(lines)


def write_number(inbox: Inbox, who: SignedIn, parcours_id: str, number: str) -> str | None:
    """Keep the number of the dossier; what is wrong with it, if it was not. Raises ServiceDown, NotFound, Forbidden."""
    path = f"/parcours/{parcours_id}/imilo"
    reply = inbox.sources.ask(who.actor, OWNER, "PUT", path, body={"number": number})
    if reply.is_ok:
        return None
    if reply.status in (403, 404):
        raise Forbidden if reply.status == 403 else NotFound
    told = reply.body.get("errors", {}).get("number") or [reply.body.get("detail", "")]
    return str(told[0])


def _read(
    inbox: Inbox, who: SignedIn, after: str | None, is_all: bool, which: str
) -> tuple[list[dict[str, Any]], str | None]:
    params = {"which": which, "whose": "all" if is_all else "mine", **({"after": after} if after else {})}
    reply = inbox.sources.ask(who.actor, OWNER, "GET", "/parcours/followed", params=params)
    if reply.status == 403:
        raise Forbidden
    if not reply.is_ok:
        raise NotFound
    return reply.body["items"], reply.body["next"]


def _etapes(inbox: Inbox, who: SignedIn, ids: Sequence[str]) -> tuple[dict[str, int], Sequence[str]]:
    """Parcours id → the furthest étape that a later service knows; and who did not answer."""
    if not ids:
        return {}, ()
    asked = {name: {"ids": ",".join(ids), "limit": len(ids)} for name in LATER}
    replies, down = inbox.sources.ask_each(who.actor, "/parcours", asked)
    found: dict[str, int] = {}
    for name in LATER:
        reply = replies.get(name)
        for item in reply.body["items"] if reply and reply.is_ok else ():
            if item["etape"]:
                found[item["parcours_id"]] = item["etape"]
    return found, [name for name in down if name in LATER]


def _names(inbox: Inbox, items: Sequence[Person]) -> Mapping[str, str]:
    ids = {each[name] for each in items for name in ("lycee", "mission_locale", "referent", "conseiller")}
    ids |= {each["hand"]["organisation"] for each in items if each["hand"]}
    with inbox.database.read() as look:
        return names(look, {each for each in ids if each})


def _said(value: Any, known: Mapping[str, str]) -> str:
    text = str(value)
    if text in known:
        return known[text]
    try:
        return short_day(text) if len(text) == DATE_LENGTH else text
    except ValueError:
        return text


def _etape(number: int) -> str:
    return sentence(f"inbox.etape_{number}")
