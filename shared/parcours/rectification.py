"""What a corrected date of birth changes: each rule that depends on it, asked again. Never a refusal: it is a fact."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shared.parcours.age import MAJORITY, birthday, is_aged_16_to_25, is_minor, sendable_from
from shared.parcours.refusal import Reason


def derived(born_on: date, values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The variables of a parcours that were computed from the date of birth, as they are now: those with a value."""
    found: dict[str, Any] = {}
    if values.get("mineur") is not None:
        found["mineur"] = is_minor(born_on, today)
    if values.get("signataires") is not None:
        found["signataires"] = _signatories(list(values["signataires"]), is_minor(born_on, today))
    return found


def consequences(before: date, after: date, values: Mapping[str, Any], today: date) -> Iterator[Reason]:
    """What people have to know and to do. ``values``: variables of the parcours, as far as a service has them."""
    if sendable_from(after) > today:
        yield from _under_16(sendable_from(after), values)
    yield from _majority(before, after, values, today)
    signed = values.get("pacea_signe_le")
    if isinstance(signed, date) and not is_aged_16_to_25(after, signed):
        yield Reason("rights.pacea_age", {"day": signed})  # R21
    left = values.get("sortie_le")
    if isinstance(left, date) and is_minor(after, left) and not is_minor(before, left):
        yield Reason("rights.obligation", {"day": left})  # R26


def _under_16(day: date, values: Mapping[str, Any]) -> Iterator[Reason]:
    """R36. A parcours that began on paper has no fiche here, and a Mission Locale from its entry on."""
    if values.get("fiche_envoyee_le") or (values.get("reprise") and values.get("entree_le")):
        yield Reason("rights.now_under_16", {"day": day})
    elif "fiche_envoyee_le" in values and values.get("issue") is None:
        yield Reason("rights.not_yet_16", {"day": day})


def _majority(before: date, after: date, values: Mapping[str, Any], today: date) -> Iterator[Reason]:
    was, now = is_minor(before, today), is_minor(after, today)
    if now and not was:
        yield Reason("rights.now_minor", {"day": birthday(after, MAJORITY)})  # R16, R26
        if values.get("signature_eleve_le") and not values.get("signature_responsable_le"):
            yield Reason("rights.signature_missing")  # R16
    if was and not now:
        yield Reason("rights.now_adult", {"day": birthday(after, MAJORITY)})  # R16, R39


def _signatories(known: list[Any], minor: bool) -> list[Any]:
    """R16 [I]: the responsable légal signs beside a minor, second after the pupil."""
    others = [each for each in known if each != "responsable_legal"]
    return [*others[:1], "responsable_legal", *others[1:]] if minor else others
