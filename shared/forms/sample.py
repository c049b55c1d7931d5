"""Valid answers to a form, drawn by chance: what the simulator and the tests fill in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from graphlib import CycleError, TopologicalSorter
from random import Random
from typing import Any

from shared.errors import BadInput
from shared.forms.attached import refusal
from shared.forms.checks import Checks
from shared.forms.errors import SampleImpossible
from shared.forms.form import Form
from shared.forms.layout import limits_of
from shared.forms.model import Component, FormContext, Limits, Source
from shared.forms.profile import LINE_LENGTH
from shared.forms.section import Section

ATTEMPTS, SAME_DAY = 200, 100
"""What has happened is noted the same day; if that is never valid (a signature is told late), on some day before."""
USUAL_SPAN = 100
MORE_ROWS = 2
USUAL_DAYS, MOST_DAYS = 28, 60
"""How far a number, or a date in days, is drawn from its only bound; and a date from its lower one at most."""
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
    """Answers as a page would send them (texts, lists of texts, booleans, rows), valid by construction.

    Files are among those of `context`. `directory` gives the ids that a select with a source may take; `fixed`
    answers are kept as they are. Raises SampleImpossible when chance, or `fixed`, leaves no valid answer.
    """
    refused: BadInput | None = None
    draw = _Draw(form.section, context.variables, form.checks, random, context, directory)
    for attempt in range(ATTEMPTS):
        draw = replace(draw, is_same_day=attempt < SAME_DAY)
        values = draw.values(fixed or {})
        try:
            form.validate(values, context)
        except BadInput as error:
            refused = error
        else:
            return values
    raise SampleImpossible(form.id, sorted(refused.errors if refused else ()))


@dataclass(frozen=True)
class _Draw:
    """Draws answers one after the other, each within what the ones before it allow."""

    section: Section
    around: Mapping[str, Any]
    checks: Checks
    random: Random
    context: FormContext
    directory: Directory
    is_same_day: bool = True

    def values(self, fixed: Mapping[str, Any]) -> dict[str, Any]:
        drawn: dict[str, Any] = {}
        for key in self._order():
            decided = self.section.decide(drawn, self.around, self.context)
            if key not in decided.hidden | decided.held:
                drawn[key] = fixed[key] if key in fixed else self._answer(self.section.fields[key], drawn)
        return drawn

    def _order(self) -> tuple[str, ...]:
        """Fields after those that decide about them; in the form's order when bounds refer to each other."""
        try:
            return tuple(TopologicalSorter(self.section.dependencies()).static_order())
        except CycleError:
            return tuple(self.section.fields)

    def _answer(self, field: Component, drawn: Mapping[str, Any]) -> Any:
        if field.kind == "checkbox":
            return field.required or self.random.random() < 0.5
        if field.kind in ("number", "datetime"):
            limits = limits_of(self.section, drawn, self.around, self.context).get(str(field.key), Limits())
            return self._number(field, limits) if field.kind == "number" else self._day(limits).isoformat()
        if field.kind == "dynamiclist":
            return self._rows(field, drawn)
        if field.kind == "filepicker":
            return self._files(field)
        return self._text(field) if field.kind in ("textfield", "textarea") else self._chosen(field)

    def _rows(self, field: Component, drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A few more than there must be; each with what the form knows around it."""
        key = str(field.key)
        around = self.section.decide(drawn, self.around, self.context).scope
        inside = replace(self, section=self.section.rows[key], around=around)
        count = self.random.randint(field.least, min(field.most, max(field.least, 1) + MORE_ROWS))
        return [inside.values({}) for _ in range(count)]

    def _files(self, field: Component) -> list[str]:
        fit = [
            each for each, file in self.context.files.items()
            if refusal(field, file.media_type, file.size, file.name) is None
            and not (field.is_reserved and file.side == "both")
        ]  # fmt: skip
        count = min(len(fit), self.random.randint(int(field.required), field.most))
        return self.random.sample(fit, count)

    def _chosen(self, field: Component) -> Any:
        options = [option.value for option in field.options]
        if field.kind == "checklist":
            return sorted(
                self.random.sample(options, self.random.randint(1, len(options))), key=options.index
            )
        choices = self.directory(field.source) if field.source else options
        return self.random.choice(choices) if choices else ""

    def _number(self, field: Component, limits: Limits) -> str:
        step = field.increment or Decimal(1).scaleb(-(field.decimals or 0))
        low = limits.min if isinstance(limits.min, Decimal) else None
        high = limits.max if isinstance(limits.max, Decimal) else None
        first = low if low is not None else (Decimal(0) if high is None else high - USUAL_SPAN)
        base = low if low is not None and field.increment else Decimal(0)
        first = base + ((first - base) / step).to_integral_value(ROUND_CEILING) * step
        last = high if high is not None else first + USUAL_SPAN
        return f"{first + step * self.random.randint(0, max(0, int((last - first) / step))):f}"

    def _day(self, limits: Limits) -> date:
        low = limits.min if isinstance(limits.min, date) else None
        high = limits.max if isinstance(limits.max, date) else None
        usual = min(self.context.today, high) if high else self.context.today
        is_past = self.is_same_day and high is not None and high <= self.context.today
        first = usual if low is None or is_past else low
        span = (high - first).days if high else USUAL_DAYS
        return first + timedelta(days=self.random.randint(0, max(0, min(span, MOST_DAYS))))

    def _text(self, field: Component) -> str:
        if field.check is not None:
            return self.checks[field.check].sample(self.random)
        if field.pattern is not None:
            return _like_pattern(field)
        shortest, longest = field.min_length or 1, field.max_length or LINE_LENGTH
        text = " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(2, 5)))
        while len(text) < shortest:
            text += " " + self.random.choice(WORDS)
        return text[:longest].rstrip().ljust(shortest, "e")


def _like_pattern(field: Component) -> str:
    """The field's own example; else repeated characters, which suit patterns of one class and a length."""
    if field.example:
        return field.example
    shape = re.compile(str(field.pattern), re.ASCII)
    trials = (unit * count for count in range(1, 21) for unit in PATTERN_TRIALS)
    return next((trial for trial in trials if shape.search(trial)), "")
