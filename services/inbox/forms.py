"""A task's form as a page shows it: its parts in order, the answers so far, options from the directory.

The schema and its rules are ``shared.forms``'s; the service that owns the task is the only judge of answers.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from services.inbox.offers import NOTHING, LocalOffer
from services.inbox.people import Organisation, names, organisations_of_kind, people_of, serving_commune
from shared.catalogue import sentence
from shared.clock import local_date
from shared.forms import Component, Form, FormContext, Option, Source, parse_form
from shared.forms.checks import Check
from shared.forms.model import Limits
from shared.identity import ROLES

ONE, SEVERAL = "champ-", "liste-"
"""Names of the page's fields: ``champ-key`` has one text, ``liste-key`` those that are ticked."""
NO_FORM: Mapping[str, Any] = {"type": "default", "id": "none", "schemaVersion": 19, "components": []}
"""Some tasks ask nothing: they are done, or not."""
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class FieldError:
    """One line of the error summary; ``anchor`` is the id to jump to, None for the form as a whole."""

    anchor: str | None
    label: str
    text: str


@dataclass(frozen=True)
class Errors:
    """Errors where they are shown: ``by_field`` beside the fields, ``summary`` on top."""

    by_field: Mapping[str, Sequence[str]]
    summary: Sequence[FieldError]


@dataclass(frozen=True)
class TaskForm:
    """``answers``: field → JSON value or text typed. ``names``: id → name, for ids that values hold."""

    form: Form
    context: FormContext
    answers: Mapping[str, Any]
    options: Mapping[str, Sequence[Option]]
    names: Mapping[str, str]

    @property
    def components(self) -> tuple[Component, ...]:
        return self.form.components

    @cached_property
    def shown(self) -> frozenset[str]:
        """Ids of the components that the answers so far let show."""
        visible = self.form.visible(self.answers, self.context)
        return frozenset(part.id for top in visible for part in top.walk())

    @cached_property
    def limits(self) -> Mapping[str, Limits]:
        return self.form.limits(self.answers, self.context)

    @cached_property
    def deciders(self) -> frozenset[str]:
        """Fields whose answer makes other questions come and go."""
        parts = (part for top in self.components for part in top.walk() if part.condition)
        return frozenset(name for part in parts if part.condition for name in part.condition.names)

    def with_typed(self, page: MultiDict[str, str]) -> "TaskForm":
        """The same form with what a page sent instead of the stored answers."""
        return replace(self, answers=typed(page))

    def changed(self, already_shown: frozenset[str]) -> Iterator[Component]:
        """The outermost conditional parts that come or go, compared with what the page shows already."""
        shown = self.shown
        pending = list(self.components)
        while pending:
            part = pending.pop(0)
            if part.condition and (part.id in shown) != (part.id in already_shown):
                yield part
            elif part.id in shown:
                pending.extend(part.components)

    def answer(self, component: Component) -> Any:
        """What the field shows: an answer, or for a read-only one the variable."""
        key = str(component.key)
        return self.context.variables.get(key) if component.readonly else self.answers.get(key)

    def text(self, component: Component) -> str:
        """The answer as the text of an input."""
        value = self.answer(component)
        if value is None:
            return ""
        return str(value).replace(".", ",") if isinstance(value, int | float | Decimal) else str(value)

    def has_picker(self, component: Component) -> bool:
        """A browser's date picker shows ISO dates only; anything else that was typed must stay readable."""
        text = self.text(component)
        return not text or ISO_DATE.fullmatch(text) is not None

    def is_ticked(self, component: Component) -> bool:
        return self.answer(component) in (True, "true")

    def choices(self, component: Component) -> Sequence[Option]:
        return self.options.get(str(component.key), component.options)

    def unknown_choices(self) -> dict[str, list[str]]:
        """Answers that are not among the directory's options: somebody has left, or the page was forged."""
        return {
            key: [sentence("forms.not_an_option")]
            for key, part in self.form.fields.items()
            if part.source and part.id in self.shown and (text := self.text(part).strip())
            if text not in {option.value for option in self.choices(part)}
        }

    def label_of(self, component: Component) -> Any:
        """A read-only value: the label of an option rather than its code."""
        labels = {option.value: option.label for option in self.choices(component)}
        value = self.answer(component)
        if isinstance(value, list):
            return [labels.get(each, each) for each in value]
        return labels.get(value, value) if isinstance(value, str) else value

    def place(self, errors: Mapping[str, Sequence[str]]) -> Errors:
        """Errors of the service, each said beside its field and in the summary."""
        fields = self.form.fields
        order = {key: number for number, key in enumerate(fields)}
        summary = [
            FieldError(
                anchor=_anchor(fields.get(key), key),
                label=fields[key].label if key in fields else "",
                text=text,
            )
            for key, texts in sorted(errors.items(), key=lambda said: order.get(said[0], len(order)))
            for text in texts
        ]
        return Errors(errors, summary)


def typed(page: MultiDict[str, str]) -> dict[str, Any]:
    """The answers that a page sent: field → text, or list of texts."""
    one = {name.removeprefix(ONE): page[name] for name in page if name.startswith(ONE)}
    several = {name.removeprefix(SEVERAL): page.getlist(name) for name in page if name.startswith(SEVERAL)}
    return one | several


def task_form(
    tx: Connection, task: Mapping[str, Any], organisation: Organisation, now: datetime, offers: LocalOffer = NOTHING
) -> TaskForm:  # fmt: skip
    """The form of a task as its service gave it: ``form``, ``values``, ``draft``."""
    schema = task["form"] or NO_FORM
    form = parse_form(json.dumps(schema).encode(), _any_check(schema))
    values = task.get("values") or {}
    fields = form.fields
    known = dict(values) | dict(task.get("draft") or {})
    started = {key: _started(part, values.get(key)) for key, part in fields.items()}
    return TaskForm(
        form=form,
        context=FormContext({key: _feel(value) for key, value in values.items()}, now),
        answers=started | dict(task.get("draft") or {}),
        options={
            key: _options(tx, part.source, organisation, known, local_date(now), offers)
            for top in form.components
            for part in top.walk()
            if part.source and (key := part.key)
        },
        names=names(tx, [value for value in values.values() if isinstance(value, str)]),
    )


def _started(part: Component, known: Any) -> Any:
    """What a field shows at first: what is known of it, but a decision is never taken again beforehand."""
    return part.default if known is None or part.kind == "radio" else known


def paragraphs(text: str) -> list[tuple[str, list[str]]]:
    """A text component as (kind, lines): title for « # », list for « - » or « * », else text."""
    blocks: list[tuple[str, list[str]]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        kind = "title" if line.startswith("#") else "list" if line[:2] in ("- ", "* ") else "text"
        if not line:
            blocks.append(("gap", []))
        elif kind != "title" and blocks and blocks[-1][0] == kind:
            blocks[-1][1].append(line.lstrip("-* "))
        else:
            blocks.append((kind, [line.lstrip("#-* ")]))
    return [block for block in blocks if block[0] != "gap"]


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


def _anchor(component: Component | None, key: str) -> str | None:
    if component is None:
        return key if key in ("assignee", "reason", "text", "follow_up_on") else None
    several = component.kind in ("radio", "checklist")
    return f"champ-{key}-1" if several else f"champ-{key}"


def _feel(value: Any) -> Any:
    """A JSON value as FEEL's: ISO dates as dates, numbers as decimals."""
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return [_feel(item) for item in value] if isinstance(value, list) else value


def _any_check(schema: Mapping[str, Any]) -> dict[str, Check]:
    """The service's named checks are made there: here their names are enough to draw the fields."""
    return {name: Check(lambda _text: True, "forms.required", lambda _random: "") for name in _checks(schema)}


def _checks(part: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(name := (part.get("properties") or {}).get("check"), str):
        yield name
    for inner in part.get("components") or []:
        yield from _checks(inner)
