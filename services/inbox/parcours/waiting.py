"""The messages that a parcours waits for, in words: from whom; and the hand-overs that nobody has answered yet."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.inbox.parcours.story import Parcours
from shared.catalogue import sentence
from shared.clock import local_date

ANSWERED_BY = {"envoyee": "receipt", "recue": "taking_over"}
"""Status of a hand-over that waits → what is waited for."""


def messages_waiting(parcours: Parcours) -> list[str]:
    """One sentence each: what a service waits for from another, and the hand-overs without an answer."""
    return [*_from_services(parcours), *_from_organisations(parcours)]


def _from_services(parcours: Parcours) -> Iterator[str]:
    for service, part in parcours.parts.items():
        for place in part.get("position") or []:
            if place.get("awaits") and part["status"] != "ended":
                yield sentence(
                    "schema.waits_message", name=place["name"], by=sentence(f"schema.service_{service}"),
                    sender=sentence(f"schema.service_{place['awaits']}"),
                )  # fmt: skip


def _from_organisations(parcours: Parcours) -> Iterator[str]:
    for each in parcours.passations:
        if (awaited := ANSWERED_BY.get(each["status"])) is not None:
            taker = _place(each, "to", parcours.names)
            giver = _place(each, "from", parcours.names)
            since = local_date(datetime.fromisoformat(each["dates"][each["status"]]))
            yield sentence(f"schema.waits_{awaited}", taker=taker, giver=giver, since=since)


def _place(passation: Mapping[str, Any], end: str, names: Mapping[str, str]) -> str:
    return names.get(passation[f"{end}_id"] or "") or sentence(f"passations.side_{passation[f'{end}_kind']}")
