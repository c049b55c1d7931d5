"""Everything that is known about one person, out of all services: for the DPO's export (R41)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.holdings import INBOX_HOLDINGS
from services.inbox.identity.people import SignedIn
from services.inbox.sources import Reply, ServiceDown
from shared.errors import NotFound
from shared.process.personal import Subject
from shared.process.personal.export import export

OWNER = "enrolment"


@dataclass(frozen=True)
class Person:
    """One record at enrolment, with those that were merged into it and their parcours."""

    pupil_id: str
    pupils: tuple[str, ...]
    parcours: tuple[str, ...]

    @property
    def subject(self) -> dict[str, Any]:
        return {"pupils": list(self.pupils), "parcours": list(self.parcours)}


def person_of(inbox: Inbox, who: SignedIn, pupil_id: str) -> Person:
    """Raises NotFound."""
    reply = inbox.sources.ask(who.actor, OWNER, "GET", f"/dpo/persons/{pupil_id}")
    if not reply.is_ok:
        raise NotFound
    return Person(pupil_id, tuple(reply.body["pupils"]), tuple(reply.body["parcours"]))


def from_all(inbox: Inbox, who: SignedIn, path: str, body: Mapping[str, Any]) -> list[Reply]:
    """What every service answers. Raises ServiceDown: half of an answer is none here."""
    replies = [inbox.sources.ask(who.actor, name, "POST", path, body=body) for name in inbox.sources.names]
    for reply in replies:
        if not reply.is_ok:
            raise ServiceDown(reply.service)
    return replies


def export_of(inbox: Inbox, who: SignedIn, person: Person) -> dict[str, Any]:
    """The whole export as JSON: by service, the inbox's own tables last; by table, each with its rows."""
    replies = from_all(inbox, who, "/dpo/export", person.subject)
    with inbox.database.read() as look:
        own = export(look, INBOX_HOLDINGS, Subject(person.pupils, person.parcours), None)
    at = inbox.business_clock.now().isoformat()
    services = [*(reply.body for reply in replies), {"service": "inbox", "at": at, "tables": own}]
    return {"dossier": person.subject, "services": services}


def accesses_of(inbox: Inbox, who: SignedIn, person: Person) -> Sequence[Mapping[str, Any]]:
    """Who looked at the person's parcours, in any service, the newest first."""
    rows = [
        row for reply in from_all(inbox, who, "/dpo/access", person.subject) for row in reply.body["items"]
    ]
    return sorted(rows, key=lambda row: str(row["at"]), reverse=True)
