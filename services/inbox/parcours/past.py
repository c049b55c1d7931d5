"""A parcours as it was at the end of a past day, from the lines of its story.

What the story does not keep is not made up: tasks' deadlines, what was known, the week and who had the next action
are shown of today only, and the page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import diagram
from services.inbox.parcours.story import Parcours
from services.inbox.parcours.svg import HOLDERS
from shared.clock import local_date

FOLLOWED_BY = ("referent", "conseiller")
WITH_BOTH_FROM = ("accompaniment", "bilan")
"""A parcours comes to these services with its référent and its conseiller."""


@dataclass(frozen=True)
class Acted:
    """Somebody who had done something by then, and when last."""

    name: str
    organisation: str | None
    last_at: str


def at(inbox: Inbox, who: SignedIn, parcours: Parcours, day: date) -> Parcours:
    """The parts that had begun, each with its story, its end and its hand-overs so far; without any, none had begun."""
    parts = {
        name: _part(part, day) for name, part in parcours.parts.items() if _on(part["started_at"]) <= day
    }
    then = replace(parcours, parts=parts)
    service = next((name for name, part in parts.items() if part is then.current), None)
    told = diagram.ask(inbox, who, parcours.id, service, None, day) if service else None
    if service and told is not None:
        parts[service] = parts[service] | _standing(told["elements"], parts[service])
    return then


def acted(parcours: Parcours) -> list[Acted]:
    """Who had done a task by then, the latest first."""
    lines = [line for line in parcours.story if line["type"] == "userTask" and line["event"] == "completed"]
    last = {line["actor_name"]: Acted(line["actor_name"], line["organisation"], line["at"]) for line in lines}
    return sorted(last.values(), key=lambda each: each.last_at, reverse=True)


def papers(documents: Sequence[Mapping[str, Any]], day: date | None) -> list[dict[str, Any]]:
    """Those made by then; who had signed them is told of today only."""
    if day is None:
        return [dict(each) for each in documents]
    untold: dict[str, Any] = {"complete": None, "missing": [], "replaced": False}
    return [{**each, **untold} for each in documents if _on(each["made_at"]) <= day]


def followed_by(parcours: Parcours, then: Parcours, day: date) -> Mapping[str, str]:
    """Role → the person's id on that day; none before a service knew it with the parcours itself."""
    known = {
        variable["name"]: variable["value"]
        for name in WITH_BOTH_FROM
        if name in then.parts
        for variable in then.parts[name].get("variables") or []
        if variable["name"] in FOLLOWED_BY and variable["value"]
    }
    return {role: _before(parcours.replacements, role, day) or person for role, person in known.items()}


def _before(replacements: Sequence[Mapping[str, Any]], role: str, day: date) -> str | None:
    """Who was replaced by the first replacement after that day."""
    later = [
        each for each in replacements if each["role"] == role and date.fromisoformat(each["from_on"]) > day
    ]
    return later[0]["before"] if later else None


def _part(part: Mapping[str, Any], day: date) -> dict[str, Any]:
    has_ended = bool(part["ended_at"]) and _on(part["ended_at"]) <= day
    return {
        **part,
        "status": "ended" if has_ended else "running",
        "stopped": part.get("stopped") if has_ended else None,
        "story": [line for line in part.get("story") or [] if _on(line["at"]) <= day],
        "passations": [_passation(each, day) for each in part.get("passations") or [] if _dates(each, day)],
        "replacements": [
            each for each in part.get("replacements") or [] if date.fromisoformat(each["from_on"]) <= day
        ],
        "position": [], "etape": None, "tasks": [], "hand": None,
    }  # fmt: skip


def _passation(passation: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Its status is the last that it had by then; why it was refused, and that it was recalled, is of its end."""
    dates = _dates(passation, day)
    status = max(dates, key=lambda each: dates[each])
    is_over = status == passation["status"]
    return {
        **passation, "dates": dates, "status": status,
        "motive": passation["motive"] if is_over else None,
        "reminded_at": passation["reminded_at"] if is_over else None,
    }  # fmt: skip


def _dates(passation: Mapping[str, Any], day: date) -> dict[str, str]:
    return {status: instant for status, instant in passation["dates"].items() if _on(instant) <= day}


def _standing(elements: Sequence[Mapping[str, Any]], part: Mapping[str, Any]) -> dict[str, Any]:
    """Where it waited, and in which étape: of what it waited for, else of what was done last."""
    waits = [each for each in elements if each["state"] == "current" and each["type"] not in HOLDERS]
    done = sorted((each for each in elements if each["at"]), key=lambda each: str(each["at"]))
    etapes = [each["etape"] for each in waits or done[-1:] if each["etape"]]
    return {"position": waits, "etape": max(etapes, default=part["etape"])}


def _on(instant: str) -> date:
    return local_date(datetime.fromisoformat(instant))
