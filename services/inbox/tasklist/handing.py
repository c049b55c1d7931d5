"""« Confier en nombre » : several tasks given to one colleague, each its own transaction, with a result for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.inbox.deps import Inbox
from services.inbox.identity.people import Person, SignedIn, with_holders
from services.inbox.sources import ServiceDown
from services.inbox.wording import task_title
from shared.catalogue import sentence

MOST = 50
"""As many as a page of the list shows."""


@dataclass(frozen=True)
class Chosen:
    """One box that was ticked: which task of which service, as the page showed it (its version)."""

    service: str
    task_id: str
    version: str


@dataclass(frozen=True)
class Given:
    """What came of one of them; ``reason`` says why it was not given, null when the colleague has it."""

    subject: str
    what: str
    reason: str | None


def chosen_of(words: Sequence[str], services: Sequence[str]) -> list[Chosen] | None:
    """The boxes' values ``service:task:version``, each once; None when one is altered, or there are too many."""
    found: dict[str, Chosen] = {}
    for word in words:
        service, _, rest = word.partition(":")
        task_id, _, version = rest.partition(":")
        if service not in services or not _is_id(task_id) or not (version.isascii() and version.isdigit()):
            return None
        found[task_id] = Chosen(service, task_id, version)
    return list(found.values()) if len(found) <= MOST else None


def give(inbox: Inbox, who: SignedIn, chosen: Sequence[Chosen], colleague: Person) -> list[Given]:
    """One after the other. A task that the colleague has already counts as given: twice is as once."""
    return [_give(inbox, who, each, colleague) for each in chosen]


def _give(inbox: Inbox, who: SignedIn, chosen: Chosen, colleague: Person) -> Given:
    subject, what = "", ""
    try:
        task = inbox.sources.ask(who.actor, chosen.service, "GET", f"/tasks/{chosen.task_id}")
        if not task.is_ok or "subject" not in task.body:
            return Given("", "", sentence("worklist.hand_gone"))
        subject, what = task.body["subject"], task_title(task.body)
        if reason := _taken(inbox, task.body, chosen, colleague):
            return Given(subject, what, reason)
        body = {"assignee": colleague.id, "assignee_name": colleague.name}
        headers = {"If-Match": f'"{chosen.version}"'}
        path = f"/tasks/{chosen.task_id}/assign"
        reply = inbox.sources.ask(who.actor, chosen.service, "POST", path, body=body, headers=headers)
    except ServiceDown:
        return Given(subject, what, sentence(f"inbox.down_{chosen.service}_page"))
    if reply.is_ok:
        return Given(subject, what, None)
    return Given(subject, what, reply.body.get("detail") or sentence("worklist.hand_changed"))


def _taken(inbox: Inbox, task: Mapping[str, Any], chosen: Chosen, colleague: Person) -> str | None:
    """Somebody has taken it since the page was shown: her or his name."""
    if task["status"] != "open" or task["assignee"] in (None, colleague.id):
        return None
    if str(task["version"]) == chosen.version:
        return None
    with inbox.database.read() as tx:
        (named,) = with_holders(tx, [task])
    return sentence("worklist.hand_taken", name=named["assignee_name"] or sentence("inbox.someone"))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
