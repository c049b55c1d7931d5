"""What a member still has to do, given to somebody else before a departure or the loss of a role."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import Person, SignedIn
from services.inbox.sources import ServiceDown
from services.inbox.tasklist.handing import Chosen, Given, give
from shared.catalogue import sentence
from shared.identity import role_at

OWNER = "enrolment"
"""The service where every parcours is open to its end: it knows who follows which."""
A_PAGE = 100


@dataclass(frozen=True)
class Holding:
    """``tasks``: open, each with its ``service``; ``followed``: parcours whose référent or conseiller the person is.

    ``doubtful``: parcours that cannot be read, so that nobody knows who follows them: told, and waited for by nobody.
    """

    tasks: Sequence[Mapping[str, Any]]
    followed: Sequence[Mapping[str, Any]]
    doubtful: Sequence[Mapping[str, Any]] = ()

    @property
    def is_empty(self) -> bool:
        return not self.tasks and not self.followed

    def by_roles(self, kind: str, roles: Collection[str]) -> "Holding":
        """What of it somebody holds by one of these roles, in an organisation of this kind."""
        return Holding(
            [each for each in self.tasks if each["role"] and role_at(kind, each["role"]) in roles],
            [each for each in self.followed if each["role"] in roles],
            [each for each in self.doubtful if each["role"] in roles],
        )

    @property
    def role(self) -> str | None:
        """The one that whoever follows these parcours next has to have."""
        return self.followed[0]["role"] if self.followed else None


def held_by(inbox: Inbox, who: SignedIn, person_id: str) -> Holding:
    """Asked of all services. Raises ServiceDown: half of an answer would let somebody leave with the other half."""
    tasks = [task for name in inbox.sources.names for task in _tasks(inbox, who, name, person_id)]
    parcours = _parcours(inbox, who, person_id)
    followed = {each["parcours_id"]: each for each in parcours if each["readable"]}
    doubtful = [each for each in parcours if each["parcours_id"] not in followed]
    return Holding(tasks, list(followed.values()), doubtful)


def loads(inbox: Inbox, who: SignedIn) -> tuple[dict[str | None, tuple[int, int]], list[str]]:
    """Person's id (None: nobody) → open tasks and late ones, in all services; and who does not answer."""
    replies, down = inbox.sources.ask_all(who.actor, "/tasks/loads")
    counted: dict[str | None, tuple[int, int]] = {}
    for reply in replies.values():
        for item in reply.body["items"] if reply.is_ok else ():
            has, late = counted.get(item["assignee"], (0, 0))
            counted[item["assignee"]] = (has + item["open"], late + item["late"])
    return counted, down


def hand_on(
    inbox: Inbox, who: SignedIn, held: Holding, successor: Person, today: date, reason: str
) -> list[Given]:
    """Each parcours gets another référent or conseiller (R11), each task another holder; what became of each.

    Also the tasks of these parcours: to the other services the word of a replacement comes a moment later.
    """
    lines = [_replace(inbox, who, each, successor, today, reason) for each in held.followed]
    chosen = [Chosen(each["service"], each["id"], str(each["version"])) for each in held.tasks]
    return lines + give(inbox, who, chosen, successor)


def _parcours(inbox: Inbox, who: SignedIn, person_id: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    params: dict[str, Any] = {}
    while True:
        reply = inbox.sources.ask(who.actor, OWNER, "GET", f"/people/{person_id}/parcours", params=params)
        if not reply.is_ok:
            raise ServiceDown(OWNER)
        found += reply.body["items"]
        if reply.body["next"] is None:
            return found
        params = {"after": reply.body["next"]}


def _tasks(inbox: Inbox, who: SignedIn, service: str, person_id: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    after: str | None = None
    while True:
        asked = {"scope": "organisation", "status": "open", "assignee": person_id, "limit": A_PAGE}
        reply = inbox.sources.ask(
            who.actor, service, "GET", "/tasks", params=asked | ({"after": after} if after else {})
        )
        if not reply.is_ok:
            raise ServiceDown(service)
        found += [task | {"service": service} for task in reply.body["items"]]
        after = reply.body["next"]
        if after is None:
            return found


def _replace(
    inbox: Inbox, who: SignedIn, parcours: Mapping[str, Any], successor: Person, today: date, why: str
) -> Given:
    what = sentence("equipe.leave_followed")
    body = {
        "role": parcours["role"], "person_id": successor.id, "name": successor.name,
        "from_on": today.isoformat(), "reason": why,
    }  # fmt: skip
    path = f"/parcours/{parcours['parcours_id']}/people"
    try:
        reply = inbox.sources.ask(who.actor, OWNER, "POST", path, body=body)
    except ServiceDown:
        return Given(parcours["label"], what, sentence(f"inbox.down_{OWNER}_page"))
    reason = None if reply.is_ok else reply.body.get("detail") or sentence("inbox.error_400")
    return Given(parcours["label"], what, reason)
