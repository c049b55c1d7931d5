"""What waits for a head of school or of a Mission Locale, done several at a time: each its own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import papers
from services.inbox.sources import Reply, ServiceDown
from services.inbox.wording import task_title
from shared.catalogue import sentence
from shared.errors import NotFound
from shared.identity import may_do

MOST = 100


@dataclass(frozen=True)
class Batch:
    """Tasks of one element that are done alike. ``fixed``: answers that are the same for all; ``days``: dates that
    the person gives once for all of them."""

    service: str
    element: str
    fixed: Mapping[str, Any]
    days: tuple[str, ...]


BATCHES: Mapping[str, Batch] = {
    "admissions": Batch(
        "enrolment", "decider_admission", {"decision_admission": "admis"}, ("decision_le", "entree_le")
    ),
    "attestations": Batch("bilan", "signer_attestation", {}, ("attestation_le",)),
}


@dataclass(frozen=True)
class Waiting:
    tasks: Mapping[str, Sequence[Mapping[str, Any]]]
    documents: Sequence[Mapping[str, Any]]
    down: Sequence[str]
    has_more: bool

    @property
    def is_empty(self) -> bool:
        return not self.documents and not any(self.tasks.values())


@dataclass(frozen=True)
class Line:
    """What came of one of them; ``reason`` is null when it is done."""

    subject: str
    what: str
    reason: str | None


def waiting(inbox: Inbox, who: SignedIn) -> Waiting:
    """The tasks and documents that this person may do now, by service."""
    asked = {
        batch.service: {"scope": "organisation", "status": "open", "limit": MOST, "element_id": batch.element}
        for batch in BATCHES.values()
    }
    replies, down = inbox.sources.ask_each(who.actor, "/tasks", asked)
    told, silent = inbox.sources.ask_all(who.actor, "/documents/waiting")
    documents = [
        {**each, "service": name}
        for name, reply in told.items() if reply.is_ok for each in reply.body["items"]
    ]  # fmt: skip
    subjects = papers.labels(inbox, who, {each["parcours_id"]: each["service"] for each in documents})
    return Waiting(
        {name: _tasks(replies.get(batch.service), batch, who) for name, batch in BATCHES.items()},
        [each | {"subject": subjects.get(each["parcours_id"], "")} for each in documents],
        [name for name in inbox.sources.names if name in {*down, *silent}],
        any(reply.is_ok and reply.body.get("next") for reply in replies.values()),
    )


def complete(
    inbox: Inbox, who: SignedIn, name: str, chosen: Sequence[str], days: Mapping[str, str], key: str
) -> list[Line]:
    """Do the chosen tasks (ids) of a batch, one after the other. ``days``: as ISO dates; ``key``: of this page."""
    batch = BATCHES[name]
    known = {each["id"]: each for each in waiting(inbox, who).tasks[name]}
    return [_complete(inbox, who, batch, known.get(id_), dict(days), f"{key}:{id_}") for id_ in chosen]


def sign(inbox: Inbox, who: SignedIn, chosen: Sequence[str]) -> list[Line]:
    """Sign the chosen documents (ids) on screen, one after the other; each is sealed first."""
    known = {each["id"]: each for each in waiting(inbox, who).documents}
    return [_sign(inbox, who, known.get(id_)) for id_ in chosen]


def _tasks(reply: Reply | None, batch: Batch, who: SignedIn) -> list[Mapping[str, Any]]:
    items = reply.body["items"] if reply is not None and reply.is_ok else []
    mine = (None, who.actor.holder_id)
    return [
        each for each in items
        if each["assignee"] in mine and may_do(who.actor, each["element_id"], each["role"], None)
    ]  # fmt: skip


def _complete(
    inbox: Inbox,
    who: SignedIn,
    batch: Batch,
    task: Mapping[str, Any] | None,
    days: Mapping[str, str],
    key: str,
) -> Line:
    if task is None:
        return _gone()
    headers = {"If-Match": f'"{task["version"]}"', "Idempotency-Key": key}
    body = {"values": {**batch.fixed, **days}}
    try:
        reply = inbox.sources.ask(
            who.actor, batch.service, "POST", f"/tasks/{task['id']}/complete", body=body, headers=headers
        )
    except ServiceDown:
        return Line(task["subject"], task_title(task), sentence(f"inbox.down_{batch.service}_page"))
    return Line(task["subject"], task_title(task), None if reply.is_ok else _why(reply))


def _sign(inbox: Inbox, who: SignedIn, document: Mapping[str, Any] | None) -> Line:
    if document is None:
        return _gone()
    service, title = document["service"], document["title"]
    try:
        papers.pdf(inbox, who, service, document["id"], document["cites"])
        for signer in document["may_sign_as"]:
            path, body = f"/documents/{document['id']}/signatures", {"as": signer, "how": "ecran"}
            reply = inbox.sources.ask(who.actor, service, "POST", path, body=body)
            if not reply.is_ok:
                return Line(document["subject"], title, _why(reply))
    except ServiceDown:
        return Line(document["subject"], title, sentence(f"inbox.down_{service}_page"))
    except NotFound:
        return _gone()
    return Line(document["subject"], title, None)


def _gone() -> Line:
    return Line("", "", sentence("errors.conflict"))


def _why(reply: Reply) -> str:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return " ".join(errors) or reply.body.get("detail") or sentence("inbox.error_400")
