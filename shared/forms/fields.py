"""Form components as marshmallow fields: what is typed in French becomes Python values of FEEL."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.catalogue import sentence
from shared.forms.checks import Check, Checks
from shared.forms.french import (
    clean_line,
    clean_text,
    is_long_number,
    is_only_a_day_of_the_week,
    read_date,
    read_number,
)
from shared.forms.model import LONGEST_OFFER, PSAD, Component
from shared.forms.profile import LINE_LENGTH, TEXT_LENGTH

TRUE_WORDS, FALSE_WORDS = frozenset(("on", "true", "oui", "1")), frozenset(("false", "non", "0", "off"))
PERSON_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ORGANISATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SHAPES = {
    ("people", None): PERSON_ID,
    ("organisations", None): ORGANISATION_ID,
    ("offers", None): PERSON_ID,
    ("offers", PSAD): re.compile(rf".{{1,{LONGEST_OFFER}}}"),
}
"""What an answer looks like, by the source of its options and what of it."""


class FormField(fields.Field[Any]):
    """A field whose empty answer counts as none: `blank` says which are, `empty` what they are worth."""

    def empty(self) -> Any:
        return None

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        given = None if self.blank(value) else value
        read = super().deserialize(given, attr, data, **kwargs)
        return self.empty() if read is None else read

    def blank(self, value: Any) -> bool:
        return isinstance(value, str) and not value.strip()


class Line(FormField):
    """One line of text, cleaned; then its named check, on the normalised text."""

    def __init__(self, check: Check | None = None, **kwargs: Any) -> None:
        self.check = check
        super().__init__(**kwargs)

    def clean(self, text: str) -> str:
        return clean_line(text)

    def blank(self, value: Any) -> bool:
        return isinstance(value, str) and not self.clean(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError(sentence("forms.not_a_text"))
        if self.check is None:
            return self.clean(value)
        normal = self.check.normalise(self.clean(value))
        if not self.check.is_valid(normal):
            raise ValidationError(sentence(self.check.sentence))
        return normal


class Paragraphs(Line):
    """Text of several lines."""

    def clean(self, text: str) -> str:
        return clean_text(text)


class Number(FormField):
    """A decimal number: JSON number, or text as the French type it."""

    def __init__(self, decimals: int | None = None, **kwargs: Any) -> None:
        self.decimals = decimals
        super().__init__(**kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        typed = "" if isinstance(value, bool) else _plain(value)
        number = read_number(typed)
        if number is None:
            key = "forms.too_many_digits" if is_long_number(typed) else "forms.not_a_number"
            raise ValidationError(sentence(key))
        if self.decimals is not None and number != round(number, self.decimals):
            key = "forms.not_a_whole_number" if self.decimals == 0 else "forms.too_many_decimals"
            raise ValidationError(sentence(key, decimals=self.decimals))
        return number


class Day(FormField):
    """A date between 1900 and 2199."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        day = read_date(value) if isinstance(value, str) else None
        if day is None and isinstance(value, str) and is_only_a_day_of_the_week(value):
            raise ValidationError(sentence("forms.only_a_weekday"))
        if day is None:
            raise ValidationError(sentence("forms.not_a_date"))
        return day


class Tick(FormField):
    """A box that is ticked or not; one that is required must be ticked."""

    def empty(self) -> bool:
        return False

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        word = str(value).lower() if isinstance(value, bool | str) else ""
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise ValidationError(sentence("forms.not_a_tick"))
        if self.required and word in FALSE_WORDS:
            raise ValidationError(sentence("forms.required"))
        return word in TRUE_WORDS


class ListField(FormField):
    """Several values, each once. One text counts as a list of one."""

    def empty(self) -> list[str]:
        return []

    def blank(self, value: Any) -> bool:
        return super().blank(value) or value == []


class Choices(ListField):
    """Several of the options, in the order of the form."""

    def __init__(self, options: tuple[str, ...], **kwargs: Any) -> None:
        self.options = options
        super().__init__(**kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str]:
        chosen = [value] if isinstance(value, str) else value
        if not isinstance(chosen, list) or any(each not in self.options for each in chosen):
            raise ValidationError(sentence("forms.not_an_option"))
        return [option for option in self.options if option in chosen]


class Files(ListField):
    """The ids of files."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[str]:
        named = [value] if isinstance(value, str) else value
        if not isinstance(named, list) or not all(
            isinstance(each, str) and PERSON_ID.fullmatch(each) for each in named
        ):
            raise ValidationError(sentence("forms.not_a_file"))
        ids = list(dict.fromkeys(named))
        if len(ids) > self.most:
            raise ValidationError(sentence("forms.files_many", max=self.most))
        return ids


def field_of(component: Component, checks: Checks) -> FormField:
    """The marshmallow field of an answerable component, with its constraints and French sentences."""
    build = BUILDERS[component.kind]
    required = sentence("forms.required")
    common: dict[str, Any] = {
        "required": component.required,
        "allow_none": not component.required,
        "error_messages": {"required": required, "null": required},
    }
    made = build(component, checks, common)
    if not component.required:
        made.load_default = made.empty
    return made


def _files(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Files(component.most, **common)


def _line(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    validators = [_length(component, LINE_LENGTH), *_pattern(component)]
    return Line(checks[component.check] if component.check else None, validate=validators, **common)


def _paragraphs(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Paragraphs(validate=[_length(component, TEXT_LENGTH)], **common)


def _number(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Number(component.decimals, **common)


def _day(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Day(**common)


def _tick(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Tick(**common)


def _choice(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    if component.source is not None:
        shape = SHAPES.get((component.source.of, component.source.kind)) or SHAPES[component.source.of, None]
        return Line(
            validate=lambda text: _refuse_unless(shape.fullmatch(text), "forms.not_an_option"), **common
        )
    allowed = frozenset(option.value for option in component.options)
    return Line(validate=lambda text: _refuse_unless(text in allowed, "forms.not_an_option"), **common)


def _choices(component: Component, checks: Checks, common: dict[str, Any]) -> FormField:
    return Choices(tuple(option.value for option in component.options), **common)


BUILDERS: Mapping[str, Callable[[Component, Checks, dict[str, Any]], FormField]] = {
    "textfield": _line,
    "textarea": _paragraphs,
    "number": _number,
    "datetime": _day,
    "checkbox": _tick,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "filepicker": _files,
}


def _length(component: Component, longest: int) -> validate.Length:
    low, high = component.min_length, component.max_length or longest
    if low:
        return validate.Length(min=low, max=high, error=sentence("forms.length", min=low, max=high))
    return validate.Length(max=high, error=sentence("forms.too_long", max=high))


def _pattern(component: Component) -> list[Callable[[str], None]]:
    """The pattern of form-js: found anywhere in the text, with JavaScript's ASCII classes."""
    if component.pattern is None:
        return []
    shape, longest = re.compile(component.pattern, re.ASCII), component.max_length or LINE_LENGTH
    key, params = (
        ("forms.pattern_like", {"example": component.example}) if component.example else ("forms.pattern", {})
    )

    def is_like(text: str) -> bool:
        """A text that is too long is refused for that: patterns are only checked for what fits."""
        return len(text) > longest or shape.search(text) is not None

    return [lambda text: _refuse_unless(is_like(text), key, **params)]


def _refuse_unless(fine: object, key: str, **params: Any) -> None:
    if not fine:
        raise ValidationError(sentence(key, **params))


def _plain(value: Any) -> str:
    """A JSON number or a text as text; anything else as no number."""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return clean_line(value) if isinstance(value, str) else str(value)
