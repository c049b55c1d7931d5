"""The parts of a form, as the pages render them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from shared.feel import Expression

Kind = Literal[
    "textfield",
    "textarea",
    "number",
    "checkbox",
    "radio",
    "select",
    "checklist",
    "datetime",
    "text",
    "group",
    "separator",
]
OUTPUT_TYPES: Mapping[str, str] = {
    "textfield": "string",
    "textarea": "string",
    "number": "number",
    "checkbox": "boolean",
    "radio": "string",
    "select": "string",
    "checklist": "list",
    "datetime": "date",
}
TODAY = "aujourd_hui"
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class FormContext:
    """What a form is filled in with: variables (Python values of FEEL) and the business clock's now."""

    variables: Mapping[str, Any]
    now: datetime
    zone: ZoneInfo = PARIS

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Formula:
    """A FEEL expression of a form: reads fields, variables and `aujourd_hui`."""

    text: str
    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.free_names - {TODAY}

    def value(self, scope: Mapping[str, Any], context: FormContext) -> Any:
        named = {name: scope.get(name) for name in self.names}
        return self.expression.evaluate({**named, TODAY: context.today}, now=context.now).value


Bound = Decimal | date | Formula


@dataclass(frozen=True)
class Option:
    """One choice of a radio, select or checklist."""

    value: str
    label: str


PSAD = "psad"
LONGEST_OFFER = 400
"""Characters, of an offer told in words."""


@dataclass(frozen=True)
class Source:
    """Options that the inbox knows: people with a role, organisations of a kind, or the local offer.

    Of the local offer the answer is an id; of kind ``psad``, those of PSAD partners only, it is words (ADR 25).
    """

    of: Literal["people", "organisations", "offers"]
    role: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Component:
    """One component; `key` is None for text, group and separator, `components` is empty but for a group.

    `min` and `max` are what the form file says; `Form.limits` gives the values of the moment. A `readonly`
    component shows a variable and is never sent back. `hide` is the FEEL text of its own condition.
    """

    kind: Kind
    id: str
    key: str | None = None
    label: str = ""
    description: str = ""
    required: bool = False
    readonly: bool = False
    options: tuple[Option, ...] = ()
    source: Source | None = None
    check: str | None = None
    min: Bound | None = None
    max: Bound | None = None
    decimals: int | None = None
    increment: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    default: Any = None
    condition: Formula | None = None
    text: str = ""
    prefix: str = ""
    suffix: str = ""
    example: str | None = None
    autocomplete: str | None = None
    show_outline: bool = False
    row: str | None = None
    columns: int | None = None
    components: tuple["Component", ...] = field(default=())

    @property
    def hide(self) -> str | None:
        return self.condition.text if self.condition else None

    def walk(self) -> Iterator["Component"]:
        """This component, then those inside it, in reading order."""
        yield self
        for inner in self.components:
            yield from inner.walk()


@dataclass(frozen=True)
class Rule:
    """A check over several fields: when `when` is true, `message` (French) is said by `field`."""

    when: Formula
    field: str
    message: str


@dataclass(frozen=True)
class Limits:
    """The bounds of one number or date field at this moment, both included; None: no bound."""

    min: Decimal | date | None = None
    max: Decimal | date | None = None


@dataclass(frozen=True)
class FormFacts:
    """What a diagram must know of a form: the variables it writes with their types, and those it reads."""

    outputs: Mapping[str, str]
    reads: frozenset[str]
