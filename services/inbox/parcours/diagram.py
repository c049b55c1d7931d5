"""Where one parcours stands on its diagram, as the service that runs it says: a picture, and the same in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.parcours.story import Parcours
from services.inbox.parcours.svg import HOLDERS, Picture, picture
from services.inbox.sources import ServiceDown
from shared.catalogue import sentence
from shared.errors import NotFound


@dataclass(frozen=True)
class Choice:
    """A drawing that may be looked at: ``word`` of the address, ``name`` for people."""

    word: str
    name: str
    is_shown: bool


@dataclass(frozen=True)
class Diagram:
    """``picture``: None when the process is not drawn; ``elements``: the service's own JSON, in the diagram's order."""

    word: str
    name: str
    picture: Picture | None
    elements: Sequence[Mapping[str, Any]]
    next: Sequence[Mapping[str, Any]]
    choices: Sequence[Choice]

    def in_state(self, state: str) -> list[Mapping[str, Any]]:
        """Those with a name; what only holds others is told by what it holds."""
        return [
            each for each in self.elements
            if each["state"] == state and each["name"] and each["type"] not in HOLDERS
        ]  # fmt: skip

    def by_etape(self, state: str) -> list[tuple[int | None, list[Mapping[str, Any]]]]:
        """The same under their étapes."""
        found = self.in_state(state)
        etapes = sorted({each["etape"] or 0 for each in found})
        return [
            (etape or None, [each for each in found if (each["etape"] or 0) == etape]) for etape in etapes
        ]

    @property
    def private(self) -> int:
        """How many belong to the other organisation alone; what they are is not known here."""
        return sum(1 for each in self.elements if each["state"] == "private" and each["type"] not in HOLDERS)

    @property
    def drawn_current(self) -> list[Mapping[str, Any]]:
        """What is current and can be gone to in the picture."""
        drawn = {figure.id for figure in self.picture.figures} if self.picture else set()
        return [each for each in self.elements if each["state"] == "current" and each["element_id"] in drawn]


def of_parcours(
    inbox: Inbox, who: SignedIn, parcours: Parcours, word: str | None, on: date | None
) -> Diagram | None:
    """The drawing that ``word`` names (``service`` or ``service.drawing``), by default of where the parcours stands.

    None when its service does not answer, or knows nothing of that day. NotFound: a word that names none.
    """
    service, drawing = _place(parcours, word)
    told = ask(inbox, who, parcours.id, service, drawing, on) if service else None
    if told is None:
        if drawing is not None and service not in parcours.down:
            raise NotFound
        return None
    shown = f"{service}.{drawing or told['process_id']}"
    states = {each["element_id"]: each for each in told["elements"]}
    return Diagram(
        shown,
        (told["drawing"] or {}).get("name") or told["process_name"],
        picture(told["drawing"], states, said) if told["drawing"] else None,
        told["elements"],
        [states[each] for each in told["next"] if each in states],
        _choices(parcours, service, told, shown),
    )


def ask(
    inbox: Inbox, who: SignedIn, parcours_id: str, service: str, drawing: str | None, on: date | None
) -> Mapping[str, Any] | None:
    """The service's own answer; None when there is none."""
    params = {"drawing": drawing, "on": on.isoformat() if on else None}
    asked = {name: value for name, value in params.items() if value is not None}
    try:
        path = f"/parcours/{parcours_id}/diagram"
        reply = inbox.sources.ask(who.actor, service, "GET", path, params=asked)
    except ServiceDown:
        return None
    return reply.body if reply.is_ok else None


def said(name: str, state: str, times: int) -> str:
    """« Convoquer (fait, 3 fois) »."""
    if not state or state == "untold":
        return name
    if not name:
        return sentence(f"schema.state_{state}")
    word = sentence(f"schema.state_{state}")
    if times > 1:
        word = sentence("schema.state_times", state=word, times=times)
    return sentence("schema.named", name=name, state=word)


def _place(parcours: Parcours, word: str | None) -> tuple[str, str | None]:
    if not word:
        return next((name for name, part in parcours.parts.items() if part is parcours.current), ""), None
    service, _, drawing = word.partition(".")
    if service not in parcours.parts:
        raise NotFound
    return service, drawing or None


def _choices(parcours: Parcours, service: str, told: Mapping[str, Any], shown: str) -> list[Choice]:
    """The drawings of this service, and of each other one its own, in the order of the étapes."""
    found: list[Choice] = []
    for name, part in parcours.parts.items():
        if name != service:
            found.append(Choice(name, part["process_name"], is_shown=False))
            continue
        own = {f"{name}.{each['id']}": each["name"] for each in told["choices"]}
        found += [Choice(word, label, is_shown=word == shown) for word, label in own.items()]
    return found
