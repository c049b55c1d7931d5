"""A form as its answers have it: rows as they are, texts filled in, what is hidden or held marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.forms.bounds import bound_of
from shared.forms.model import Component, FormContext, Limits
from shared.forms.rows import sent_rows
from shared.forms.section import Decided, Section

Values = Mapping[str, Any]


def laid_out(
    section: Section, values: Values, around: Values, context: FormContext, at: str = ""
) -> tuple[Component, ...]:
    """The components; those of a row have ``list-1-`` before their keys, and ``-1`` after their ids."""
    layout = _Layout(section, values, section.decide(values, around, context), context, at)
    return layout.all_of(section.components)


def shown(components: Iterable[Component]) -> tuple[Component, ...]:
    """Those of a layout that are shown, groups without their hidden parts."""
    return tuple(replace(each, components=shown(each.components)) for each in components if each.is_shown)


def limits_of(section: Section, values: Values, around: Values, context: FormContext) -> dict[str, Limits]:
    """The bounds, at this moment, of each number and date field that has any, by its key in the layout."""
    scope = section.decide(values, around, context).scope
    found = {
        key: Limits(bound_of(part.min, scope, context), bound_of(part.max, scope, context))
        for key, part in section.fields.items()
        if part.min is not None or part.max is not None
    }
    for key, row in section.rows.items():
        for number, given in enumerate(sent_rows(values.get(key)), start=1):
            inside = limits_of(row, given, scope, context)
            found |= {f"{key}-{number}-{name}": each for name, each in inside.items()}
    return found


@dataclass(frozen=True)
class _Layout:
    section: Section
    values: Values
    decided: Decided
    context: FormContext
    at: str

    def all_of(self, components: Iterable[Component], *, above: bool = True) -> tuple[Component, ...]:
        return tuple(self._one(each, above=above) for each in components)

    def _one(self, part: Component, *, above: bool) -> Component:
        scope = self.decided.scope
        is_shown = above and (part.condition is None or part.condition.value(scope, self.context) is not True)
        number = self.at.split("-")[-2] if self.at else ""
        return replace(
            part,
            id=f"{part.id}-{number}" if number else part.id,
            key=f"{self.at}{part.key}" if part.key else part.key,
            text=part.template.said(scope, self.context) if part.template and is_shown else part.text,
            is_shown=is_shown,
            is_held=part.key in self.decided.held,
            components=self._rows(part) if part.kind == "dynamiclist" else self.all_of(part.components, above=is_shown),
        )  # fmt: skip

    def _rows(self, part: Component) -> tuple[Component, ...]:
        """A group for each row."""
        key = str(part.key)
        return tuple(
            Component(
                kind="group", id=f"{part.id}-{number}", label=str(number),
                components=laid_out(
                    self.section.rows[key], given, self.decided.scope, self.context, f"{key}-{number}-"
                ),
            )
            for number, given in enumerate(sent_rows(self.values.get(key)), start=1)
        )  # fmt: skip
