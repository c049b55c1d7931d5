"""The form of a task as its service gave it, with the options that the directory and the local offer have for it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from services.inbox.answering.forms import ISO_DATE, TaskForm
from services.inbox.answering.offers import NOTHING, LocalOffer
from services.inbox.answering.typed import fresh_row
from services.inbox.identity.people import (
    Organisation,
    names,
    organisations_of_kind,
    people_of,
    serving_commune,
)
from shared.catalogue import sentence
from shared.clock import local_date
from shared.forms import Component, FormContext, Option, Source, parse_form
from shared.forms.checks import Check
from shared.forms.model import every_part
from shared.identity import ROLES

NO_FORM: Mapping[str, Any] = {"type": "default", "id": "none", "schemaVersion": 19, "components": []}
"""Some tasks ask nothing: they are done, or not."""


def task_form(
    tx: Connection, task: Mapping[str, Any], organisation: Organisation, now: datetime, offers: LocalOffer = NOTHING
) -> TaskForm:  # fmt: skip
    """The form of a task as its service gave it: ``form``, ``values``, ``draft``."""
    schema = task["form"] or NO_FORM
    form = parse_form(json.dumps(schema).encode(), _any_check(schema))
    values = task.get("values") or {}
    fields = form.fields
    draft = dict(task.get("draft") or {})
    known = dict(values) | draft
    started = {key: _started(part, values.get(key)) for key, part in fields.items()}
    named = names(tx, [value for value in (*values.values(), *draft.values()) if isinstance(value, str)])
    return TaskForm(
        form=form,
        context=FormContext(
            {key: _feel(value) for key, value in values.items()}, now, names=named, is_shown=True
        ),
        answers=started | draft,
        options={
            key: _options(tx, part.source, organisation, known, local_date(now), offers)
            for part in every_part(form.components)
            if part.source and (key := part.key)
        },
        names=named,
        draft=draft,
        written_by=task.get("draft_page"),
    )


def _started(part: Component, known: Any) -> Any:
    """What a field shows at first: what is known of it, but a decision is never taken again beforehand."""
    if part.kind == "dynamiclist":
        return known or [fresh_row(part) for _ in range(part.first_rows)]
    return part.default if known is None or part.kind == "radio" else known


def _options(
    tx: Connection, source: Source, organisation: Organisation, values: Mapping[str, Any], today: date,
    offers: LocalOffer,
) -> list[Option]:  # fmt: skip
    if source.of == "offers":
        return offers.options(source)
    if source.of == "organisations":
        lycee = organisation.id if organisation.kind == "lycee" else str(values.get("lycee") or "")
        commune = str(values.get("eleve_commune") or "")
        places = organisations_of_kind(tx, source.kind or "", near=lycee, commune=commune, today=today)
        proposed = serving_commune(tx, commune)
        return [Option(place.id, _place_label(place, place.id in proposed)) for place in places]
    kind = "lycee" if source.role in ROLES["lycee"] else "mission_locale"
    place = organisation.id if organisation.kind == kind else str(values.get(kind) or "")
    return [Option(person.id, person.name) for person in people_of(tx, place, role=source.role)]


def _place_label(place: Organisation, is_proposed: bool) -> str:
    label = f"{place.name} ({place.city})"
    return sentence("annuaire.proposed", place=label) if is_proposed else label


def _feel(value: Any) -> Any:
    """A JSON value as FEEL's: ISO dates as dates, numbers as decimals."""
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: _feel(item) for name, item in value.items()}
    return [_feel(item) for item in value] if isinstance(value, list) else value


def _any_check(schema: Mapping[str, Any]) -> dict[str, Check]:
    """The service's named checks are made there: here their names are enough to draw the fields."""
    return {name: Check(lambda _text: True, "forms.required", lambda _random: "") for name in _checks(schema)}


def _checks(part: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(name := (part.get("properties") or {}).get("check"), str):
        yield name
    for inner in part.get("components") or []:
        yield from _checks(inner)
