"""One parcours out of the three services: where it stands, its story in the order of time, its tasks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, names, with_holders

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ORDER = ("enrolment", "accompaniment", "bilan")


@dataclass(frozen=True)
class Parcours:
    """``parts``: what each service says of it, in the order of the étapes. ``down``: who did not answer.

    Entries, tasks and variables are the services' own JSON, with the ``service`` they come from.
    """

    id: str
    parts: Mapping[str, Mapping[str, Any]]
    down: Sequence[str]
    names: Mapping[str, str]

    @property
    def label(self) -> str:
        return next((str(part["label"]) for part in self.parts.values() if part.get("label")), "")

    @property
    def current(self) -> Mapping[str, Any] | None:
        """The part where the parcours stands: the furthest that has not ended, else the furthest."""
        going = [part for part in self.parts.values() if part["status"] != "ended"]
        known = going or list(self.parts.values())
        return known[-1] if known else None

    @property
    def etape(self) -> int | None:
        return self.current["etape"] if self.current else None

    @property
    def status(self) -> str:
        """incident when any part is; ended when all are; else running."""
        found = {part["status"] for part in self.parts.values()}
        return "incident" if "incident" in found else "ended" if found == {"ended"} else "running"

    @property
    def stopped(self) -> str | None:
        """Why the technical team stopped it, in the words meant for its people; None when it was not."""
        return next((str(part["stopped"]) for part in self.parts.values() if part.get("stopped")), None)

    @property
    def position(self) -> list[Mapping[str, Any]]:
        """The named places where it waits, in the part where it stands."""
        return list((self.current or {}).get("position") or [])

    @property
    def story(self) -> list[Mapping[str, Any]]:
        return sorted(self._all("story"), key=lambda entry: str(entry["at"]))

    @property
    def passations(self) -> list[Mapping[str, Any]]:
        """The hand-overs between organisations, oldest first."""
        return sorted(self._all("passations"), key=lambda each: min(each["dates"].values(), default=""))

    @property
    def replacements(self) -> list[Mapping[str, Any]]:
        """Who followed the parcours before whom: enrolment, which is open to the end, knows them all."""
        return list(self.parts.get("enrolment", {}).get("replacements") or [])

    @property
    def hand(self) -> Mapping[str, Any] | None:
        """Who has the next action: in the furthest étape where anybody has one."""
        hands = [hand for part in self.parts.values() if (hand := part.get("hand"))]
        return hands[-1] if hands else None

    @property
    def tasks(self) -> list[Mapping[str, Any]]:
        """Open ones first, by due date."""
        return sorted(
            self._all("tasks"),
            key=lambda task: (task["status"] != "open", task["due_at"] or "9999", task["id"]),
        )

    @property
    def variables_told(self) -> Iterable[Mapping[str, Any]]:
        """All of them, as the services say them."""
        return self._all("variables")

    @property
    def variables(self) -> list[Mapping[str, Any]]:
        """Each once, as the furthest service that knows a value says; ids of things without a name are left out, within
        lists and contexts too."""
        known: dict[str, Mapping[str, Any]] = {}
        for variable in self.variables_told:
            if variable["value"] is not None or variable["name"] not in known:
                known[variable["name"]] = variable
        shown = [each for each in known.values() if not self._is_bare_id(each["value"])]
        return [{**each, "value": self._readable(each["value"])} for each in shown]

    def _readable(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._readable(each) for each in value if not self._is_bare_id(each)]
        if isinstance(value, Mapping):
            return {name: self._readable(each) for name, each in value.items() if not self._is_bare_id(each)}
        return value

    def _is_bare_id(self, value: Any) -> bool:
        return isinstance(value, str) and UUID.fullmatch(value) is not None and value not in self.names

    def _all(self, what: str) -> Iterable[Mapping[str, Any]]:
        return (
            entry | {"service": service}
            for service, part in self.parts.items()
            for entry in part.get(what) or []
        )


def of_parcours(inbox: Inbox, who: SignedIn, parcours_id: str) -> Parcours:
    """What the services let this person see; without any part when they let see none."""
    replies, down = inbox.sources.ask_all(who.actor, f"/parcours/{parcours_id}")
    parts = {name: replies[name].body for name in ORDER if name in replies and replies[name].is_ok}
    with inbox.database.read() as tx:
        told = {
            name: {**part, "tasks": with_holders(tx, part.get("tasks") or [])} for name, part in parts.items()
        }
        return Parcours(parcours_id, told, down, names(tx, _texts(parts.values())))


def _texts(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """The texts among the variables and hand-overs that may be an id (of a person, of an organisation)."""
    parts = list(parts)
    values = [variable["value"] for part in parts for variable in part.get("variables") or []]
    passed = (each for part in parts for each in part.get("passations") or [])
    values += [each[end] for each in passed for end in ("from_id", "to_id")]
    values += [
        each[who] for part in parts for each in part.get("replacements") or [] for who in ("before", "after")
    ]
    values += [part["hand"]["organisation"] for part in parts if part.get("hand")]
    return [value for value in values if isinstance(value, str) and len(value) <= 36]
