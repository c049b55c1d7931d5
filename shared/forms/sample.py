"""Valid answers to a form, drawn by chance: what the simulator and the tests fill in."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from random import Random
from typing import Any

from shared.errors import BadInput
from shared.forms.errors import SampleImpossible
from shared.forms.form import Form
from shared.forms.model import Component, FormContext, Limits, Source
from shared.forms.profile import LINE_LENGTH, TEXT_LENGTH

ATTEMPTS = 200
WORDS = (
    "projet",
    "entretien",
    "stage",
    "atelier",
    "metier",
    "formation",
    "contrat",
    "accord",
    "famille",
    "suivi",
)
PATTERN_TRIALS = ("0", "A", "a", "A0", "a0")
Directory = Callable[[Source], Sequence[str]]


def nobody(source: Source) -> Sequence[str]:
    """A directory without people or organisations."""
    return ()


def sample_values(
    form: Form,
    random: Random,
    context: FormContext,
    *,
    directory: Directory = nobody,
    fixed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Answers as a page would send them (texts, lists of texts, booleans), valid by construction.

    `directory` gives the ids that a select with a source may take; `fixed` answers are kept as they are.
    Raises SampleImpossible when chance, or `fixed`, leaves no valid answer.
    """
    refused: BadInput | None = None
    for _ in range(ATTEMPTS):
        values = _draw(form, random, context, directory, fixed or {})
        try:
            form.validate(values, context)
        except BadInput as error:
            refused = error
        else:
            return values
    raise SampleImpossible(form.id, sorted(refused.errors if refused else ()))


def _draw(
    form: Form, random: Random, context: FormContext, directory: Directory, fixed: Mapping[str, Any]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key in _order(form):
        if any(component.key == key for top in form.visible(values, context) for component in top.walk()):
            limits = form.limits(values, context).get(key, Limits())
            values[key] = (
                fixed[key]
                if key in fixed
                else _answer(form, form.fields[key], limits, random, context, directory)
            )
    return values


def _order(form: Form) -> tuple[str, ...]:
    """Fields after those that decide about them; in the form's order when bounds refer to each other."""
    try:
        return tuple(TopologicalSorter(form.dependencies()).static_order())
    except CycleError:
        return tuple(form.fields)


def _answer(
    form: Form, field: Component, limits: Limits, random: Random, context: FormContext, directory: Directory
) -> Any:
    if field.kind == "checkbox":
        return True if field.required else random.random() < 0.5
    if field.kind == "number":
        return _number(field, limits, random)
    if field.kind == "datetime":
        return _day(limits, random, context).isoformat()
    if field.kind == "checklist":
        options = [option.value for option in field.options]
        return sorted(random.sample(options, random.randint(1, len(options))), key=options.index)
    if field.source is not None:
        ids = directory(field.source)
        return random.choice(ids) if ids else ""
    if field.options:
        return random.choice(field.options).value
    return _text(form, field, random)


def _number(field: Component, limits: Limits, random: Random) -> str:
    step = Decimal(1).scaleb(-(field.decimals or 0))
    low = Decimal(limits.min) if isinstance(limits.min, Decimal) else None
    high = Decimal(limits.max) if isinstance(limits.max, Decimal) else None
    first = low if low is not None else (high - 100 if high is not None else Decimal(0))
    last = high if high is not None else first + 100
    return (
        f"{first + step * random.randint(0, int((last - first) / step)):f}" if last >= first else f"{first:f}"
    )


def _day(limits: Limits, random: Random, context: FormContext) -> date:
    low = limits.min if isinstance(limits.min, date) else None
    high = limits.max if isinstance(limits.max, date) else None
    first = low or (min(context.today, high) if high else context.today)
    last = high or first + timedelta(days=28)
    return first + timedelta(days=random.randint(0, max(0, min((last - first).days, 60))))


def _text(form: Form, field: Component, random: Random) -> str:
    if field.check is not None:
        return form.checks[field.check].sample(random)
    if field.pattern is not None:
        return _like_pattern(field)
    shortest, longest = field.min_length or 1, field.max_length or _longest(field)
    text = " ".join(random.choice(WORDS) for _ in range(random.randint(2, 5)))
    while len(text) < shortest:
        text += " " + random.choice(WORDS)
    return text[:longest].rstrip().ljust(shortest, "e")


def _longest(field: Component) -> int:
    return TEXT_LENGTH if field.kind == "textarea" else LINE_LENGTH


def _like_pattern(field: Component) -> str:
    """The field's own example; else repeated characters, which suit patterns of one class and a length."""
    if field.example:
        return field.example
    shape = re.compile(str(field.pattern), re.ASCII)
    trials = (unit * count for count in range(1, 21) for unit in PATTERN_TRIALS)
    return next((trial for trial in trials if shape.search(trial)), "")
