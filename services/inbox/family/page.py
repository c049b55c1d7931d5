"""What somebody who comes by a personal link reads: the services' answers put together, with the names they cite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from services.inbox.deps import Inbox
from services.inbox.family import links
from services.inbox.identity.people import names
from services.inbox.sources import Fetched, Reply, ServiceDown
from shared.errors import NotFound
from shared.identity import FamilyMember

MOST_DIGITS = 10
OWNER, FOLLOW_UP = "enrolment", "accompaniment"
ORDER = (OWNER, FOLLOW_UP, "bilan")
PEOPLE = ("referent", "lycee", "conseiller", "mission_locale")
NAMES_OF = {"responsable_legal": "responsable_nom", "responsable_legal_2": "responsable2_nom"}


class GoneLink(NotFound):
    """A link that opens nothing: it never was, has expired, was revoked, was for another, the pupil is of age (R39).

    One answer for all of these.
    """

    code = "family.gone"


@dataclass(frozen=True)
class FamilyPage:
    """``known``: variables by name; ``documents``, ``appointments``: JSON of the services, with their ``service``."""

    member: FamilyMember
    etape: int | None
    is_over: bool
    known: Mapping[str, Any]
    names: Mapping[str, str]
    plan: Sequence[Mapping[str, Any]]
    week: Sequence[Mapping[str, Any]]
    appointments: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]
    word: Mapping[str, Any]
    """What the family wrote last: what (null: nothing yet), on, by, is_answered, answer, turn."""
    down: Sequence[str]

    @property
    def first_name(self) -> str:
        return str(self.known.get("eleve_prenom") or "")

    @property
    def to_sign(self) -> list[Mapping[str, Any]]:
        return [each for each in self.documents if each["to_sign"]]

    def is_signed_on_screen(self, document_id: str) -> bool:
        """By who reads it: nobody else signs on screen in that place."""
        return any(each["id"] == document_id and each["signed_how"] == "ecran" for each in self.documents)

    def document(self, service: str, document_id: str) -> Mapping[str, Any]:
        """One that she or he may read. Raises NotFound; ServiceDown when nobody can say whether it is there."""
        if service in self.down:
            raise ServiceDown(service)
        found = (each for each in self.documents if (each["service"], each["id"]) == (service, document_id))
        document = next(found, None)
        if document is None:
            raise NotFound
        return document


def of_link(inbox: Inbox, link: Row[Any]) -> FamilyPage:
    """Raises GoneLink; ServiceDown when the service that knows the person does not answer."""
    member = FamilyMember(link.id, link.signer, link.parcours_id, link.signer)
    replies, down = inbox.sources.ask_all(member, "/famille/parcours")
    if OWNER in down:
        raise ServiceDown(OWNER)
    _refuse_not_told(replies[OWNER])
    if not links.is_for(link, replies[OWNER].body.get("person")):
        raise GoneLink
    down += [each for each, reply in replies.items() if not reply.is_ok and reply.status != 404]
    parts = {name: replies[name].body for name in ORDER if name in replies and replies[name].is_ok}
    known = {name: value for part in parts.values() for name, value in part["known"].items()}
    going = [part for part in parts.values() if part["status"] != "ended"]
    with inbox.database.read() as look:
        told = names(look, [known[name] for name in PEOPLE if name in known])
    return FamilyPage(
        member=replace(member, name=_name(link.signer, known)), etape=(going or list(parts.values()))[-1]["etape"],
        is_over=not going, known=known, names=told, plan=_plan(parts), week=_week(inbox, member, parts),
        appointments=sorted(_all(parts, "appointments"), key=lambda each: (each["day"], each["hour"] or "")),
        documents=sorted(_all(parts, "documents"), key=lambda each: str(each["made_at"])),
        word=_word(inbox, member), down=down,
    )  # fmt: skip


def pdf(inbox: Inbox, page: FamilyPage, service: str, document_id: str) -> Fetched | None:
    """A document's PDF, made at its first use. Raises NotFound, ServiceDown."""
    cites = page.document(service, document_id)["cites"]
    with inbox.database.read() as look:
        known = names(look, cites)
    path = f"/famille/documents/{document_id}/pdf"
    return inbox.sources.fetch(page.member, service, "POST", path, {"names": known})


def sign(inbox: Inbox, page: FamilyPage, service: str, document_id: str) -> Reply:
    """Raises ServiceDown."""
    return inbox.sources.ask(page.member, service, "POST", f"/famille/documents/{document_id}/signature")


def write(inbox: Inbox, page: FamilyPage, what: str, text: str, after: str) -> Reply:
    """``after``: the turn of the word that the page showed. Raises GoneLink, ServiceDown."""
    said = {"what": what, "text": text or None} | ({"after": int(after)} if _is_turn(after) else {})
    reply = inbox.sources.ask(page.member, OWNER, "POST", "/famille/mot", body=said)
    if reply.status == 404:
        raise GoneLink
    return reply


def _is_turn(text: str) -> bool:
    """Else it is of a forged form, or of a page that had none: the word is sent without."""
    return text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS


def _word(inbox: Inbox, member: FamilyMember) -> Mapping[str, Any]:
    """Raises GoneLink, ServiceDown."""
    reply = inbox.sources.ask(member, OWNER, "GET", "/famille/mot")
    _refuse_not_told(reply)
    return reply.body


def _refuse_not_told(reply: Reply) -> None:
    """Raises GoneLink when the link opens nothing there; ServiceDown when it is something else that fails."""
    if reply.status == 404:
        raise GoneLink
    if not reply.is_ok:
        raise ServiceDown(OWNER)


def _name(signer: str, known: Mapping[str, Any]) -> str:
    """As whom she or he signs: the name that the parcours has."""
    if signer in NAMES_OF:
        return str(known.get(NAMES_OF[signer]) or signer)
    return " ".join(str(known[name]) for name in ("eleve_prenom", "eleve_nom") if known.get(name)) or signer


def _plan(parts: Mapping[str, Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The follow-up's, once it has one."""
    return next((parts[name]["plan"] for name in (FOLLOW_UP, OWNER) if parts.get(name, {}).get("plan")), [])


def _week(inbox: Inbox, member: FamilyMember, parts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """None when there is no follow-up yet, or when it does not answer."""
    if FOLLOW_UP not in parts:
        return ()
    try:
        reply = inbox.sources.ask(member, FOLLOW_UP, "GET", "/famille/semaine")
    except ServiceDown:
        return ()
    return tuple(reply.body["days"]) if reply.is_ok else ()


def _all(parts: Mapping[str, Mapping[str, Any]], what: str) -> list[dict[str, Any]]:
    return [{**each, "service": name} for name, part in parts.items() for each in part[what]]
