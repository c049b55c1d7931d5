"""The documents of a parcours as its page shows them: of all services, in order, with the names that they cite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names
from services.inbox.sources import Fetched, Reply, ServiceDown
from shared.errors import NotFound

ORDER = ("enrolment", "accompaniment", "bilan")


@dataclass(frozen=True)
class Papers:
    """``owner``: the service where the parcours stands, which keeps new attachments."""

    parcours_id: str
    label: str
    owner: str
    documents: Sequence[Mapping[str, Any]]
    attachments: Sequence[Mapping[str, Any]]
    invitations: Sequence[Mapping[str, Any]]
    down: Sequence[str]


def of_parcours(inbox: Inbox, who: SignedIn, parcours_id: str) -> Papers:
    """What the services let this person see. NotFound; ServiceDown when those that answer know nothing."""
    found, down = _told(inbox, who, parcours_id)
    if not found:
        raise ServiceDown(down[0]) if down else NotFound
    last = list(found)[-1]
    return Papers(
        parcours_id, _label(inbox, who, parcours_id, last), last, documents=_in_order(found),
        attachments=_all(found, "attachments"), invitations=_all(found, "invitations"), down=down,
    )  # fmt: skip


def listed(inbox: Inbox, who: SignedIn, parcours_id: str) -> Sequence[Mapping[str, Any]]:
    """The documents in force and the files, oldest first, of the services that answer."""
    found, _ = _told(inbox, who, parcours_id)
    in_force = [each for each in _in_order(found) if not each["replaced"]]
    return [*in_force, *_all(found, "attachments")]


def told(
    inbox: Inbox, who: SignedIn, parcours_id: str
) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, str]]:
    """The documents alone, each with its ``service``, the oldest first, and the names of the files by their ids; of
    services that are down, none."""
    found, _ = _told(inbox, who, parcours_id)
    return _in_order(found), {each["id"]: each["name"] for each in _all(found, "attachments")}


def pdf(inbox: Inbox, who: SignedIn, service: str, document_id: str, cites: Iterable[str]) -> Fetched:
    """A document's PDF, made at its first use with the names of those whom it cites. NotFound, ServiceDown."""
    with inbox.database.read() as tx:
        known = names(tx, list(cites))
    found = inbox.sources.fetch(who.actor, service, "POST", f"/documents/{document_id}/pdf", {"names": known})
    if found is None:
        raise NotFound
    return found


def labels(inbox: Inbox, who: SignedIn, parcours: Mapping[str, str]) -> dict[str, str]:
    """Parcours id → whose it is; ``parcours``: id → the service that knows it."""
    wanted: dict[str, list[str]] = {}
    for parcours_id, service in parcours.items():
        wanted.setdefault(service, []).append(parcours_id)
    asked = {service: {"ids": ",".join(ids[:100]), "limit": 100} for service, ids in wanted.items()}
    replies, _ = inbox.sources.ask_each(who.actor, "/parcours", asked)
    items = (item for reply in replies.values() if reply.is_ok for item in reply.body["items"])
    return {item["parcours_id"]: item["label"] for item in items}


def _told(inbox: Inbox, who: SignedIn, parcours_id: str) -> tuple[dict[str, Reply], Sequence[str]]:
    asked = {name: {"parcours_id": parcours_id} for name in ORDER}
    replies, down = inbox.sources.ask_each(who.actor, "/documents", asked)
    return {name: replies[name] for name in ORDER if name in replies and replies[name].is_ok}, down


def _in_order(replies: Mapping[str, Reply]) -> list[dict[str, Any]]:
    return sorted(_all(replies, "documents"), key=lambda each: str(each["made_at"]))


def _label(inbox: Inbox, who: SignedIn, parcours_id: str, service: str) -> str:
    return labels(inbox, who, {parcours_id: service}).get(parcours_id, "")


def _all(replies: Mapping[str, Reply], what: str) -> list[dict[str, Any]]:
    return [{**each, "service": name} for name, reply in replies.items() for each in reply.body[what]]
